"""A minor edit that an author declares and the approver confirms keeps translations up to date."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from wagtail import hooks
from wagtail.models import PageLogEntry, Revision

from chorsu_editorial.models import FourEyesTaskState
from chorsu_editorial.refusals import Refusal
from chorsu_translation.selectors import State, desk_rows, page_state, places_to_check, viewer_of
from chorsu_translation.selectors.desk import Action
from chorsu_translation.selectors.units import editor_url
from chorsu_translation.services import write_marked
from chorsu_translation.services.minor_review import confirm_minor, declare_minor
from tests.editorial.desk import LEAD, Desk, fresh, make_desk, task_state
from tests.factories import make_user
from tests.translation.desk_of_two import Pair, publish, translate

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_messages_in_english")]
Minor = FourEyesTaskState.Minor


@pytest.fixture
def desk() -> Desk:
    return make_desk()


@pytest.fixture
def pair(desk: Desk) -> Pair:
    source = publish(desk.draft())
    return Pair(source, translate(source))


def submit_as_minor(desk: Desk, pair: Pair, **changes: Any) -> FourEyesTaskState:
    data = desk.form(desk.author, pair.source, **(changes or {"lead": LEAD.replace("plain", "simple")}))
    data["action-submit"] = "minor"
    desk.browser(desk.author).post(f"/admin/pages/{pair.source.pk}/edit/", data)
    return task_state(pair.source)


def say(desk: Desk, state: FourEyesTaskState, user: Any, word: str = "yes") -> Any:
    return desk.browser(user).post(reverse("chorsu_translation:confirm_minor", args=[state.pk]), {"minor": word})


def notes(state: FourEyesTaskState, user: Any) -> str:
    request = SimpleNamespace(user=user, META={}, COOKIES={})
    found = [hook(request, state.revision.as_object(), state) for hook in hooks.get_hooks("chorsu_review_notes")]
    return "".join(note for each in found for note in each)


def test_the_journey_from_the_authors_button_to_a_live_translation(desk: Desk, pair: Pair) -> None:
    html = desk.browser(desk.author).get(f"/admin/pages/{pair.source.pk}/edit/").content.decode()
    assert 'name="action-submit" value="minor"' in html
    state = submit_as_minor(desk, pair)
    assert state.minor == Minor.DECLARED
    assert "Confirm the minor edit" in notes(state, desk.editor)
    assert "<button" not in notes(state, desk.author)
    assert say(desk, state, desk.editor).status_code == 302
    assert "It is more than that" in notes(task_state(pair.source), desk.editor)
    desk.act(desk.editor, pair.source, "approve")
    assert "simple" in fresh(pair.source).lead
    assert page_state(pair.target) == State.LIVE
    logged = PageLogEntry.objects.filter(page=pair.source.pk, action__contains="minor_edit")
    assert set(logged.values_list("action", "user")) == {
        ("chorsu_translation.declare_minor_edit", desk.author.pk),
        ("chorsu_translation.confirm_minor_edit", desk.editor.pk),
    }


@pytest.mark.parametrize("word", ["", "no"])
def test_what_the_approver_does_not_confirm_outdates_translations(desk: Desk, pair: Pair, word: str) -> None:
    state = submit_as_minor(desk, pair)
    if word:
        say(desk, state, desk.editor)
        say(desk, state, desk.editor, word)
    desk.act(desk.editor, pair.source, "approve")
    assert page_state(pair.target) == State.OUTDATED


def test_a_number_in_a_confirmed_minor_edit_leaves_a_place_to_check(desk: Desk, pair: Pair) -> None:
    state = submit_as_minor(desk, pair, lead=f"{LEAD} of 40")
    confirm_minor(task_state=state, user=desk.editor)
    desk.act(desk.editor, pair.source, "approve")
    assert page_state(pair.target) == State.LIVE
    assert [place.path for place in places_to_check(pair.target)] == ["lead"]
    write_marked()
    rows = desk_rows([fresh(pair.source)], viewer=viewer_of(make_user(superuser=True)), locales=[pair.target.locale])
    assert (rows[0].cells[0].action, rows[0].cells[0].address) == (Action.CHECK, editor_url(pair.target))


def test_nobody_confirms_their_own_or_what_nobody_declared(desk: Desk, pair: Pair) -> None:
    state = submit_as_minor(desk, pair)
    for user in (desk.author, desk.colleague):
        say(desk, state, user)
        assert task_state(pair.source).minor == Minor.DECLARED
    other = desk.in_review(slug="other")
    with pytest.raises(Refusal):
        confirm_minor(task_state=task_state(other), user=desk.editor)
    desk.act(desk.editor, pair.source, "approve")
    with pytest.raises(Refusal):
        confirm_minor(task_state=task_state(pair.source), user=desk.editor)


def test_a_minor_edit_matters_only_where_translations_are_live(desk: Desk, pair: Pair) -> None:
    page = desk.in_review(slug="other")
    assert not declare_minor(page=page, user=desk.author)
    pair.fresh_target().unpublish()
    html = desk.browser(desk.author).get(f"/admin/pages/{pair.source.pk}/edit/").content.decode()
    assert 'value="minor"' not in html


def test_a_scheduled_minor_edit_is_one_when_its_time_comes(desk: Desk, pair: Pair) -> None:
    state = submit_as_minor(desk, pair, lead=f"{LEAD} or two", go_live_at=timezone.now() + timedelta(days=1))
    confirm_minor(task_state=state, user=desk.editor)
    desk.act(desk.editor, pair.source, "approve")
    come(pair)
    assert "or two" in fresh(pair.source).lead
    assert page_state(pair.target) == State.LIVE


def test_it_is_none_of_another_text_that_was_live_meanwhile(desk: Desk, pair: Pair) -> None:
    state = submit_as_minor(desk, pair, lead=f"{LEAD} or two", go_live_at=timezone.now() + timedelta(days=1))
    confirm_minor(task_state=state, user=desk.editor)
    desk.act(desk.editor, pair.source, "approve")
    scheduled = Revision.objects.get(approved_go_live_at__isnull=False)
    when = scheduled.approved_go_live_at
    source = pair.fresh_source()
    source.title = "Quite another headline"
    source.go_live_at = None
    source.save_revision().publish()
    Revision.objects.filter(pk=scheduled.pk).update(approved_go_live_at=when)
    pair.target = publish(pair.fresh_target())
    come(pair)
    assert "or two" in fresh(pair.source).lead
    assert page_state(pair.target) == State.OUTDATED


def come(pair: Pair) -> None:
    """Let the time of what is scheduled come."""
    for revision in Revision.objects.filter(approved_go_live_at__isnull=False):
        revision.content["go_live_at"] = None
        revision.approved_go_live_at = timezone.now() - timedelta(minutes=1)
        revision.save()
    call_command("publish_scheduled", verbosity=0)
