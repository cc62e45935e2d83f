"""Messages by Telegram: sent, changed, deleted and tried again, without a word of the token."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Iterator

import pytest

from chorsu_delivery.channels import check_settings
from chorsu_delivery.models import OutgoingMessage, TelegramPost
from chorsu_delivery.posts import change_post, start_post
from chorsu_delivery.services import deliver, deliver_due, send
from chorsu_delivery.telegram import LONGEST_TEXT, Chat, chat_of, fit
from tests.delivery.bot_api import TOKEN, BotApi, bot_api, failure
from tests.delivery.test_messages import make_due

pytestmark = pytest.mark.django_db
TEAM = "-100200300"
NAMES = {"team": Chat(TEAM, "The Tajik team")}


def named(recipient: str) -> Chat | None:
    """Return the chat of a name."""
    return NAMES.get(recipient)


@pytest.fixture
def api(settings) -> Iterator[BotApi]:
    with bot_api() as server:
        settings.CHORSU_DELIVERY = {"TELEGRAM": {"TOKEN": TOKEN, "API": server.url}}
        yield server


def write(text: str = "Салом, «ҷаҳон» & <b>") -> OutgoingMessage:
    return send(channel="telegram", recipient=TEAM, subject="Greeting", body=text, key="1")


def deliver_all() -> None:
    make_due()
    while deliver_due():
        pass


def texts(api: BotApi) -> list[str]:
    return list(api.chats.get(TEAM, {}).values())


def post(text: str, recipient: str = TEAM, key: str = "page:1") -> None:
    """Have a text posted, or changed, and deliver what waits."""
    start_post(recipient=recipient, key=key, text=text)
    deliver_all()


def waiting() -> str:
    """Return the error of the one message that waits; nothing where none does."""
    return "".join(OutgoingMessage.objects.unsent().values_list("last_error", flat=True))


def test_a_text_arrives_as_it_is(api):
    message = write()
    deliver_all()
    assert texts(api) == [message.body]
    assert "parse_mode" not in api.calls[0][1]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (failure(429, "Too Many Requests: retry after 5", retry_after=5), "Telegram answered 429: Too Many Requests"),
        (failure(401, f"Unauthorized {TOKEN}"), "Telegram answered 401: Unauthorized …"),
        ((200, b"[]"), "nothing that can be read"),
        ((200, {"ok": True, "result": True}), "without the number of the message"),
        ((502, b"x" * 100_000), "Telegram answered 502 and nothing that can be read"),
        ("nonsense", "BadStatusLine"),
        ("nothing", "TimeoutError"),
        ("away", "Telegram didn't answer: URLError"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_isnt_taken_is_tried_again(api, settings, monkeypatch, caplog, answer, error):
    api.answer = answer
    monkeypatch.setattr("chorsu_delivery.channels.TIMEOUT", 0.5)
    if answer == "away":
        monkeypatch.setitem(settings.CHORSU_DELIVERY["TELEGRAM"], "API", "http://127.0.0.1:9")
    message = write()
    with caplog.at_level(logging.DEBUG):
        assert deliver_due(limit=1) == 1
    message.refresh_from_db()
    assert error in message.last_error
    assert TOKEN not in message.last_error + caplog.text
    monkeypatch.undo()
    api.answer = None
    deliver_all()
    assert texts(api) == [message.body]


def test_without_a_bot_or_a_chat_nothing_is_stored(api, settings):
    with pytest.raises(ValueError, match="There is no chat 'tomorrow'"):
        send(channel="telegram", recipient="tomorrow", subject="", body="x", key="1")
    settings.CHORSU_DELIVERY = {}
    with pytest.raises(ValueError, match="has no TOKEN"):
        write()
    with pytest.raises(ValueError, match="has no TOKEN"):
        post("x")


def test_a_name_is_looked_up_when_the_message_leaves(api, settings, monkeypatch):
    path = "tests.delivery.test_telegram.named"
    settings.CHORSU_DELIVERY = {"TELEGRAM": {"TOKEN": TOKEN, "API": api.url, "CHAT_OF": path}}
    send(channel="telegram", recipient="team", subject="Hello", body="x", key="1")
    monkeypatch.delitem(NAMES, "team")
    deliver_due(limit=1)
    assert "no chat 'team' any more" in waiting()
    monkeypatch.setitem(NAMES, "team", Chat("@newsroom", "Team"))
    deliver_all()
    assert list(api.chats) == ["@newsroom"]


@pytest.mark.parametrize("text", ["я" * 5000, "a" + "😀" * 5000, "short"])
def test_what_is_too_long_is_cut_between_characters(text):
    cut = fit(text)
    assert text.startswith(cut.removesuffix("…"))
    assert LONGEST_TEXT - 2 < len(cut.encode("utf-16-le")) // 2 <= LONGEST_TEXT + 1 or cut == text == "short"


def test_what_can_be_a_chat(settings):
    settings.CHORSU_DELIVERY = {}
    assert all(map(chat_of, ("-1001234567890", "@chorsu_tj", "12", "-1001234567890/45", "@chorsu_tj/2")))
    assert not any(map(chat_of, ("12/", "12/x", "@a", "-", "x\n", "")))


@pytest.mark.parametrize(("telegram", "faults"), [({}, 0), ({"TOKEN": TOKEN}, 0), ({"TOKEN": "my token"}, 1)])
def test_checks(settings, telegram, faults):
    settings.CHORSU_DELIVERY = {"TELEGRAM": telegram}
    found = [message.id for message in check_settings() if message.id != "chorsu_delivery.W001"]
    assert found == ["chorsu_delivery.E008"] * faults


def test_a_post_is_sent_once_changed_and_deleted(api):
    for text in ("Headline", "Headline", "Another headline", "", "Back again"):
        post(text)
        assert texts(api) == ([text] if text else [])
    methods = [method for method, _asked in api.calls]
    assert methods == ["sendMessage", "editMessageText", "deleteMessage", "sendMessage"]
    assert change_post(key="page:2", text="Never posted") is None


@pytest.mark.parametrize("wanted", ["Third", ""])
def test_the_messages_of_a_post_may_come_in_any_order(api, wanted):
    for order in itertools.permutations(range(3)):
        key = f"page:{order}"
        for text in ("First", "Second", wanted):
            start_post(recipient=TEAM, key=key, text=text)
        found = list(OutgoingMessage.objects.filter(key__startswith=key).order_by("pk"))
        for number in order:
            claimed = OutgoingMessage.objects.filter(pk=found[number].pk).claim(limit=1)
            assert deliver(message=claimed[0])
        assert texts(api) == ([wanted] if wanted else [])
        api.chats.clear()


@pytest.mark.parametrize("wanted", ["Second", ""])
@pytest.mark.parametrize("there", ["nothing", "what is wanted", "what Telegram denies"])
def test_what_is_so_already_in_the_chat_is_done(api, there, wanted):
    post("First")
    number = next(iter(api.chats[TEAM]))
    if there == "what Telegram denies":
        api.answer = failure(400, "Bad Request: MESSAGE_ID_INVALID")
    else:
        api.chats[TEAM] = {number: wanted} if wanted and there == "what is wanted" else {}
    post(wanted)
    assert waiting() == ""
    assert TelegramPost.objects.get().shown == wanted


@pytest.mark.parametrize(("wanted", "said"), [("Second", "can't be edited"), ("", "can't be deleted for everyone")])
def test_a_refusal_for_another_reason_stays_visible(api, wanted, said):
    post("First")
    api.answer = failure(400, f"Bad Request: message {said}")
    start_post(recipient=TEAM, key="page:1", text=wanted)
    deliver_due()
    assert said in waiting()
    api.answer = None
    deliver_all()
    assert texts(api) == ([wanted] if wanted else [])


def test_a_group_that_became_a_supergroup(api, caplog):
    """It gets messages; what was posted stays visible, since the same number is another message there."""
    new = -1009876543210
    post("First")
    api.moved = {TEAM: new}
    message = write()
    post("")
    assert "upgraded to a supergroup" in waiting()
    assert list(api.chats[str(new)].values()) == [message.body]
    assert f"Chat {TEAM} is a supergroup now. Write {new} in its place" in caplog.text


def test_a_topic_of_a_forum(api):
    for text in ("First", "Second"):
        post(text, f"{TEAM}/45")
    (_send, sent), (_edit, edited) = api.calls
    assert (sent["chat_id"], sent["message_thread_id"]) == (TEAM, 45)
    assert edited["chat_id"] == TEAM
    assert texts(api) == ["Second"]


def test_two_processes_dont_post_twice(api):
    started = start_post(recipient=TEAM, key="page:1", text="First")
    held = TelegramPost.objects.filter(pk=started.pk).claim(limit=1)
    deliver_due()
    assert not api.calls
    assert "Another process" in waiting()
    TelegramPost.objects.filter(claim_token=held[0].claim_token).update(claim_token=None, claimed_until=None)
    deliver_all()
    assert texts(api) == ["First"]


def test_a_channel_that_was_taken_out_of_the_settings_holds_nothing_up(api, settings):
    path = "tests.delivery.test_telegram.named"
    settings.CHORSU_DELIVERY = {"TELEGRAM": {"TOKEN": TOKEN, "API": api.url, "CHAT_OF": path}}
    post("First", "team")
    start_post(recipient="team", key="page:2", text="First")
    settings.CHORSU_DELIVERY = {"TELEGRAM": {"TOKEN": TOKEN, "API": api.url}}
    deliver_all()
    assert texts(api) == ["First"]
    change_post(key="page:1", text="")
    deliver_all()
    assert texts(api) == []
    assert waiting() == ""
