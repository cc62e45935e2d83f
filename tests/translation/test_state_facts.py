"""Facts and states: what changes a state, and what doesn't."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from wagtail.models import GroupApprovalTask, Locale, Page, Workflow, WorkflowTask

from chorsu_editorial.models import FourEyesTaskState, HeldApproval
from chorsu_translation.models import ArticleState, NotPlannedRule, TranslationLink
from chorsu_translation.selectors import State, in_states, page_state
from chorsu_translation.services import write_marked
from chorsu_translation.states import state_now
from tests.translation.desk_of_two import make_pair
from tests.translation.newsroom import originals

pytestmark = pytest.mark.django_db


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
def test_every_state_is_said_and_kept():
    pages = pages_of_every_state()
    assert {state: page_state(page) for state, page in pages.items()} == {state: state for state in pages}
    write_marked()
    for state in State:
        found = ArticleState.objects.filter(in_states([state]), page__in=[page.pk for page in pages.values()])
        assert list(found.values_list("page", flat=True)) == ([pages[state].pk] if state in pages else [])


def test_what_time_changes_is_asked_of_the_clock(pair, monkeypatch):
    """A rule keeps an article out from a moment on; nobody writes the row at that moment."""
    english = Locale.objects.create(language_code="en")
    NotPlannedRule.objects.create(locale=english, older_than_days=10)
    write_marked()
    published = Page.objects.get(pk=pair.source.pk).first_published_at
    assert published
    row = ArticleState.objects.get(translation_key=pair.source.translation_key, locale=english)
    assert (row.state, row.kept_out_from) == (State.MISSING, published + timedelta(days=10))
    for days, state in ((9, State.MISSING), (11, State.NOT_PLANNED)):
        now = published + timedelta(days=days)
        monkeypatch.setattr(timezone, "now", lambda now=now: now)
        assert state_now(row.state, row.kept_out_from) == state
        for each in (State.MISSING, State.NOT_PLANNED):
            assert ArticleState.objects.filter(in_states([each]), pk=row.pk).exists() == (each == state)


def test_a_deleted_source_is_withdrawn_and_its_translation_stands_in_a_row_of_its_own(pair):
    locales = list(Locale.objects.all())
    assert pair.target not in originals(locales)
    pair.source.delete()
    assert page_state(pair.target) == State.SOURCE_WITHDRAWN
    assert pair.fresh_target() in [page.specific for page in originals(locales)]
    TranslationLink.objects.filter(target=pair.target).delete()
    assert page_state(pair.target) == State.LIVE
