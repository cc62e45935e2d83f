"""A minor edit, as its author says and no approver denies, keeps translations up to date."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone
from wagtail import hooks
from wagtail.models import PageLogEntry, Revision

from chorsu_editorial.models import FourEyesTaskState
from chorsu_editorial.refusals import Refusal
from chorsu_translation.minor import declare_minor, deny_minor
from chorsu_translation.selectors import State, page_state
from tests.editorial.desk import LEAD, MENDED, MENDED_AGAIN, Desk, fresh, make_desk, task_state
from tests.translation.desk_of_two import Pair, publish, translate
from tests.translation.newsroom import again

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_messages_in_english")]


@pytest.fixture(scope="module")
def kept(kept_in_module) -> tuple[Desk, Pair]:
    with kept_in_module():
        desk = make_desk()
        source = publish(desk.draft())
        return desk, Pair(source, translate(source))


@pytest.fixture
def desk(kept, db) -> Desk:
    return again(kept[0])


@pytest.fixture
def pair(kept, db) -> Pair:
    return Pair(kept[1].fresh_source(), kept[1].fresh_target())


def submit_as_minor(desk: Desk, pair: Pair, **changes: Any) -> FourEyesTaskState:
    data = {"lead": MENDED, "minor-edit": "yes", **changes}
    pair.told = desk.press(desk.author, pair.source, "action-submit", **data).text  # type: ignore[attr-defined]
    return task_state(pair.source)


def deny(desk: Desk, state: FourEyesTaskState, user: Any) -> Any:
    return desk.browser(user).post(reverse("chorsu_translation:deny_minor", args=[state.pk]))


def notes(state: FourEyesTaskState, user: Any) -> str:
    request: Any = RequestFactory().get("/")
    request.user = user
    found = [hook(request, state.revision.as_object(), state) for hook in hooks.get_hooks("chorsu_review_notes")]
    return "".join(note for each in found for note in each)


@pytest.mark.thorough
def test_the_journey_from_the_authors_checkbox_to_a_live_translation(desk, pair):
    assert '<input type="checkbox" name="minor-edit"' in desk.open(desk.author, pair.source).text
    state = submit_as_minor(desk, pair)
    assert state.is_minor
    assert "It is more than that" in notes(state, desk.editor)
    assert "minor edit" in notes(state, desk.author)
    assert "<button" not in notes(state, desk.author)
    desk.act(desk.editor, pair.source, "approve")
    assert "simple" in fresh(pair.source).lead
    assert page_state(pair.target) == State.LIVE
    [entry] = PageLogEntry.objects.filter(page=pair.source.pk, action__contains="minor_edit")
    assert (entry.action, entry.user) == ("chorsu_translation.declare_minor_edit", desk.author)


def test_what_the_approver_denies_outdates_translations(desk, pair):
    state = submit_as_minor(desk, pair)
    for user in (desk.author, desk.colleague):
        deny(desk, state, user)
        assert task_state(pair.source).is_minor
    assert deny(desk, state, desk.editor).status_code == 302
    assert notes(task_state(pair.source), desk.editor) == ""
    desk.act(desk.editor, pair.source, "approve")
    assert page_state(pair.target) == State.OUTDATED
    with pytest.raises(Refusal):
        deny_minor(task_state=state, user=desk.editor)
    assert PageLogEntry.objects.filter(action="chorsu_translation.withdraw_minor_edit", user=desk.editor).exists()


def test_a_number_takes_the_tick_away(desk, pair):
    state = submit_as_minor(desk, pair, lead=f"{LEAD} of 40")
    assert not state.is_minor
    assert "This is no minor edit" in pair.told  # type: ignore[attr-defined]
    desk.act(desk.editor, pair.source, "approve")
    assert page_state(pair.target) == State.OUTDATED


def test_a_number_of_whoever_reads_it_does_so_too(desk, pair):
    submit_as_minor(desk, pair)
    desk.save(desk.other_editor, pair.source, lead=f"{LEAD} of 40")
    desk.act(desk.editor, pair.source, "approve")
    assert "40" in fresh(pair.source).lead
    assert page_state(pair.target) == State.OUTDATED


def test_a_minor_edit_matters_only_where_translations_are_live(desk, pair):
    page = desk.in_review(slug="other")
    assert not declare_minor(page=page, user=desk.author)
    pair.fresh_target().unpublish()
    html = desk.open(desk.author, pair.source).text
    assert "action-submit" in html
    assert 'name="minor-edit"' not in html


def test_a_translation_that_was_outdated_before_a_minor_edit_stays_so(desk, pair):
    pair.change_source(lead=MENDED_AGAIN)
    assert submit_as_minor(desk, pair).is_minor
    desk.act(desk.editor, pair.source, "approve")
    assert "simple" in fresh(pair.source).lead
    assert page_state(pair.target) == State.OUTDATED


@pytest.mark.parametrize("other_text_was_live", [False, True])
def test_a_scheduled_minor_edit_is_one_when_its_time_comes_and_of_no_other_text(desk, pair, other_text_was_live):
    submit_as_minor(desk, pair, lead=f"{LEAD} or two", go_live_at=timezone.now() + timedelta(days=1))
    desk.act(desk.editor, pair.source, "approve")
    scheduled = Revision.objects.get(approved_go_live_at__isnull=False)
    if other_text_was_live:
        pair.change_source(title="Quite another headline", go_live_at=None)
        pair.target = publish(pair.fresh_target())
    # Let its time come.
    scheduled.content["go_live_at"] = None
    scheduled.approved_go_live_at = timezone.now() - timedelta(minutes=1)
    scheduled.save()
    call_command("publish_scheduled", verbosity=0)
    assert "or two" in fresh(pair.source).lead
    assert page_state(pair.target) == (State.OUTDATED if other_text_was_live else State.LIVE)
