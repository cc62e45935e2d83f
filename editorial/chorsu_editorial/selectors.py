"""Who is concerned by a review."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, QuerySet
from wagtail.models import Page, PageLogEntry, Revision, TaskState

from chorsu_editorial.approvers import approval_refusal, approving_tasks, is_reviewer, may_approve_alone
from chorsu_editorial.lineage import History, published_ids, writers
from chorsu_editorial.models import FourEyesTaskState
from chorsu_editorial.past_approval import EXCEPTIONS, MENDS

# Whether somebody may approve a text takes some queries, so a long queue isn't searched to its end.
MOST_CANDIDATES = 30


def next_to_review(*, user: Any, after: Page) -> Page | None:
    """Return the text that waits longest for this person's approval, in the language of ``after`` before others."""
    waiting = FourEyesTaskState.objects.filter(
        status=TaskState.STATUS_IN_PROGRESS,
        task__in=approving_tasks(user).filter(active=True).values("pk"),
        workflow_state__base_content_type=ContentType.objects.get_for_model(Page),
    ).exclude(workflow_state__object_id=str(after.pk))
    states = {state.workflow_state.object_id: state for state in waiting.select_related("workflow_state", "task")}
    pages = {str(page.pk): page for page in Page.objects.filter(pk__in=states).select_related("locale")}
    queue = sorted(
        (key for key in states if key in pages),
        key=lambda key: (pages[key].locale_id != after.locale_id, states[key].started_at, states[key].pk),
    )
    return next((pages[key] for key in queue[:MOST_CANDIDATES] if approval_refusal(states[key], user) is None), None)


def may_put_live(*, page: Page, user: Any) -> bool:
    """Return whether a user may publish or approve below a page's place, whatever state the page is in.

    Any task with approving groups counts, Wagtail's own too; the user's share in the text doesn't.
    """
    workflow = page.get_workflow()
    tasks = [task.specific for task in workflow.tasks] if workflow else []
    return bool(
        page.permissions_for_user(user).can_publish()
        or any(hasattr(task, "groups") and is_reviewer(task=task, user=user) for task in tasks)
        or (tasks and may_approve_alone(user))
    )


def minor_edit_of(revision_id: int | None) -> Revision | None:
    """Return the published version of which a revision is a minor edit, as its author said and no approver denied.

    None where nobody said so.
    """
    if revision_id is None:
        return None
    approved = FourEyesTaskState.objects.filter(revision_id=revision_id, status=TaskState.STATUS_APPROVED)
    state = approved.order_by("-finished_at", "-pk").first()
    if state is None or not state.is_minor:
        return None
    published = published_ids(state.revision)
    ancestors = History(state.revision).ancestors(revision_id)
    before = next((step.pk for step in ancestors if step.pk in published), None)
    return Revision.objects.filter(pk=before).first()


def concerned(page: Page) -> set[Any]:
    """Return the primary keys of a page's owner, and of who wrote, submitted and approved what was approved last."""
    states = FourEyesTaskState.objects.filter(
        workflow_state__base_content_type_id=page.get_base_content_type().pk,
        workflow_state__object_id=str(page.pk),
        status=TaskState.STATUS_APPROVED,
    )
    state = states.order_by("-finished_at", "-pk").first()
    if state is None:
        return {page.owner_id} - {None}
    wrote = writers(state.revision, republished=True)
    return {page.owner_id, state.finished_by_id, state.submitted_by_id, *wrote} - {None}


def mends(*, since: datetime) -> QuerySet[Any]:
    """Return the log's entries of what went live without a second person as a small correction."""
    entries: QuerySet[Any] = PageLogEntry.objects.filter(action__in=MENDS, timestamp__gte=since)
    return entries.exclude(data__where__in=("draft", "review"))


def exceptions() -> QuerySet[Any]:
    """Return what was approved alone or published by right, newest first; ``page_exists`` unless it was deleted."""
    exists = Exists(Page.objects.filter(pk=OuterRef("page_id")))
    entries: QuerySet[Any] = PageLogEntry.objects.filter(action__in=EXCEPTIONS).annotate(page_exists=exists)
    return entries.select_related("user").order_by("-timestamp", "-pk")
