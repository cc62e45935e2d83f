"""An article taken down in every language in one act, and brought back exactly as it was."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, PageLogEntry, Revision
from wagtail.users.models import UserProfile

from chorsu_articles.models import AnalysisPage
from chorsu_delivery.models import OutgoingMessage
from chorsu_editorial.approval import EXCEPTIONS, TAKEN_DOWN, approve
from chorsu_editorial.models import HeldApproval
from chorsu_search.writing import sync
from chorsu_translation.models import Withdrawal, WithdrawalProposal
from chorsu_translation.selectors import State, page_state
from chorsu_translation.starting import start_translation
from chorsu_translation.withdrawal import (
    WithdrawalError,
    decide,
    open_withdrawal,
    restorations,
    take_down,
    withdraw_everywhere,
)
from cms.models import User
from cms.reader.cache_version import current_version
from tests.editorial.desk import current_screen, fresh, task_state
from tests.translation.newsroom import bring_back, locale, member, proposed, publish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_messages_in_english")]
REASON = "A court asked for it."


@pytest.fixture(scope="module")
def kept(kept_source: int, kept_in_module: Any) -> list[int]:
    """Return the keys of a chief editor, and of an article in Tajik."""
    with kept_in_module():
        page = translate(AnalysisPage.objects.get(pk=kept_source), "tg")
        page.title = "Об ва пиряхҳо"
        return [member("chief", "Chief editors").pk, publish(page).pk]


@pytest.fixture
def chief(kept: list[int], db: None) -> Any:
    return User.objects.get(pk=kept[0])


@pytest.fixture
def russian(source: AnalysisPage, kept: list[int]) -> AnalysisPage:
    """Return an article that has a Tajik translation."""
    return source


@pytest.fixture
def tajik(kept: list[int], db: None) -> AnalysisPage:
    return AnalysisPage.objects.get(pk=kept[1])


def translate(source: Page, code: str) -> AnalysisPage:
    translator = member(f"translator_{code}", f"Translators ({code})")
    page: AnalysisPage = start_translation(source=source, locale=locale(code), user=translator).specific
    return page


def actions(page: Page) -> list[str]:
    return list(PageLogEntry.objects.filter(page=page.pk).order_by("pk").values_list("action", flat=True))


def submit(page: Page, user: Any) -> None:
    page.save_revision(user=user)
    page.get_workflow().start(page, user)


@pytest.mark.thorough
def test_all_languages_come_down_together_and_come_back_as_they_were(
    chief: Any, russian: AnalysisPage, tajik: AnalysisPage
) -> None:
    russian.title = "A draft that nobody approved"
    russian.save_revision(user=chief)
    before = [fresh(page).live_revision_id for page in (russian, tajik)]
    withdrawal = withdraw_everywhere(page=tajik, user=chief, reason=f" {REASON} ")
    with pytest.raises(WithdrawalError, match="in no language"):
        withdraw_everywhere(page=russian, user=chief, reason=REASON)
    assert [fresh(page).live for page in (russian, tajik)] == [False, False]
    assert (withdrawal.reason, withdrawal.withdrawn_by) == (REASON, chief)
    assert actions(russian)[-2:] == ["wagtail.unpublish", "chorsu_translation.withdraw_everywhere"]
    assert open_withdrawal(russian.translation_key) == withdrawal
    assert [page_state(page) for page in (russian, tajik)] == [State.DRAFT, State.DRAFT]

    done = bring_back(page=russian, user=chief)
    assert [each.brings_back for each in done] == [True, True]
    assert [fresh(page).live for page in (russian, tajik)] == [True, True]
    assert [fresh(page).live_revision_id for page in (russian, tajik)] == before
    assert fresh(russian).title == "Вода и ледники"
    assert fresh(russian).has_unpublished_changes
    assert [page_state(page) for page in (russian, tajik)] == [State.LIVE, State.LIVE]
    assert actions(tajik)[-2:] == ["wagtail.publish", "chorsu_translation.bring_back"]
    withdrawal.refresh_from_db()
    assert (withdrawal.undone_by, open_withdrawal(russian.translation_key)) == (chief, None)
    assert not restorations(russian.translation_key)
    with pytest.raises(WithdrawalError, match="Nothing of"):
        bring_back(page=russian, user=chief)


def test_an_editor_takes_a_page_of_the_own_language_down(
    chief: Any, russian: AnalysisPage, tajik: AnalysisPage
) -> None:
    editor, author = member("editor", "Editors (tg)"), member("author", "Journalists (tg)")
    Page.objects.filter(pk=tajik.pk).update(owner=author)
    tajik.go_live_at = timezone.now() + timedelta(days=1)
    tajik.save_revision(user=author).publish(user=chief)
    submit(fresh(tajik), author)
    OutgoingMessage.objects.all().delete()
    client = Client()
    client.force_login(editor)
    address = reverse("chorsu_translation:take_down", args=[tajik.pk])
    assert address in client.get(reverse("wagtailadmin_pages:edit", args=[tajik.pk])).text
    assert client.post(address, {"reason": "…"}).status_code == 422
    assert fresh(tajik).live
    answer = client.post(address, {"reason": REASON})
    assert answer.headers["Location"] == reverse("wagtailadmin_pages:edit", args=[tajik.pk])
    assert [fresh(page).live for page in (russian, tajik)] == [True, False]
    assert not Revision.objects.filter(approved_go_live_at__isnull=False).exists()
    assert not fresh(tajik).current_workflow_state
    entry = PageLogEntry.objects.get(action=TAKEN_DOWN)
    assert (entry.page_id, entry.user, entry.data["reason"]) == (tajik.pk, editor, REASON)
    assert REASON in client.get(reverse("wagtailadmin_pages:history", args=[tajik.pk])).text
    told = dict(OutgoingMessage.objects.filter(key__startswith="exception:").values_list("recipient", "body"))
    assert set(told) == {chief.email, author.email}
    assert all(REASON in body for body in told.values())
    assert not Withdrawal.objects.exists(), "it isn't brought back with the other languages"
    with pytest.raises(WithdrawalError, match="is not live"):
        take_down(page=tajik, user=editor, reason=REASON)


@pytest.mark.parametrize("role", ["Journalists (tg)", "Translators (tg)", "Editors (ru)", None])
def test_only_editors_of_the_language_take_a_page_down(chief: Any, tajik: AnalysisPage, role: str | None) -> None:
    person = member("person", *filter(None, [role]))
    Page.objects.filter(pk=tajik.pk).update(owner=person)
    client = Client()
    client.force_login(person)
    client.post(reverse("chorsu_translation:take_down", args=[tajik.pk]), {"reason": REASON})
    section = tajik.get_parent()
    editor = member("editor", "Editors (tg)")
    # Nor does an editor take the section or the front page down.
    for user, page in ((person, fresh(tajik)), (editor, section), (editor, section.get_parent())):
        with pytest.raises(PermissionDenied):
            take_down(page=page, user=user, reason=REASON)
    assert fresh(tajik).live


def test_wagtails_own_ways_ask_too_or_are_reported(chief: Any, russian: AnalysisPage, tajik: AnalysisPage) -> None:
    client = Client()
    client.force_login(chief)
    answer = client.post(reverse("wagtailadmin_pages:unpublish", args=[tajik.pk]))
    assert answer.headers["Location"] == reverse("chorsu_translation:take_down", args=[tajik.pk])
    assert fresh(tajik).live
    assert client.post(answer.headers["Location"], {"reason": REASON}).status_code == 302
    bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "unpublish"])
    assert client.post(f"{bulk}?id={russian.pk}&next=/admin/").status_code == 302
    assert [fresh(page).live for page in (russian, tajik)] == [False, False]
    entries = PageLogEntry.objects.filter(action=TAKEN_DOWN).order_by("pk")
    assert [(entry.page_id, entry.data["reason"]) for entry in entries] == [(tajik.pk, REASON), (russian.pk, "")]


def test_schedules_are_cancelled_and_named_when_the_article_comes_back(
    chief: Any, russian: AnalysisPage, tajik: AnalysisPage
) -> None:
    tomorrow = timezone.now() + timedelta(days=1)
    english = translate(russian, "en")
    for page, time in ((tajik, tomorrow), (english, tomorrow + timedelta(days=1))):
        page.go_live_at = time
        page.save_revision(user=chief).publish(user=chief)
    assert [fresh(page).live for page in (tajik, english)] == [True, False]
    withdraw_everywhere(page=russian, user=chief, reason=REASON)
    assert not Revision.objects.filter(approved_go_live_at__isnull=False).exists()
    done = {each.page.locale.language_code: each for each in bring_back(page=russian, user=chief) if each.page}
    assert {code: each.scheduled for code, each in done.items()} == {
        "ru": [],
        "tg": [tomorrow],
        "en": [tomorrow + timedelta(days=1)],
    }
    assert "Schedule it again by hand." in done["en"].stays_away[0]
    assert not Revision.objects.filter(approved_go_live_at__isnull=False).exists()
    assert [fresh(page).live for page in (tajik, english)] == [True, False]


def test_what_expired_meanwhile_stays_away(chief: Any, russian: AnalysisPage, tajik: AnalysisPage) -> None:
    tajik.expire_at = timezone.now() + timedelta(hours=1)
    publish(tajik)
    withdraw_everywhere(page=russian, user=chief, reason=REASON)
    with mock.patch("django.utils.timezone.now", return_value=timezone.now() + timedelta(hours=2)):
        done = bring_back(page=russian, user=chief)
    assert [each.brings_back for each in done] == [True, False]
    assert done[1].obstacle.startswith("Its time ended on")
    assert not fresh(tajik).live


@pytest.mark.parametrize("is_held", [False, True])
def test_a_review_or_a_held_approval_ends_and_its_people_are_told_why(
    chief: Any, russian: AnalysisPage, *, is_held: bool
) -> None:
    author, editor = member("author", "Journalists (en)"), member("editor", "Editors (en)")
    english = translate(russian, "en")
    submit(english, author)
    told = {author.email}
    if is_held:
        state = task_state(english)
        approve(task=state.task.specific, task_state=state, user=editor, screen=current_screen(state), hold=True)
        assert page_state(english) == State.HELD
        told |= {editor.email}
    OutgoingMessage.objects.all().delete()
    withdraw_everywhere(page=russian, user=chief, reason=REASON)
    assert not HeldApproval.objects.exists()
    assert not fresh(english).current_workflow_state
    assert page_state(english) == State.DRAFT
    kind = "hold_ended" if is_held else ""
    mails = dict(OutgoingMessage.objects.filter(key__startswith=kind).values_list("recipient", "body"))
    assert set(mails) >= told
    assert is_held or REASON in mails[author.email]


@pytest.mark.thorough
def test_what_was_changed_since_is_told(chief: Any, russian: AnalysisPage, tajik: AnalysisPage) -> None:
    english, kazakh, kyrgyz = (publish(translate(russian, code)) for code in ("en", "kk", "ky"))
    uzbek, persian = (publish(translate(russian, code)) for code in ("uz", "fa"))
    withdraw_everywhere(page=russian, user=chief, reason=REASON)
    fresh(tajik).delete()
    english.lead = "Without the sentence"
    publish(english)
    kazakh.lead = "Waits"
    submit(kazakh, chief)
    publish(kyrgyz).unpublish()
    Revision.objects.filter(object_id=str(uzbek.pk)).update(created_at=timezone.now())
    persian.go_live_at = timezone.now() + timedelta(days=1)
    persian.save_revision().publish()
    done = {each.entry["locale"]: each for each in bring_back(page=russian, user=chief)}
    assert [code for code, each in done.items() if each.brings_back] == ["ru"]
    assert {code: each.obstacle for code, each in done.items() if code != "ru"} == {
        "tg": "The page has been deleted.",
        "en": "It is live again already.",
        "kk": "A newer version of it is on its way through approval.",
        "ky": "Another version of it has been published since.",
        "uz": "The version that was live has been changed since.",
        "fa": "A newer version of it is scheduled.",
    }
    assert fresh(kazakh).workflow_in_progress


def test_a_page_without_versions_comes_back_too(chief: Any, russian: AnalysisPage) -> None:
    Revision.objects.filter(object_id=str(russian.pk)).delete()
    Page.objects.filter(pk=russian.pk).update(live_revision=None, latest_revision=None)
    withdraw_everywhere(page=fresh(russian), user=chief, reason=REASON)
    assert not fresh(russian).live
    bring_back(page=fresh(russian), user=chief)
    assert (fresh(russian).live, fresh(russian).title) == (True, "Вода и ледники")
    withdraw_everywhere(page=fresh(russian), user=chief, reason=REASON)
    # As the editor does with a draft of a page that isn't live.
    AnalysisPage.objects.filter(pk=russian.pk).update(title="Nobody approved it")
    done = {each.page.pk: each.stays_away for each in bring_back(page=fresh(russian), user=chief)}
    assert (fresh(russian).live, done[russian.pk]) == (False, ["The page has been changed since."])


def test_one_page_that_cant_be_published_again_stops_no_other(
    chief: Any, russian: AnalysisPage, tajik: AnalysisPage
) -> None:
    withdraw_everywhere(page=russian, user=chief, reason=REASON)
    publish_it = Revision.publish

    def refuse(self: Revision, **options: Any) -> Any:
        if self.object_id == str(tajik.pk):
            raise ValidationError("The address is taken.")
        return publish_it(self, **options)

    with mock.patch.object(Revision, "publish", refuse):
        done = bring_back(page=russian, user=chief)
    assert [each.stays_away for each in done] == [[], ["The address is taken."]]
    assert [fresh(page).live for page in (russian, tajik)] == [True, False]
    assert "chorsu_translation.bring_back" not in actions(tajik)


def test_search_feed_sitemap_and_what_readers_caches_hold_follow(
    client: Client, chief: Any, russian: AnalysisPage, tajik: AnalysisPage
) -> None:
    def seen() -> list[bool]:
        sync(limit=100)
        found = client.get("/tg/search/", {"q": "пиряхҳо"}).context["results"].found
        texts = [client.get(path).content.decode() for path in ("/tg/feed/", "/sitemap-tg.xml", "/tg/analysis/")]
        return [bool(found), *(tajik.slug in text for text in texts), client.get(tajik.url).status_code == 200]

    assert seen() == [True] * 5
    version = current_version()
    withdraw_everywhere(page=russian, user=chief, reason=REASON)
    assert seen() == [False] * 5
    assert current_version() != version
    bring_back(page=russian, user=chief)
    assert seen() == [True] * 5


def test_a_failure_in_the_middle_takes_nothing_down(chief: Any, russian: AnalysisPage, tajik: AnalysisPage) -> None:
    target = "chorsu_translation.withdrawal.end_hold"
    with mock.patch(target, side_effect=[mock.DEFAULT, RuntimeError]), pytest.raises(RuntimeError):
        withdraw_everywhere(page=russian, user=chief, reason=REASON)
    assert [fresh(page).live for page in (russian, tajik)] == [True, True]
    assert not Withdrawal.objects.exists()


def test_the_page_lists_what_is_live_where_and_the_menu_leads_there(
    client: Client, chief: Any, russian: AnalysisPage, tajik: AnalysisPage
) -> None:
    client.force_login(chief)
    address = reverse("chorsu_translation:withdraw", args=[russian.pk])
    back = reverse("chorsu_translation:bring_back", args=[russian.pk])
    editor = reverse("wagtailadmin_pages:edit", args=[russian.pk])
    assert address in client.get(editor).content.decode()
    text = client.get(address).content.decode()
    assert tajik.title in text
    assert russian.full_url in text
    for reason in ("", "  ", "x" * 2001, "…!"):
        response = client.post(address, {"reason": reason})
        assert response.status_code == 422
    assert fresh(russian).live
    response = client.post(address, {"reason": REASON, "next": reverse("chorsu_translation:desk")})
    assert response.headers["Location"] == reverse("chorsu_translation:desk")
    page = client.get(editor).content.decode()
    assert address not in page
    assert back in page
    text = client.get(back).content.decode()
    assert REASON in text
    assert "та же версия, что и была" in text
    for each in (russian, tajik):
        assert REASON in client.get(reverse("wagtailadmin_pages:history", args=[each.pk])).content.decode()
    # One person proposes, another one confirms.
    assert client.post(back, {"reason": "It was right"}).status_code == 302
    key = {"proposal": WithdrawalProposal.objects.get().pk}
    assert client.post(back, {**key, "confirm": "1"}).status_code == 422
    assert not fresh(tajik).live
    client.force_login(member("other", "Chief editors"))
    assert client.post(back, {**key, "confirm": "1"}, follow=True).status_code == 200
    assert fresh(tajik).live
    # What was live went past nobody.
    assert not PageLogEntry.objects.filter(action__in=EXCEPTIONS).exists()
    assert client.post(back, {**key, "confirm": "1"}).status_code == 422


def test_who_may_is_a_right_of_its_own(client: Client, chief: Any, russian: AnalysisPage) -> None:
    editor = member("editor", "Editors (ru)")
    client.force_login(editor)
    address, back = (reverse(f"chorsu_translation:{name}", args=[russian.pk]) for name in ("withdraw", "bring_back"))
    assert address not in client.get(reverse("wagtailadmin_pages:edit", args=[russian.pk])).content.decode()
    assert client.get(address).status_code == 302
    assert client.post(address, {"reason": REASON}).status_code == 302
    with pytest.raises(PermissionDenied):
        withdraw_everywhere(page=russian, user=editor, reason=REASON)
    assert fresh(russian).live
    withdraw_everywhere(page=russian, user=chief, reason=REASON)
    key = proposed(russian, "bring_back", by=editor)
    with pytest.raises(PermissionDenied):
        decide(proposal_id=key, page=russian, user=member("editor_tg", "Editors (tg)"))
    assert client.post(back, {"proposal": key, "confirm": "1"}).status_code == 302
    assert not fresh(russian).live


def test_the_desk_says_so_and_leads_there(
    client: Client, chief: Any, russian: AnalysisPage, tajik: AnalysisPage
) -> None:
    address = reverse("chorsu_translation:withdraw", args=[russian.pk])
    back = reverse("chorsu_translation:bring_back", args=[russian.pk])
    editor = member("editor", "Editors (ru)")
    desk = reverse("chorsu_translation:desk")

    def shown(user: Any) -> tuple[bool, bool, bool]:
        client.force_login(user)
        text = client.get(desk).content.decode()
        return address in text, back in text, "translation-withdrawn" in text

    assert (shown(chief), shown(editor)) == ((True, False, False), (False, False, False))
    withdraw_everywhere(page=russian, user=chief, reason=REASON)
    assert (shown(chief), shown(editor)) == ((False, True, True), (False, False, True))
    russian.title = "Written anew"
    publish(russian)
    assert shown(chief) == (True, False, False)


@pytest.mark.thorough
def test_the_editor_of_what_was_withdrawn_says_when_by_whom_and_the_way_back(
    client: Client, chief: Any, russian: AnalysisPage, tajik: AnalysisPage
) -> None:
    UserProfile.objects.create(user=chief, preferred_language="en")
    User.objects.filter(pk=chief.pk).update(first_name="Zarina", last_name="Karim")
    edit = reverse("wagtailadmin_pages:edit", args=[tajik.pk])

    def told(user: Any) -> Any:
        client.force_login(user)
        return BeautifulSoup(client.get(edit).content, "html.parser").select_one(".messages .warning")

    assert told(chief) is None
    withdraw_everywhere(page=russian, user=chief, reason=REASON)
    said = told(chief)
    assert "Withdrawn everywhere" in said.text
    assert "Zarina Karim" in said.text
    assert said.a["href"] == reverse("chorsu_translation:bring_back", args=[tajik.pk])
    assert told(tajik.owner).a is None
