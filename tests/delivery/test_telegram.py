"""Messages by Telegram: sent, changed, deleted and tried again, without a word of the token."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from chorsu_delivery.checks import check_settings
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
def api(settings: Any) -> Iterator[BotApi]:
    with bot_api() as server:
        settings.CHORSU_DELIVERY = {"TELEGRAM": {"TOKEN": TOKEN, "API": server.url}}
        yield server


def write(text: str = "Салом, «ҷаҳон» & <b>", key: str = "1") -> OutgoingMessage:
    return send(channel="telegram", recipient=TEAM, subject="Greeting", body=text, key=key)


def deliver_all() -> None:
    make_due()
    while deliver_due():
        pass


def texts(api: BotApi) -> list[str]:
    return list(api.chats.get(TEAM, {}).values())


def test_a_text_arrives_as_it_is(api: BotApi) -> None:
    message = write()
    deliver_all()
    message.refresh_from_db()
    assert message.sent_at
    assert texts(api) == ["Салом, «ҷаҳон» & <b>"]
    method, asked = api.calls[0]
    assert method == "sendMessage"
    assert "parse_mode" not in asked


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (failure(500, "Internal Server Error"), "Telegram answered 500: Internal Server Error"),
        (failure(429, "Too Many Requests: retry after 5", retry_after=5), "Telegram answered 429"),
        (failure(429, "Too Many Requests", retry_after="soon"), "Telegram answered 429"),
        (failure(403, "Forbidden: bot was kicked from the group chat"), "bot was kicked"),
        (failure(401, f"Unauthorized {TOKEN}"), "Telegram answered 401: Unauthorized …"),
        ((200, b"<html>"), "nothing that can be read"),
        ((200, b"[]"), "nothing that can be read"),
        ((200, {"ok": True, "result": True}), "without the number of the message"),
        ((502, b"x" * 100_000), "Telegram answered 502 and nothing that can be read"),
        ((302, b""), "Telegram answered 302"),
        ("nonsense", "BadStatusLine"),
        ("nothing", "TimeoutError"),
        ("drip", "No whole answer within 0.5 seconds"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_isnt_taken_is_tried_again(
    api: BotApi, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, answer: Any, error: str
) -> None:
    api.answer = answer
    if isinstance(answer, str):
        monkeypatch.setattr("chorsu_delivery.telegram.TIMEOUT", 0.5)
    message = write()
    with caplog.at_level(logging.DEBUG):
        assert deliver_due(limit=1) == 1
    message.refresh_from_db()
    assert message.sent_at is None
    assert error in message.last_error
    assert TOKEN not in message.last_error + caplog.text
    monkeypatch.undo()
    api.answer = None
    deliver_all()
    assert texts(api) == [message.body]


def test_a_server_that_is_away(api: BotApi, settings: Any) -> None:
    settings.CHORSU_DELIVERY = {"TELEGRAM": {"TOKEN": TOKEN, "API": "http://127.0.0.1:9"}}
    write()
    deliver_due(limit=1)
    error = OutgoingMessage.objects.get().last_error
    assert "Telegram didn't answer: URLError" in error
    assert TOKEN not in error


@pytest.mark.parametrize(("asked", "least", "most"), [(1, 15, 15), (100, 100, 130), (10**12, 3600, 3600)])
def test_the_wait_that_telegram_asks_for_is_kept(api: BotApi, asked: int, least: int, most: int) -> None:
    api.answer = failure(429, "Too Many Requests", retry_after=asked)
    write()
    deliver_due(limit=1)
    waits = (OutgoingMessage.objects.get().not_before - timezone.now()).total_seconds()
    assert least - 3 < waits <= most


def test_without_a_bot_or_a_chat_nothing_is_stored(api: BotApi, settings: Any) -> None:
    with pytest.raises(ValueError, match="There is no chat 'tomorrow'"):
        send(channel="telegram", recipient="tomorrow", subject="", body="x", key="1")
    settings.CHORSU_DELIVERY = {}
    with pytest.raises(ValueError, match="has no TOKEN"):
        write()
    with pytest.raises(ValueError, match="has no TOKEN"):
        start_post(recipient=TEAM, key="page:1", text="x")


def test_a_name_is_looked_up_when_the_message_leaves(api: BotApi, settings: Any, monkeypatch: Any) -> None:
    path = "tests.delivery.test_telegram.named"
    settings.CHORSU_DELIVERY = {"TELEGRAM": {"TOKEN": TOKEN, "API": api.url, "CHAT_OF": path}}
    send(channel="telegram", recipient="team", subject="Hello", body="x", key="1")
    monkeypatch.delitem(NAMES, "team")
    deliver_due(limit=1)
    assert "no chat 'team' any more" in OutgoingMessage.objects.get().last_error
    monkeypatch.setitem(NAMES, "team", Chat("@newsroom", "Team"))
    deliver_all()
    assert list(api.chats) == ["@newsroom"]


@pytest.mark.parametrize("text", ["я" * 5000, "😀" * 5000, "a" + "😀" * 5000, "short"])
def test_what_is_too_long_is_cut_between_characters(text: str) -> None:
    cut = fit(text)
    assert text.startswith(cut.removesuffix("…"))
    assert LONGEST_TEXT - 2 < len(cut.encode("utf-16-le")) // 2 <= LONGEST_TEXT + 1 or cut == text == "short"
    assert cut.encode().decode() == cut


@pytest.mark.parametrize(
    ("recipient", "is_one"),
    [
        ("-1001234567890", True),
        ("@chorsu_tj", True),
        ("12", True),
        ("-1001234567890/45", True),
        ("@chorsu_tj/2", True),
        ("12/", False),
        ("12/x", False),
        ("@a", False),
        ("-", False),
        ("x\n", False),
        ("", False),
    ],
)
def test_what_can_be_a_chat(settings: Any, recipient: str, is_one: bool) -> None:
    settings.CHORSU_DELIVERY = {}
    assert (chat_of(recipient) is not None) is is_one


@pytest.mark.parametrize(
    ("telegram", "faults"),
    [
        ({}, 0),
        ({"TOKEN": TOKEN}, 0),
        ({"TOKEN": "my token", "API": "ftp://x", "CHAT_OF": "no.such"}, 3),
        ({"TOKEN": TOKEN, "CHATS": ""}, 1),
    ],
)
def test_checks(settings: Any, telegram: dict[str, str], faults: int) -> None:
    settings.CHORSU_DELIVERY = {"TELEGRAM": telegram}
    found = [message.id for message in check_settings() if message.id != "chorsu_delivery.W001"]
    assert found == ["chorsu_delivery.E008"] * faults


def test_a_post_is_sent_once_changed_and_deleted(api: BotApi) -> None:
    for text in ("Headline", "Headline"):
        start_post(recipient=TEAM, key="page:1", text=text)
        deliver_all()
        assert texts(api) == ["Headline"]
    change_post(key="page:1", text="Another headline")
    deliver_all()
    assert texts(api) == ["Another headline"]
    change_post(key="page:1", text="")
    deliver_all()
    assert texts(api) == []
    assert [method for method, _asked in api.calls] == ["sendMessage", "editMessageText", "deleteMessage"]
    change_post(key="page:1", text="Back again")
    deliver_all()
    assert texts(api) == ["Back again"]
    assert change_post(key="page:2", text="Never posted") is None


@pytest.mark.parametrize("wanted", ["Third", ""])
def test_the_messages_of_a_post_may_come_in_any_order(api: BotApi, wanted: str) -> None:
    for order in itertools.permutations(range(3)):
        key = f"page:{order}"
        start_post(recipient=TEAM, key=key, text="First")
        change_post(key=key, text="Second")
        change_post(key=key, text=wanted)
        found = list(OutgoingMessage.objects.filter(key__startswith=key).order_by("pk"))
        for number in order:
            claimed = OutgoingMessage.objects.filter(pk=found[number].pk).claim(limit=1)
            assert deliver(message=claimed[0])
        assert texts(api) == ([wanted] if wanted else [])
        api.chats.clear()


def test_what_fails_in_between_is_made_good(api: BotApi) -> None:
    start_post(recipient=TEAM, key="page:1", text="First")
    api.answer = failure(500, "Internal Server Error")
    deliver_due()
    change_post(key="page:1", text="Second")
    deliver_due()
    assert OutgoingMessage.objects.unsent().count() == 2
    api.answer = None
    deliver_all()
    assert texts(api) == ["Second"]
    assert [method for method, _asked in api.calls if method != "sendMessage"] == []
    assert not OutgoingMessage.objects.unsent().exists()


def test_a_post_that_somebody_deleted_in_the_chat_is_not_missed(api: BotApi) -> None:
    start_post(recipient=TEAM, key="page:1", text="First")
    deliver_all()
    api.chats[TEAM].clear()
    change_post(key="page:1", text="Second")
    deliver_all()
    change_post(key="page:1", text="")
    deliver_all()
    assert not OutgoingMessage.objects.unsent().exists()
    assert texts(api) == []


def test_an_edit_that_arrived_unseen_is_done(api: BotApi) -> None:
    start_post(recipient=TEAM, key="page:1", text="First")
    deliver_all()
    number = next(iter(api.chats[TEAM]))
    api.chats[TEAM][number] = "Second"
    change_post(key="page:1", text="Second")
    deliver_all()
    assert TelegramPost.objects.get().shown == "Second"


@pytest.mark.parametrize("change", ["Second", ""])
def test_a_message_that_telegram_still_remembers_though_it_is_gone(api: BotApi, change: str) -> None:
    start_post(recipient=TEAM, key="page:1", text="First")
    deliver_all()
    api.answer = failure(400, "Bad Request: MESSAGE_ID_INVALID")
    change_post(key="page:1", text=change)
    deliver_all()
    assert not OutgoingMessage.objects.unsent().exists()


def test_what_is_too_old_to_be_deleted_loses_its_text_and_takes_the_next(api: BotApi) -> None:
    start_post(recipient=TEAM, key="page:1", text="First")
    deliver_all()
    api.too_old = True
    change_post(key="page:1", text="")
    deliver_all()
    assert texts(api) == ["—"]
    assert not OutgoingMessage.objects.unsent().exists()
    change_post(key="page:1", text="Back again")
    deliver_all()
    assert texts(api) == ["Back again"]
    assert [method for method, _asked in api.calls].count("sendMessage") == 1


def test_a_group_that_became_a_supergroup_gets_its_messages(api: BotApi, caplog: pytest.LogCaptureFixture) -> None:
    new = -1009876543210
    api.moved = {TEAM: new}
    message = write()
    deliver_all()
    assert list(api.chats[str(new)].values()) == [message.body]
    assert f"Chat {TEAM} is a supergroup now. Write {new} in its place" in caplog.text


def test_what_was_posted_in_a_group_that_moved_stays_visible(api: BotApi) -> None:
    """Messages have other numbers in the supergroup: the same number is another one there."""
    start_post(recipient=TEAM, key="page:1", text="First")
    deliver_all()
    api.moved = {TEAM: -1009876543210}
    change_post(key="page:1", text="")
    deliver_due()
    assert "upgraded to a supergroup" in OutgoingMessage.objects.unsent().get().last_error
    assert list(api.chats) == [TEAM]


def test_a_topic_of_a_forum(api: BotApi) -> None:
    start_post(recipient=f"{TEAM}/45", key="page:1", text="First")
    deliver_all()
    change_post(key="page:1", text="Second")
    deliver_all()
    (_send, sent), (_edit, edited) = api.calls
    assert (sent["chat_id"], sent["message_thread_id"]) == (TEAM, 45)
    assert edited["chat_id"] == TEAM
    assert texts(api) == ["Second"]


def test_a_refusal_for_another_reason_stays_visible(api: BotApi) -> None:
    start_post(recipient=TEAM, key="page:1", text="First")
    deliver_all()
    api.answer = failure(400, "Bad Request: message can't be edited")
    change_post(key="page:1", text="Second")
    deliver_due()
    assert "can't be edited" in OutgoingMessage.objects.unsent().get().last_error


def test_what_is_rolled_back_is_not_posted(api: BotApi) -> None:
    def fail() -> None:
        with transaction.atomic():
            start_post(recipient=TEAM, key="page:1", text="First")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    deliver_all()
    assert not api.calls
    assert not TelegramPost.objects.exists()


def test_two_processes_dont_post_twice(api: BotApi) -> None:
    post = start_post(recipient=TEAM, key="page:1", text="First")
    held = TelegramPost.objects.filter(pk=post.pk).claim(limit=1)
    deliver_due()
    assert not api.calls
    assert "Another process" in OutgoingMessage.objects.unsent().get().last_error
    TelegramPost.objects.filter(claim_token=held[0].claim_token).update(claim_token=None, claimed_until=None)
    make_due()
    deliver_due()
    assert texts(api) == ["First"]


def test_a_channel_that_was_taken_out_of_the_settings_holds_nothing_up(api: BotApi, settings: Any) -> None:
    path = "tests.delivery.test_telegram.named"
    settings.CHORSU_DELIVERY = {"TELEGRAM": {"TOKEN": TOKEN, "API": api.url, "CHAT_OF": path}}
    for key in ("page:1", "page:2"):
        start_post(recipient="team", key=key, text="First")
        if key == "page:1":
            deliver_all()
    settings.CHORSU_DELIVERY = {"TELEGRAM": {"TOKEN": TOKEN, "API": api.url}}
    deliver_all()
    assert texts(api) == ["First"]
    change_post(key="page:1", text="")
    deliver_all()
    assert texts(api) == []
    assert not OutgoingMessage.objects.unsent().exists()
    assert OutgoingMessage.objects.filter(sent_at__gt=timezone.now() - timedelta(minutes=1)).count() == 3
