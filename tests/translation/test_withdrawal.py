"""An article taken down in every language in one act, and brought back exactly as it was."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, PageLogEntry, Revision
from wagtail.users.models import UserProfile

from chorsu_articles.models import AnalysisPage
from chorsu_delivery.models import OutgoingMessage
from chorsu_editorial.approval import EXCEPTIONS, TAKEN_DOWN, approve
from chorsu_editorial.models import HeldApproval
from chorsu_translation.models import Withdrawal, WithdrawalProposal
from chorsu_translation.selectors import State, page_state
from chorsu_translation.starting import start_translation
from chorsu_translation.withdrawal import (
    WithdrawalError,
    decide,
    open_withdrawal,
    take_down,
    withdraw_everywhere,
)
from cms.models import User
from tests.editorial.desk import current_screen, fresh, task_state
from tests.factories import signed_in
from tests.translation.newsroom import at, bring_back, editor_at, history_at, live, locale, member, proposed, publish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_messages_in_english")]
REASON = "A court asked for it."


@pytest.fixture(scope="module")
def kept(kept_source, kept_in_module) -> list[int]:
    """Return the keys of a chief editor, and of an article in Tajik."""
    with kept_in_module():
        page = translate(AnalysisPage.objects.get(pk=kept_source), "tg")
        page.title = "Об ва пиряхҳо"
        return [member("chief", "Chief editors").pk, publish(page).pk]


@pytest.fixture
def chief(kept, db) -> Any:
    return User.objects.get(pk=kept[0])


@pytest.fixture
def russian(source, kept) -> AnalysisPage:
    """Return an article that has a Tajik translation."""
    return source


@pytest.fixture
def tajik(kept, db) -> AnalysisPage:
    return AnalysisPage.objects.get(pk=kept[1])


def translate(source: Page, code: str) -> AnalysisPage:
    translator = member(f"translator_{code}", f"Translators ({code})")
    page: AnalysisPage = start_translation(source=source, locale=locale(code), user=translator).specific
    return page


def withdraw(page: Page, user: Any) -> Withdrawal:
    return withdraw_everywhere(page=page, user=user, reason=REASON)


def actions(page: Page) -> list[str]:
    return list(PageLogEntry.objects.filter(page=page.pk).order_by("pk").values_list("action", flat=True))


def submit(page: Page, user: Any) -> None:
    page.save_revision(user=user)
    page.get_workflow().start(page, user)


@pytest.mark.thorough
def test_all_languages_come_down_together_and_come_back_as_they_were(chief, russian, tajik):
    russian.title = "A draft that nobody approved"
    russian.save_revision(user=chief)
    before = [fresh(page).live_revision_id for page in (russian, tajik)]
    alias = fresh(russian).create_alias(parent=russian.get_parent(), update_slug="alias")
    withdrawal = withdraw_everywhere(page=tajik, user=chief, reason=f" {REASON} ")
    with pytest.raises(WithdrawalError, match="in no language"):
        withdraw(russian, chief)
    assert live(russian, tajik, alias) == [False, False, False]
    assert (withdrawal.reason, withdrawal.withdrawn_by) == (REASON, chief)
    assert actions(russian)[-2:] == ["wagtail.unpublish", "chorsu_translation.withdraw_everywhere"]
    assert open_withdrawal(russian.translation_key) == withdrawal

    done = bring_back(page=russian, user=chief)
    assert [each.brings_back for each in done] == [True, True]
    assert live(russian, tajik, alias) == [True, True, True]
    assert [fresh(page).live_revision_id for page in (russian, tajik)] == before
    assert fresh(russian).title == "Вода и ледники"
    assert fresh(russian).has_unpublished_changes
    assert actions(tajik)[-2:] == ["wagtail.publish", "chorsu_translation.bring_back"]
    withdrawal.refresh_from_db()
    assert (withdrawal.undone_by, open_withdrawal(russian.translation_key)) == (chief, None)
    with pytest.raises(WithdrawalError, match="Nothing of"):
        bring_back(page=russian, user=chief)


def test_of_several_withdrawals_the_last_one_is_undone(chief, russian):
    withdraw(russian, chief)
    version = publish(fresh(russian)).live_revision_id
    withdraw(russian, chief)
    bring_back(page=russian, user=chief)
    assert (fresh(russian).live, fresh(russian).live_revision_id) == (True, version)


def test_an_editor_takes_a_page_of_the_own_language_down(chief, russian, tajik):
    editor, author = member("editor", "Editors (tg)"), member("author", "Journalists (tg)")
    Page.objects.filter(pk=tajik.pk).update(owner=author)
    tajik.go_live_at = timezone.now() + timedelta(days=1)
    tajik.save_revision(user=author).publish(user=chief)
    submit(fresh(tajik), author)
    OutgoingMessage.objects.all().delete()
    client, down = signed_in(editor), at("take_down", tajik)
    assert down in client.get(editor_at(tajik)).text
    assert client.post(down, {"reason": "…"}).status_code == 422
    assert fresh(tajik).live
    assert client.post(down, {"reason": REASON}).headers["Location"] == editor_at(tajik)
    assert live(russian, tajik) == [True, False]
    assert not Revision.objects.filter(approved_go_live_at__isnull=False).exists()
    assert not fresh(tajik).current_workflow_state
    entry = PageLogEntry.objects.get(action=TAKEN_DOWN)
    assert (entry.page_id, entry.user, entry.data["reason"]) == (tajik.pk, editor, REASON)
    assert REASON in client.get(history_at(tajik)).text
    told = dict(OutgoingMessage.objects.filter(key__startswith="exception:").values_list("recipient", "body"))
    assert set(told) == {chief.email, author.email}
    assert all(REASON in body for body in told.values())
    assert not Withdrawal.objects.exists(), "it isn't brought back with the other languages"
    with pytest.raises(WithdrawalError, match="is not live"):
        take_down(page=tajik, user=editor, reason=REASON)


@pytest.mark.parametrize("role", ["Journalists (tg)", "Translators (tg)", "Editors (ru)", None])
def test_only_editors_of_the_language_take_a_page_down(tajik, role):
    person = member("person", *filter(None, [role]))
    Page.objects.filter(pk=tajik.pk).update(owner=person)
    signed_in(person).post(at("take_down", tajik), {"reason": REASON})
    section = tajik.get_parent()
    editor = member("editor", "Editors (tg)")
    # Nor does an editor take the section or the front page down.
    for user, page in ((person, fresh(tajik)), (editor, section), (editor, section.get_parent())):
        with pytest.raises(PermissionDenied):
            take_down(page=page, user=user, reason=REASON)
    assert fresh(tajik).live


def test_wagtails_own_ways_ask_too_or_are_reported(chief, russian, tajik):
    client = signed_in(chief)
    answer = client.post(reverse("wagtailadmin_pages:unpublish", args=[tajik.pk]))
    assert answer.headers["Location"] == at("take_down", tajik)
    assert fresh(tajik).live
    assert client.post(answer.headers["Location"], {"reason": REASON}).status_code == 302
    bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "unpublish"])
    assert client.post(f"{bulk}?id={russian.pk}&next=/admin/").status_code == 302
    assert live(russian, tajik) == [False, False]
    entries = PageLogEntry.objects.filter(action=TAKEN_DOWN).order_by("pk")
    assert [(entry.page_id, entry.data["reason"]) for entry in entries] == [(tajik.pk, REASON), (russian.pk, "")]


def test_schedules_are_cancelled_and_named_when_the_article_comes_back(chief, russian, tajik):
    tomorrow = timezone.now() + timedelta(days=1)
    english = translate(russian, "en")
    for page in (tajik, english):
        page.go_live_at = tomorrow
        page.save_revision(user=chief).publish(user=chief)
    assert live(tajik, english) == [True, False]
    withdraw(russian, chief)
    assert not Revision.objects.filter(approved_go_live_at__isnull=False).exists()
    done = {each.page.pk: each for each in bring_back(page=russian, user=chief) if each.page}
    assert [done[page.pk].scheduled for page in (russian, tajik, english)] == [[], [tomorrow], [tomorrow]]
    assert "Schedule it again by hand." in done[english.pk].stays_away[0]
    assert not Revision.objects.filter(approved_go_live_at__isnull=False).exists()
    assert live(tajik, english) == [True, False]


@pytest.mark.parametrize("is_held", [False, True])
def test_a_review_or_a_held_approval_ends_and_its_people_are_told_why(chief, russian, *, is_held):
    author, editor = member("author", "Journalists (en)"), member("editor", "Editors (en)")
    english = translate(russian, "en")
    submit(english, author)
    if is_held:
        state = task_state(english)
        approve(task=state.task.specific, task_state=state, user=editor, screen=current_screen(state), hold=True)
        assert page_state(english) == State.HELD
    OutgoingMessage.objects.all().delete()
    withdraw(russian, chief)
    assert not HeldApproval.objects.exists()
    assert not fresh(english).current_workflow_state
    assert page_state(english) == State.DRAFT
    mails = dict(OutgoingMessage.objects.values_list("recipient", "key" if is_held else "body"))
    assert author.email in mails
    assert ("hold_ended" in mails[editor.email]) if is_held else (REASON in mails[author.email])


def test_what_was_changed_since_stays_away_and_is_told(chief, russian, tajik):
    english, kazakh, kyrgyz = (publish(translate(russian, code)) for code in ("en", "kk", "ky"))
    uzbek, persian = (publish(translate(russian, code)) for code in ("uz", "fa"))
    russian.expire_at = timezone.now() + timedelta(hours=1)
    publish(russian)
    withdraw(russian, chief)
    fresh(tajik).delete()
    english.lead = "Without the sentence"
    publish(english)
    kazakh.lead = "Waits"
    submit(kazakh, chief)
    publish(kyrgyz).unpublish()
    Revision.objects.filter(object_id=str(uzbek.pk)).update(created_at=timezone.now())
    persian.go_live_at = timezone.now() + timedelta(days=1)
    persian.save_revision().publish()
    with mock.patch("django.utils.timezone.now", return_value=timezone.now() + timedelta(hours=2)):
        done = {each.entry["locale"]: each for each in bring_back(page=russian, user=chief)}
    assert not any(each.brings_back for each in done.values())
    assert done.pop("ru").obstacle.startswith("Its time ended on")
    assert {code: each.obstacle for code, each in done.items()} == {
        "tg": "The page has been deleted.",
        "en": "It is live again already.",
        "kk": "A newer version of it is on its way through approval.",
        "ky": "Another version of it has been published since.",
        "uz": "The version that was live has been changed since.",
        "fa": "A newer version of it is scheduled.",
    }
    assert fresh(kazakh).workflow_in_progress
    assert not fresh(russian).live


def test_a_page_without_versions_comes_back_too(chief, russian):
    Revision.objects.filter(object_id=str(russian.pk)).delete()
    Page.objects.filter(pk=russian.pk).update(live_revision=None, latest_revision=None)
    withdraw(fresh(russian), chief)
    assert not fresh(russian).live
    bring_back(page=fresh(russian), user=chief)
    assert (fresh(russian).live, fresh(russian).title) == (True, "Вода и ледники")
    withdraw(fresh(russian), chief)
    # As the editor does with a draft of a page that isn't live.
    AnalysisPage.objects.filter(pk=russian.pk).update(title="Nobody approved it")
    bring_back(page=fresh(russian), user=chief)
    assert not fresh(russian).live, "it has been changed since"


def test_one_page_that_cant_be_published_again_stops_no_other(chief, russian, tajik):
    withdraw(russian, chief)
    publish_it = Revision.publish

    def refuse(self, **options):
        if self.object_id == str(tajik.pk):
            raise ValidationError("The address is taken.")
        return publish_it(self, **options)

    with mock.patch.object(Revision, "publish", refuse):
        done = bring_back(page=russian, user=chief)
    assert [each.stays_away for each in done] == [[], ["The address is taken."]]
    assert live(russian, tajik) == [True, False]
    assert "chorsu_translation.bring_back" not in actions(tajik)


def test_a_failure_in_the_middle_takes_nothing_down(chief, russian, tajik):
    target = "chorsu_translation.withdrawal.end_hold"
    with mock.patch(target, side_effect=[mock.DEFAULT, RuntimeError]), pytest.raises(RuntimeError):
        withdraw(russian, chief)
    assert live(russian, tajik) == [True, True]
    assert not Withdrawal.objects.exists()


def test_the_page_lists_what_is_live_where_and_the_menu_leads_there(chief, russian, tajik):
    UserProfile.objects.create(user=chief, preferred_language="en")
    User.objects.filter(pk=chief.pk).update(first_name="Zarina")
    client, down, back = signed_in(chief), at("withdraw", russian), at("bring_back", russian)
    desk = reverse("chorsu_translation:desk")
    assert all(down in client.get(screen).text for screen in (editor_at(russian), desk))
    shown = client.get(down).text
    assert tajik.title in shown
    assert russian.full_url in shown
    for reason in ("", "x" * 2001, "…!"):
        assert client.post(down, {"reason": reason}).status_code == 422
    assert fresh(russian).live
    assert client.post(down, {"reason": REASON, "next": desk}).headers["Location"] == desk
    edited, listed = (client.get(screen).text for screen in (editor_at(russian), desk))
    assert down not in edited + listed
    assert back in listed
    warning = BeautifulSoup(edited, "html.parser").select_one(".messages .warning")
    assert warning
    assert "Withdrawn everywhere" in warning.text
    assert "Zarina" in warning.text
    assert [link["href"] for link in warning.select("a")] == [back]
    assert back not in signed_in(tajik.owner).get(editor_at(tajik)).text
    shown = client.get(back).text
    assert REASON in shown
    assert "The very version that was live" in shown
    assert REASON in client.get(history_at(tajik)).text
    # One person proposes, another one confirms.
    assert client.post(back, {"reason": "It was right"}).status_code == 302
    confirmed = {"proposal": WithdrawalProposal.objects.get().pk, "confirm": "1"}
    assert client.post(back, confirmed).status_code == 422
    assert not fresh(tajik).live
    other = signed_in(member("other", "Chief editors"))
    assert other.post(back, confirmed, follow=True).status_code == 200
    assert fresh(tajik).live
    # What was live went past nobody.
    assert not PageLogEntry.objects.filter(action__in=EXCEPTIONS).exists()
    assert other.post(back, confirmed).status_code == 422


def test_who_may_is_a_right_of_its_own(chief, russian):
    editor = member("editor", "Editors (ru)")
    client, down = signed_in(editor), at("withdraw", russian)
    screens = editor_at(russian), reverse("chorsu_translation:desk")
    assert not any(down in client.get(screen).text for screen in screens)
    assert client.get(down).status_code == client.post(down, {"reason": REASON}).status_code == 302
    with pytest.raises(PermissionDenied):
        withdraw(russian, editor)
    assert fresh(russian).live
    withdraw(russian, chief)
    listed = client.get(screens[1]).text
    assert (at("bring_back", russian) in listed, "translation-withdrawn" in listed) == (False, True)
    key = proposed(russian, "bring_back", by=editor)
    with pytest.raises(PermissionDenied):
        decide(proposal_id=key, page=russian, user=member("editor_tg", "Editors (tg)"))
    assert client.post(at("bring_back", russian), {"proposal": key, "confirm": "1"}).status_code == 302
    assert not fresh(russian).live
