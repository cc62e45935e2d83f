"""Facts and states: what changes a state, and what doesn't."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from wagtail.models import GroupApprovalTask, Locale, Page, Workflow, WorkflowTask

from chorsu_editorial.models import FourEyesTaskState, HeldApproval
from chorsu_translation.models import TranslationLink
from chorsu_translation.selectors import State, originals, page_state, pages_in_state, with_state
from tests.factories import make_article, make_home, make_section
from tests.translation.desk_of_two import Pair, make_pair

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair() -> Pair:
    return make_pair()


def submit(page: Page) -> Any:
    workflow, _created = Workflow.objects.get_or_create(name="Review")
    if not workflow.workflow_tasks.exists():
        WorkflowTask.objects.create(workflow=workflow, task=GroupApprovalTask.objects.create(name="Approve"))
    return workflow.start(page, None)


def hold(page: Page) -> None:
    """Hold an approved version, as a review does that waits for other languages."""
    workflow_state = submit(page)
    workflow_state.cancel()
    state = workflow_state.task_states.get()
    held = FourEyesTaskState(taskstate_ptr=state, **{each: getattr(state, each) for each in ("status", "started_at")})
    held.__dict__.update({key: value for key, value in state.__dict__.items() if key != "_state"})
    held.save()
    HeldApproval.objects.create(page_id=page.pk, task_state=held)


def pages_of_every_state() -> dict[State, Page]:
    """Return a page in each state that a page can be in; each but the last is also in what later states ask for."""
    found: dict[State, Page] = {}
    for number, state in enumerate(State):
        if state in {State.MISSING, State.REQUESTED, State.NOT_PLANNED}:
            continue
        found[state] = (pair := make_pair(slug=f"article-{number}")).target
        if state != State.LIVE:
            pair.change_source(lead="Another lead")
        if state not in {State.LIVE, State.OUTDATED}:
            pair.fresh_source().unpublish()
        if state in {State.DRAFT, State.SCHEDULED}:
            pair.fresh_target().unpublish()
        target = pair.fresh_target()
        if state == State.SCHEDULED:
            target.go_live_at = timezone.now() + timedelta(days=1)
            target.save_revision().publish()
        elif state == State.HELD:
            hold(target)
        elif state in {State.IN_REVIEW, State.CHANGES_REQUESTED}:
            workflow_state = submit(target)
            if state == State.CHANGES_REQUESTED:
                workflow_state.current_task_state.reject(user=None)
    return found


@pytest.mark.sql
def test_every_state_is_filtered_as_it_is_annotated() -> None:
    pages = pages_of_every_state()
    keys = [page.pk for page in pages.values()]
    assert {state: page_state(page) for state, page in pages.items()} == {state: state for state in pages}
    for state in State:
        found = Page.objects.filter(pages_in_state(state), pk__in=keys).values_list("pk", flat=True)
        assert list(found) == ([pages[state].pk] if state in pages else [])


def test_a_live_page_with_changes_has_a_newer_draft(pair: Pair) -> None:
    def newer(pages: Iterable[int]) -> list[int]:
        found = with_state(Page.objects.filter(pk__in=pages)).filter(has_newer_draft=True)
        return list(found.values_list("pk", flat=True))

    assert newer([pair.target.pk]) == []
    pair.fresh_target().save_revision()
    assert newer([pair.target.pk]) == [pair.target.pk]
    pair.fresh_target().unpublish()
    assert newer([pair.target.pk]) == []


def test_a_deleted_source_is_withdrawn_and_its_translation_stands_in_a_row_of_its_own(pair: Pair) -> None:
    locales = list(Locale.objects.all())
    assert pair.target not in originals(locales)
    pair.source.delete()
    assert page_state(pair.target) == State.SOURCE_WITHDRAWN
    assert pair.fresh_target() in [page.specific for page in originals(locales)]
    TranslationLink.objects.filter(target=pair.target).delete()
    assert page_state(pair.target) == State.LIVE


def test_a_page_without_a_source_is_live() -> None:
    assert page_state(make_article(make_section(make_home("tg")))) == State.LIVE
