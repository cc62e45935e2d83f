"""What translators and teams are told of, once each, in their language, by the way that they chose."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.core import mail
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Locale, Page
from wagtail.users.models import UserProfile

from chorsu_articles.models import AnalysisPage, Correction, SectionPage
from chorsu_delivery.models import OutgoingMessage
from chorsu_delivery.services import deliver_due
from chorsu_translation.baselines import declare_up_to_date
from chorsu_translation.editor.units import changed_sentences
from chorsu_translation.models import PublishedUnits, TranslationRequest
from chorsu_translation.planning import assign_translation, request_translation
from chorsu_translation.starting import start_translation
from chorsu_translation.states import source_digest
from cms.models import LanguageChats, MessageChoice, ToldOccasion, User
from cms.newsroom.messages import chat_of, person, team
from cms.wiring import sweeps, translation_delivery
from cms.wiring.translation_delivery import tell_translators
from tests.abuse.sessions import form_fields
from tests.cms.content import soup_of
from tests.cms.test_messages import decide, submit
from tests.delivery.bot_api import TOKEN, BotApi, bot_api
from tests.delivery.test_messages import make_due
from tests.factories import make_article, make_user
from tests.threads import at_once

pytestmark = pytest.mark.usefixtures("newsroom")
TEAM_CHAT = "-1009"


@pytest.fixture
def chief(newsroom) -> User:
    return make_user("Chief editors", email="chief@example.org", first_name="Timur")


@pytest.fixture
def translator(newsroom) -> User:
    return make_user("Translators (tg)", email="nozanin@example.org")


@pytest.fixture
def source(newsroom) -> AnalysisPage:
    section = SectionPage.objects.get(slug="analysis", locale__language_code="ru")
    body = [("paragraph", "<p>Первый абзац.</p><p>Второй.</p>")]
    return publish(make_article(section, title="Вода", lead="Лид", body=body, live=False))


@pytest.fixture
def tajik(source, translator) -> AnalysisPage:
    page = AnalysisPage.objects.get(pk=start_translation(source=source, locale=locale(), user=translator).pk)
    page.title = "Об"
    return publish(page)


@pytest.fixture
def api(settings, newsroom) -> Iterator[BotApi]:
    with bot_api() as server:
        telegram = {**settings.CHORSU_DELIVERY["TELEGRAM"], "TOKEN": TOKEN, "API": server.url}
        settings.CHORSU_DELIVERY = {**settings.CHORSU_DELIVERY, "TELEGRAM": telegram}
        yield server


def locale(code: str = "tg") -> Locale:
    return Locale.objects.get(language_code=code)


def publish(page: Page) -> AnalysisPage:
    page.save_revision().publish()
    return AnalysisPage.objects.get(pk=page.pk)


def change(page: AnalysisPage, text: str, *, ago: timedelta = timedelta(hours=1)) -> None:
    page = AnalysisPage.objects.get(pk=page.pk)
    page.lead = text
    publish(page)
    PublishedUnits.objects.filter(page=page).update(since=timezone.now() - ago)


def take_over(target: Page) -> None:
    declare_up_to_date(target=target, user=make_user(superuser=True), seen=source_digest(target))


def ask(source: Page, chief: User, **values: Any) -> TranslationRequest:
    return request_translation(page=source, locale=locale(), user=chief, **values)


def today() -> Any:
    return timezone.localdate(timezone=timezone.get_default_timezone())


def told(sweep: Callable[[], object] = tell_translators) -> dict[str, str]:
    """Tell and send, and return subject and text by address."""
    mail.outbox.clear()
    sweep()
    make_due()
    while deliver_due():
        pass
    return {message.to[0]: f"{message.subject}\n{message.body}" for message in mail.outbox}


def test_who_gets_a_translation_is_told_once_in_their_language_and_who_takes_it_never(source, chief, translator):
    ask(source, chief, assignee=translator, due=today() + timedelta(days=9), note="Keep the names.")
    ((address, text),) = told().items()
    assert address == translator.email
    assert text.startswith("Given to you (Тоҷикӣ): Вода\n")
    assert "Keep the names." in text
    assert reverse("chorsu_translation:start", args=[source.pk, "tg"]) in text
    assert told() == {}
    other = make_user("Translators (tg)", email="other@example.org")
    UserProfile.objects.filter(user=other).update(preferred_language="ru")
    assign_translation(page=source, locale=locale(), user=chief, assignee=other)
    ((address, text),) = told().items()
    assert address == other.email
    assert text.startswith("Поручено вам (Тоҷикӣ): Вода\n")
    editor = make_user("Editors (en)", email="editor@example.org")
    request_translation(page=source, locale=locale("en"), user=editor, assignee=editor)
    assert told() == {}


def test_a_correction_is_a_task_of_the_translator_with_the_sentence_before_and_after(source, tajik, translator):
    told()
    page = AnalysisPage.objects.get(pk=source.pk)
    block = page.body[0].id
    page.body = [("paragraph", "<p>Первый абзац. В нём 118 <b>сёл</b>.</p><p>Второй.</p>")]
    page.body[0].id = block
    publish(page)
    take_over(tajik)
    page.body = [("paragraph", "<p>Первый абзац. В нём 105 <b>сёл</b>.</p><p>Второй.</p>")]
    page.body[0].id = block
    page.corrections = [Correction(text="Сёл 105, а не 118.")]
    publish(page)
    asked = TranslationRequest.objects.get(locale=locale())
    assert (asked.assignee, asked.note) == (translator, "Сёл 105, а не 118.")
    text = told()[translator.email]
    assert text.startswith("Given to you (Тоҷикӣ): Об\n")
    assert changed_sentences(tajik) == [("В нём 118 сёл.", "В нём 105 сёл.")]
    assert "  Сёл 105, а не 118.\n  − В нём 118 сёл.\n  + В нём 105 сёл.\n  http" in text
    source.unpublish()
    assert changed_sentences(tajik) == [], "what readers don't see isn't told"


def test_who_gets_an_original_is_led_to_its_editor(source, chief):
    source.unpublish()
    writer = make_user("Journalists (ru)", email="writer@example.org")
    request_translation(page=source, locale=locale("ru"), user=chief, assignee=writer, due=today())
    text = told()[writer.email]
    assert text.startswith("Assignments and translations: 2 messages\n")
    assert text.count(f"/admin/pages/{source.pk}/edit/") == 2


def test_who_may_not_begin_it_is_led_to_the_desk(source, chief):
    """Journalists translate what readers see; of a draft the page where it begins would refuse them without a word."""
    source.unpublish()
    ask(source, chief, assignee=make_user("Journalists (tg)", email="journalist@example.org"))
    (text,) = told().values()
    assert f"{reverse('chorsu_translation:desk')}\n" in text
    assert "/start/" not in text


def test_a_wrong_address_holds_nobody_up_and_is_told_once_it_is_mended(source, chief, translator):
    other = make_user("Translators (en)", email="other@example.org")
    User.objects.filter(pk=translator.pk).update(email="nozanin at example")
    ask(source, chief, assignee=translator)
    request_translation(page=source, locale=locale("en"), user=chief, assignee=other)
    assert set(told()) == {other.email}
    translator.email = "mended@example.org"
    translator.save()
    assert told()["mended@example.org"].startswith("Given to you (Тоҷикӣ): Вода\n")
    assert told() == {}


def test_due_tomorrow_and_overdue_are_told_once_for_each_date(source, chief, translator):
    ask(source, chief, assignee=translator, due=today() + timedelta(days=30))
    told()
    due, overdue = "Due (Тоҷикӣ): Вода", "Overdue (Тоҷикӣ): Вода"
    for days, subject in ((2, ""), (1, due), (0, due), (-1, overdue), (-15, "")):
        TranslationRequest.objects.update(due=today() + timedelta(days=days))
        assert [text.partition("\n")[0] for text in told().values()] == ([subject] if subject else []), days
        assert told() == {}
    TranslationRequest.objects.update(done_at=timezone.now(), due=today() - timedelta(days=3))
    assert told() == {}


def test_the_day_is_that_of_the_newsroom(source, chief, translator):
    night = timezone.now().replace(hour=20, minute=30)  # 1:30 of the next day in Dushanbe
    ask(source, chief, assignee=translator, due=(night + timedelta(days=2)).date())
    with mock.patch("django.utils.timezone.now", return_value=night):
        tell_translators()
    assert ToldOccasion.objects.filter(occasion__startswith="due").count() == 1


@pytest.mark.thorough
def test_a_changed_source_is_told_with_its_words_when_it_rests(
    source, tajik, chief, translator, django_assert_max_num_queries
):
    change(source, "Лид номер один", ago=timedelta(minutes=1))
    assert told() == {}, "it may be published again in a minute"
    change(source, "Лид изменён ещё раз")
    ((address, text),) = told().items()
    assert address == translator.email
    assert text.startswith("The source has changed (Тоҷикӣ): Об\n")
    assert "4 words to look at. 1 paragraph changed." in text
    assert f"/admin/pages/{tajik.pk}/edit/" in text
    with django_assert_max_num_queries(6):  # whatever number of links there are
        assert tell_translators() == 0
    other = make_user("Translators (tg)", email="other@example.org")
    change(source, "Лид стал опять другим")
    ask(source, chief, assignee=other)
    assert set(told()) == {translator.email, other.email}, "who has the translation now hears of it too"


def test_what_was_published_by_a_clock_that_ran_ahead_is_told_once(source, tajik, translator):
    change(source, "Лид изменён", ago=-timedelta(days=3))
    assert set(told()) == {translator.email}
    PublishedUnits.objects.filter(page=source).update(since=timezone.now() - timedelta(hours=1))
    assert told() == {}, "its time has come"


@pytest.mark.thorough
def test_all_that_is_new_for_somebody_is_one_message(source, chief, translator, monkeypatch):
    monkeypatch.setattr(translation_delivery, "MOST_TOLD", 6)
    for number in range(5):
        page = make_article(source.get_parent().specific, title=f"Статья {number}", live=False)
        ask(publish(page), chief, assignee=translator, due=today() + timedelta(days=1 if number else -1))
    assert tell_translators() == 1
    message = OutgoingMessage.objects.get(recipient=translator.email)
    assert message.subject == "Assignments and translations: 10 messages"
    assert message.body.index("Overdue:") < message.body.index("Due today or tomorrow:")
    assert "And 4 more." in message.body
    assert tell_translators() == 0


def test_who_wants_none_is_told_nothing_then_or_later_and_who_left_neither(source, chief, translator):
    choice = MessageChoice.objects.create(user=translator, assigned="")
    ask(source, chief, assignee=translator, due=today() + timedelta(days=1))
    assert [text.partition("\n")[0] for text in told().values()] == ["Due (Тоҷикӣ): Вода"]
    choice.assigned = MessageChoice.Way.MAIL
    choice.save()
    assert told() == {}
    ToldOccasion.objects.all().delete()
    User.objects.filter(pk=translator.pk).update(is_active=False)
    assert told() == {}


def test_a_deleted_article_and_a_withdrawn_translation_are_not_told(source, tajik, chief, translator):
    change(source, "Другой")
    ask(source, chief, assignee=translator)
    tajik.unpublish()
    assert told()[translator.email].startswith("Given to you")
    ToldOccasion.objects.all().delete()
    tajik.delete()
    source.delete()
    assert told() == {}


def test_people_and_team_by_telegram(api, source, tajik, chief, translator):
    LanguageChats.objects.create(locale=locale(), team_chat=TEAM_CHAT)
    MessageChoice.objects.create(user=translator, assigned="telegram", telegram_chat="77")
    change(source, "Другой")
    ask(source, chief, assignee=translator, due=today() + timedelta(days=1), note="For the newsroom alone.")
    assert set(told()) == {translator.email}, "the other kinds come by mail"
    (mine,) = api.chats["77"].values()
    assert mine.startswith("Given to you (Тоҷикӣ): Об\n\nGiven to you:\n")
    (ours,) = api.chats[TEAM_CHAT].values()
    assert "Об" in ours
    assert "alone" not in ours + mine
    # Tajik has no texts of the admin: it falls back to Russian.
    assert ours.startswith("Задания и переводы: 3 сообщения")
    assert told() == {}
    assert len(api.calls) == 2


def test_a_persons_chat_is_told_no_headline_of_a_draft(api, source, chief, translator):
    MessageChoice.objects.create(user=translator, assigned="telegram", telegram_chat="77")
    source.unpublish()
    ask(source, chief, assignee=translator)
    told()
    (mine,) = api.chats["77"].values()
    assert mine.startswith("Given to you (Тоҷикӣ)")
    assert "Вода" not in mine


def test_without_a_bot_it_goes_by_mail_and_the_account_offers_nothing_else(client, source, chief, translator):
    MessageChoice.objects.create(user=translator, assigned="telegram", telegram_chat="77")
    LanguageChats.objects.create(locale=locale(), team_chat=TEAM_CHAT)
    ask(source, chief, assignee=translator)
    assert set(told(lambda: call_command("tell_translators"))) == {translator.email}
    client.force_login(translator)
    text = client.get(reverse("wagtailadmin_account")).content.decode()
    assert "translation_messages-assigned" in text
    assert "telegram" not in text.lower()


def test_a_failure_is_seen_by_the_chats_name_and_sent_again(api, client, source, chief):
    chats = LanguageChats.objects.create(locale=locale(), team_chat=TEAM_CHAT)
    source.unpublish()
    ask(source, chief)
    tell_translators()
    api.answer = (403, {"ok": False, "error_code": 403, "description": "Forbidden: bot is not a member"})
    make_due()
    deliver_due()
    client.force_login(chief)
    page = client.get(reverse("chorsu_delivery_unsent")).content.decode()
    assert "Team (Тоҷикӣ)" in page
    assert "bot is not a member" in page
    assert TOKEN not in page
    api.answer = None
    chats.team_chat = "-1010"
    chats.save()
    message = OutgoingMessage.objects.unsent().get(channel="telegram")
    client.post(reverse("chorsu_delivery_retry", args=[message.pk]))
    deliver_due()
    assert list(api.chats) == ["-1010"]
    assert "Вода" not in next(iter(api.chats["-1010"].values())), "an unpublished headline leaves by no chat"


def test_the_account_offers_telegram_where_there_is_a_bot(api, client, translator):
    User.objects.update(first_name="Nozanin", last_name="B")
    client.force_login(translator)
    account = reverse("wagtailadmin_account")
    form = {
        **form_fields(soup_of(client, account).main),
        "translation_messages-assigned": "telegram",
    }
    chat = "translation_messages-telegram_chat"
    assert "Without your number" in client.post(account, {**form, chat: ""}).content.decode()
    for wrong in ("somebody", "@x", "12; 13"):
        client.post(account, {**form, chat: wrong})
        assert not MessageChoice.objects.exists()
    assert client.post(account, {**form, chat: "77"}).status_code == 302
    choice = MessageChoice.objects.get()
    assert (choice.assigned, choice.due, choice.telegram_chat) == ("telegram", "mail", "77")
    found = chat_of(person(translator))
    assert found
    assert found.id == "77"


def test_chief_editors_enter_the_chats(client, chief):
    for recipient in ("team tg", "channel xx", "person 999", "person x", "nobody", ""):
        assert chat_of(recipient) is None
    client.force_login(chief)
    address = reverse("newsroom_chats:add")
    values = {"locale": locale().pk, "team_chat": "not a chat", "public_channel": "@chorsu_tj"}
    assert client.post(address, values).status_code == 200
    assert not LanguageChats.objects.exists()
    client.post(address, {**values, "team_chat": TEAM_CHAT})
    assert client.get(reverse("newsroom_chats:index")).status_code == 200
    found = chat_of(team("tg"))
    assert found
    assert found.id == TEAM_CHAT


def test_a_translation_that_is_sent_back_or_approved_is_told_to_its_translator(source, translator):
    editor = make_user("Editors (tg)", email="editor@example.org", first_name="Sayyora")
    page = AnalysisPage.objects.get(pk=start_translation(source=source, locale=locale(), user=translator).pk)
    page.title = "Об"
    page.lead = "Об дар кӯҳҳо ях баст ва мардуми деҳа то шом интизори борон шуданд"
    page.save_revision(user=translator)
    submit(page, translator)
    told()
    decide(page, editor, comment="Not yet.", approved=False)
    assert "Not yet." in told()[translator.email]
    page = page.get_latest_revision_as_object()
    page.current_workflow_state.resume(user=translator)
    page.lead = page.lead.replace("борон", "боронҳо")
    page.save_revision(user=editor)
    told()
    decide(page, editor)
    text = told()[translator.email]
    assert text.startswith("Approved: Об\n")
    assert "боронҳо" in text


def test_what_was_told_is_forgotten_after_a_year(translator):
    for days in (364, 366):
        ToldOccasion.objects.create(
            recipient="person 1", occasion=f"due:{days}", told_at=timezone.now() - timedelta(days=days)
        )
    sweeps.delete_expired()
    assert ToldOccasion.objects.get().occasion == "due:364"


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_tell_once(source, chief, translator):
    ask(source, chief, assignee=translator, due=today())
    answers = at_once(tell_translators, tell_translators, tell_translators)
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert OutgoingMessage.objects.filter(recipient=translator.email).count() == 1


def test_whoever_reads_no_drafts_gets_no_headline_of_one(source, chief):
    draft = make_article(source.get_parent().specific, title="Zztajna", live=False)
    for role, is_told in (("Journalists", False), ("Translators", True)):
        assignee = make_user(f"{role} (tg)")
        assign_translation(page=draft, locale=locale(), assignee=assignee, user=chief)
        assert ("Zztajna" in told()[assignee.email]) is is_told
