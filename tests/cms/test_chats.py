"""Publications in a language's public channel, and typo reports in the team's chat."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from wagtail.models import Locale

from chorsu_articles.models import AnalysisPage, InfoPage
from chorsu_delivery.models import OutgoingMessage, TelegramPost
from chorsu_delivery.services import deliver_due
from chorsu_feedback.models import TypoReport
from chorsu_feedback.reports import submit_report
from chorsu_translation.withdrawal import withdraw_everywhere
from cms.models import LanguageChats
from cms.newsroom.messages import without_posts
from cms.publishing import publish_due
from tests.cms.content import restrict, section
from tests.cms.retracting import bring_back, retract
from tests.cms.test_translation_messages import TEAM_CHAT, TOKEN, publish
from tests.delivery.bot_api import BotApi, bot_api
from tests.delivery.test_messages import make_due
from tests.editorial.desk import fresh
from tests.factories import make_user
from tests.feedback.pages import anchor_in

pytestmark = pytest.mark.usefixtures("newsroom")
CHANNEL = "@chorsu_ru"
GONE = "Этот текст сейчас недоступен"
WORDS = "Станция откылась в городе."


@pytest.fixture(autouse=True)
def api(settings, newsroom) -> Iterator[BotApi]:
    with bot_api() as server:
        telegram = {**settings.CHORSU_DELIVERY["TELEGRAM"], "TOKEN": TOKEN, "API": server.url}
        settings.CHORSU_DELIVERY = {**settings.CHORSU_DELIVERY, "TELEGRAM": telegram}
        russian = Locale.objects.get(language_code="ru")
        LanguageChats.objects.create(locale=russian, team_chat=TEAM_CHAT, public_channel=CHANNEL)
        yield server


def draft(title: str = "Вода", code: str = "ru", **values: Any) -> AnalysisPage:
    page = AnalysisPage(title=title, lead="Лид & <b>", live=False, locale=section(code).locale, **values)
    page.body = [("paragraph", f"<p>{WORDS}</p>")]
    section(code).add_child(instance=page)
    page.save_revision()
    return fresh(page)


def posts(api: BotApi, chat: str = CHANNEL) -> list[str]:
    """Send what waits and return what stands in a chat."""
    make_due()
    while deliver_due():
        pass
    assert not OutgoingMessage.objects.unsent().filter(channel__startswith="telegram").exists()
    return list(api.chats.get(chat, {}).values())


def methods(api: BotApi) -> list[str]:
    return [method for method, _asked in api.calls]


def test_a_publication_is_posted_once_and_follows_its_headline(api):
    page = publish(draft())
    assert posts(api) == [f"Вода\n\nЛид & <b>\n\n{page.full_url}"]
    publish(page)
    page.title = "A draft"
    page.save_revision()
    assert len(posts(api)) == 1
    assert methods(api) == ["sendMessage"]
    page.title = "Реки"
    page = publish(page)
    assert posts(api)[0].startswith("Реки\n")
    fresh(page).delete()
    assert posts(api) == []
    # Readers of the channel are told of it once.
    assert methods(api) == ["sendMessage", "editMessageText", "deleteMessage"]


def test_what_is_taken_down_says_so_in_its_post_and_is_not_posted_again(api):
    chief = make_user("Chief editors")
    publish(draft("Газ", slug="gaz")).unpublish()
    assert posts(api) == []
    assert not api.calls, "what was withdrawn before it was posted is never posted"
    page = publish(draft())
    before = posts(api)
    withdraw_everywhere(page=page, user=chief, reason="A court asked for it.")
    assert posts(api) == [GONE]
    # Nobody may read that it was there, either.
    restriction = restrict(section())
    assert posts(api) == []
    restriction.delete()
    publish(fresh(page))
    assert posts(api) == before


@pytest.mark.thorough
@pytest.mark.parametrize("is_live", [True, False])
def test_a_retraction_stands_in_the_post_in_the_place_of_the_text(api, is_live):
    page = publish(draft())
    assert len(posts(api)) == 1
    if not is_live:
        page.unpublish()
        assert posts(api) == [GONE]
    retract(page, ru="Мы ошиблись в числах.")
    assert posts(api) == ["Мы ошиблись в числах."]
    changes = len(methods(api))
    assert changes == (2 if is_live else 3)
    bring_back(page)
    # A text that was down before the retraction is down after it.
    assert posts(api) == ([f"Вода\n\nЛид & <b>\n\n{page.full_url}"] if is_live else [GONE])
    assert methods(api)[changes:] == ["editMessageText"]


def test_a_scheduled_publication_is_posted_at_its_time(api):
    page = draft()
    page.go_live_at = timezone.now() + timedelta(days=1)
    revision = page.save_revision()
    revision.publish()
    assert posts(api) == []
    revision.content["go_live_at"] = (timezone.now() - timedelta(minutes=1)).isoformat()
    revision.approved_go_live_at = timezone.now() - timedelta(minutes=1)
    revision.save()
    assert publish_due() == 1
    assert len(posts(api)) == 1


def test_what_everybody_may_not_read_is_not_posted(api):
    restriction = restrict(section())
    publish(draft())
    assert posts(api) == []
    restriction.delete()
    assert not api.calls
    other = publish(draft("Газ", slug="gaz"))
    assert len(posts(api)) == 1
    restrict(other)
    assert posts(api) == []


def test_a_moved_page_has_its_new_address_an_alias_no_post_and_a_long_lead_is_cut(api):
    page = draft()
    page.lead = "ж" * 5000
    page = publish(page)
    (text,) = posts(api)
    assert text.endswith(f"ж…\n\n{page.full_url}")
    assert section().slug in text
    events = section(kind="events")
    page.create_alias(parent=events)
    assert len(posts(api)) == 1
    section().move(events, pos="last-child")
    (text,) = posts(api)
    assert "/events/analysis/" in text
    assert text.endswith(fresh(page).full_url)


def test_other_kinds_other_languages_and_the_demo_are_not_posted(api):
    home = section().get_parent()
    info = home.add_child(instance=InfoPage(title="About us", slug="about-us", live=False, locale=home.locale))
    info.save_revision().publish()
    publish(draft("Об", "tg"))
    with without_posts():
        publish(draft("Демо", slug="demo"))
    assert posts(api) == []
    assert not TelegramPost.objects.exists()


def test_a_channel_that_is_entered_later_gets_no_old_articles(api):
    LanguageChats.objects.update(public_channel="")
    page = publish(draft())
    AnalysisPage.objects.filter(pk=page.pk).update(first_published_at=timezone.now() - timedelta(days=2))
    LanguageChats.objects.update(public_channel=CHANNEL)
    page = fresh(page)
    page.title = "Реки"
    publish(page)
    assert posts(api) == []


def report(page: AnalysisPage, **facts: Any) -> TypoReport:
    anchor = anchor_in(page, "откылась", f"body.{page.body[0].id}")
    return submit_report(page=page, anchor=anchor, suggestion="открылась", **facts)


def test_a_new_report_is_told_to_the_team_with_its_sentence(api):
    page = publish(draft())
    found = report(page)
    report(page)
    (text,) = posts(api, TEAM_CHAT)
    assert "− Станция откылась в городе.\n+ Станция открылась в городе.\n" in text
    assert f"/{found.pk}/" in text
    # Of these the team isn't told.
    restriction = restrict(page)
    report(page, comment="private")
    restriction.delete()
    LanguageChats.objects.update(typo_reports=False)
    report(page, comment="off")
    LanguageChats.objects.update(typo_reports=True, team_chat="")
    report(page, comment="no chat")
    assert posts(api, TEAM_CHAT) == [text]
