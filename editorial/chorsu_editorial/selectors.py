"""Who is concerned by a review."""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, QuerySet
from wagtail.models import Page, PageLogEntry, Revision, TaskState

from chorsu_editorial import four_eyes, services
from chorsu_editorial.lineage import History, Step, published_ids
from chorsu_editorial.models import FourEyesTaskState
from chorsu_editorial.past_approval import EXCEPTIONS, MENDS
from chorsu_editorial.refusals import NotAReviewer, Refusal


def possible_approvers(task_state: FourEyesTaskState) -> QuerySet[Any]:
    """Return the active users of the approving groups who had no share in the submitted version."""
    task = task_state.task.specific
    involved = four_eyes.authors(task_state.submitted, submitter_id=task_state.submitted_by_id)
    users = get_user_model().objects.filter(is_active=True, groups__in=task.groups.all())
    return users.exclude(pk__in=involved).distinct().order_by("pk")


def approval_refusal(*, page: Page, user: Any) -> str:
    """Return why somebody of the approving groups may not approve a page in review, or an empty string."""
    state = page.current_workflow_task_state
    if not isinstance(state, FourEyesTaskState):
        return ""
    task = state.task.specific
    try:
        task.check_reviewer(state, user)
        task.check_share(state, user)
    except NotAReviewer:
        return ""
    except Refusal as refusal:
        return str(refusal)
    return ""


def authors(task_state: FourEyesTaskState) -> QuerySet[Any]:
    """Return the users who had a share in the submitted version, its submitter among them."""
    involved = four_eyes.authors(task_state.submitted, submitter_id=task_state.submitted_by_id)
    return get_user_model().objects.filter(pk__in=involved).order_by("pk")


def may_put_live(*, page: Page, user: Any) -> bool:
    """Return whether a user may publish or approve below a page's place, whatever state the page is in.

    Any task with approving groups counts, Wagtail's own too; the user's share in the text doesn't.
    """
    workflow = page.get_workflow()
    tasks = [task.specific for task in workflow.tasks] if workflow else []
    return bool(
        page.permissions_for_user(user).can_publish()
        or any(hasattr(task, "groups") and services.is_reviewer(task=task, user=user) for task in tasks)
        or (tasks and services.may_approve_alone(user))
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


def writers(revision: Revision, *, copies: Container[int] = ()) -> set[Any]:
    """Return the primary keys of the users who changed the content since the publication before this revision's.

    ``copies`` are revisions whose content nobody wrote: copies of other pages.
    """
    history = History(revision)
    published = published_ids(revision) - {revision.pk}
    version: list[Step] = []
    for step in (history.steps[revision.pk], *history.ancestors(revision.pk)):
        if step.pk in published:
            break
        version.append(step)
    carried = {user_id for step in version for user_id in step.carried}
    changed = history.changed(step for step in version if step.pk not in copies)
    return {*carried, *(step.user_id for step in changed)} - {None}


def concerned(page: Page) -> set[Any]:
    """Return the primary keys of a page's owner, and of who wrote, submitted and approved what was approved last."""
    states = FourEyesTaskState.objects.filter(
        workflow_state__base_content_type_id=page.get_base_content_type().pk,
        workflow_state__object_id=str(page.pk),
        status=TaskState.STATUS_APPROVED,
    )
    state = states.order_by("-finished_at", "-pk").first()
    people = {state.finished_by_id, state.submitted_by_id, *writers(state.revision)} if state else set()
    return {page.owner_id, *people} - {None}


def mends(*, since: datetime) -> QuerySet[Any]:
    """Return the log's entries of what went live without a second person as a small correction."""
    entries: QuerySet[Any] = PageLogEntry.objects.filter(action__in=MENDS, timestamp__gte=since)
    return entries.exclude(data__where__in=("draft", "review"))


def exceptions() -> QuerySet[Any]:
    """Return what was approved alone or published by right, newest first; ``page_exists`` unless it was deleted."""
    exists = Exists(Page.objects.filter(pk=OuterRef("page_id")))
    entries: QuerySet[Any] = PageLogEntry.objects.filter(action__in=EXCEPTIONS).annotate(page_exists=exists)
    return entries.select_related("user").order_by("-timestamp", "-pk")
