"""Approving, sending back: permission, change, log entry and signal, each in one transaction.

Everything is decided from ``task_state``: Wagtail's views pass a page beside it without checking that they belong
together.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Page, Revision, Task, TaskState, WorkflowState

from chorsu_editorial import explanations, past_approval, remarks, signals
from chorsu_editorial.approvers import approval_refusal, may_approve_alone, may_send_back
from chorsu_editorial.differences import Change, changes
from chorsu_editorial.facts import facts
from chorsu_editorial.hashing import approval_hash
from chorsu_editorial.lock_order import key_of_page, lock_pages
from chorsu_editorial.refusals import (
    ChangedSince,
    NotAReviewer,
    NothingApproved,
    NotInReview,
    ReasonMissing,
    Refusal,
)
from chorsu_editorial.screen_token import ScreenToken, parse_token

MENDED = "chorsu_editorial.mended"
HELD = "chorsu_editorial.held"
APPROVALS = frozenset({"approve", "approve_alone", "approve_and_hold"})


def may_hold(task_state: TaskState) -> bool:
    """Return whether an approval can wait for other languages: the site has some, and no other step follows."""
    return bool(getattr(settings, "WAGTAIL_I18N_ENABLED", False) and task_state.workflow_state.is_at_final_task)


@transaction.atomic
def approve(
    *,
    task: Task,
    task_state: TaskState,
    user: Any,
    screen: str | ScreenToken,
    comment: str = "",
    alone: bool = False,
    reason: str = "",
    hold: bool = False,
) -> TaskState:
    """Approve the latest version of the page that is in review, if it is what the screen showed.

    ``screen`` is ``screen_token(page, revision)`` or its text. With ``alone`` a holder of the right of a
    one-person desk approves whoever wrote the text; ``reason`` is then needed, and logged. With ``hold`` the last step
    of the approval publishes nothing: see ``chorsu_editorial.holding``.

    Returns the task state as approved. Raises a ``Refusal``.
    """
    state, page = _in_review(task, task_state)
    revision = Revision.objects.select_for_update().get(pk=page.latest_revision_id)
    if not alone:
        if refusal := approval_refusal(state, user):
            raise refusal
    elif not may_approve_alone(user):
        raise NotAReviewer(_("You don't have the right to approve alone."))
    elif not past_approval.written(reason):
        raise ReasonMissing(_("Write why nobody else could look at this text."))

    version = revision.as_object()
    facts(version, lock=True)
    token = screen if isinstance(screen, ScreenToken) else parse_token(screen)
    if token.digest != approval_hash(version):
        raise ChangedSince(explanations.changed_since(token, revision, version, user))

    mended = _changes_in_review(state, version)
    state.revision = revision
    state.approved_hash = token.digest
    state.alone_reason = reason.strip() if alone else ""
    if mended:
        log(
            instance=version,
            action=MENDED,
            user=user,
            revision=revision,
            data={"changes": [change.label for change in mended], "from": state.submitted.pk, "to": revision.pk},
        )
    if alone:
        past_approval.record(page=version, revision=revision, user=user, how="alone", reason=reason.strip())
    if hold:
        state.hold(page=page, user=user)
        log(instance=version, action=HELD, user=user, revision=revision)
    state.approve(user=user, comment=comment)
    finished = WorkflowState.objects.get(pk=state.workflow_state_id).status == WorkflowState.STATUS_APPROVED
    if hold and not finished:
        raise Refusal(_("Another step of the approval follows; the last one holds a text or publishes it."))
    scheduled = version.go_live_at if version.go_live_at and version.go_live_at > timezone.now() else None
    signals.approved.send(
        sender=type(task),
        task_state=state,
        page=version,
        approver=user,
        submitter=state.submitted_by,
        comment=comment,
        alone_reason=state.alone_reason,
        changes=mended,
        compare_url=compare_url(page, state.submitted, revision) if mended else "",
        finished=finished,
        held=hold,
        go_live_at=scheduled,
    )
    return state


@transaction.atomic
def request_changes(*, task: Task, task_state: TaskState, user: Any, comment: str = "") -> TaskState:
    """Send the page back to its authors with a comment; returns the task state. Raises a ``Refusal``."""
    state, page = _in_review(task, task_state)
    if not may_send_back(task=task, user=user):
        raise NotAReviewer(_("Only people of the approving groups can send this text back."))
    state.reject(user=user, comment=comment)
    signals.changes_requested.send(
        sender=type(task),
        task_state=state,
        page=page.get_latest_revision_as_object(),
        reviewer=user,
        submitter=state.submitted_by,
        comment=comment,
        remarks=remarks.open_remarks(page),
    )
    return state


def publish_approved(*, task_state: TaskState, user: Any) -> None:
    """Publish, or schedule, the revision of an approved task state. Raises ``NothingApproved``.

    Approvers have no publish right of their own, so Wagtail's check of it is left out.
    """
    revision = Revision.objects.select_for_update().get(pk=task_state.revision_id)
    is_approved = task_state.status == TaskState.STATUS_APPROVED and task_state.approved_hash
    if not is_approved or task_state.approved_hash != approval_hash(revision.as_object()):
        raise NothingApproved(_("Nobody approved this text, so it was not published."))
    with past_approval.by_approval():
        revision.publish(user=user, skip_permission_checks=True)


@transaction.atomic
def end_reviews(*, task: Task, user: Any) -> None:
    """End every review at this task without publishing anything: the pages are drafts again."""
    waiting = TaskState.objects.filter(task=task, status=TaskState.STATUS_IN_PROGRESS)
    lock_pages([key_of_page(state) for state in waiting.select_related("workflow_state__base_content_type")])
    for found in waiting.all():
        state = found.specific
        if state.workflow_state.is_active:
            state.workflow_state.cancel(user=user)
            page = state.workflow_state.content_object.specific
            signals.review_ended.send(
                sender=type(task), task_state=state, page=page, submitter=state.submitted_by, user=user
            )


def follow_review(revision: Revision) -> None:
    """Let a task that is in progress point at the revision that is now the latest.

    So Wagtail's preview and comparison of the task show what an approval would publish.
    """
    TaskState.objects.filter(
        foureyestaskstate__isnull=False,
        status=TaskState.STATUS_IN_PROGRESS,
        workflow_state__base_content_type_id=revision.base_content_type_id,
        workflow_state__object_id=revision.object_id,
    ).update(revision=revision)


def compare_url(page: Page, before: Revision, after: Revision) -> str:
    """Return the admin address that shows two revisions side by side."""
    return reverse("wagtailadmin_pages:revisions_compare", args=[page.pk, before.pk, after.pk])


def _in_review(task: Task, task_state: TaskState) -> tuple[TaskState, Page]:
    """Lock the page and return it with the fresh task state. Raises ``NotInReview``."""
    workflow_state = WorkflowState.objects.get(pk=task_state.workflow_state_id)
    page = next(iter(lock_pages([key_of_page(workflow_state)]).values()), None)
    # Read again under the lock: another approver may have been quicker.
    workflow_state.refresh_from_db()
    state = TaskState.objects.get(pk=task_state.pk).specific
    current = (
        workflow_state.status == WorkflowState.STATUS_IN_PROGRESS
        and workflow_state.current_task_state_id == state.pk
        and state.status == TaskState.STATUS_IN_PROGRESS
        and state.task_id == task.pk
        and state.revision.object_id == workflow_state.object_id
        and task.active
    )
    if page is None or not current:
        raise NotInReview(_("This text is not waiting for approval at this step any more."))
    return state, page


def _changes_in_review(state: TaskState, version: Page) -> list[Change]:
    return changes(state.submitted.as_object(), version)
