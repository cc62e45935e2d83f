"""Approvals that are held: published together with the other languages, released, or cancelled by an edit.

Whoever publishes and whoever edits locks the page first (``lock_order``); so an edit either cancels the approval before
it is published or is a newer draft of what is live.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import LogContext, get_active_log_context, log
from wagtail.models import Page, PageLogEntry, Revision, TaskState
from wagtail.permissions import page_permission_policy

from chorsu_editorial import approval, signals
from chorsu_editorial.approvers import approving_tasks, may_approve_alone
from chorsu_editorial.hashing import approval_hash
from chorsu_editorial.lineage import is_of_page
from chorsu_editorial.lock_order import lock_to_publish
from chorsu_editorial.models import FourEyesTask, HeldApproval
from chorsu_editorial.refusals import NotAReviewer, NotHeld, NothingApproved

CANCELLED = "chorsu_editorial.hold_cancelled"
RELEASED = "chorsu_editorial.hold_released"
PUBLICATIONS = frozenset({"wagtail.publish", "wagtail.publish.schedule", "wagtail.publish.scheduled"})


def held_for(user: Any) -> QuerySet[HeldApproval]:
    """Return the held approvals that a user may publish.

    Who approves at their task, holds Wagtail's right, or gave this approval alone.
    """
    by_right = page_permission_policy.instances_user_has_permission_for(user, "publish").values("pk")
    may = Q(task_state__task__in=approving_tasks(user).values("pk")) | Q(page__in=by_right)
    if may_approve_alone(user):
        may |= Q(held_by=user)
    found = HeldApproval.objects.select_related("page__locale", "task_state__finished_by", "task_state__revision")
    return found.filter(may).order_by("-held_at")


def may_publish(*, held: HeldApproval, user: Any) -> bool:
    """Return whether a user may publish a held approval."""
    return held_for(user).filter(pk=held.pk).exists()


def held_with(page: Page) -> QuerySet[HeldApproval]:
    """Return what is held of a page and of the same article in other languages."""
    found = HeldApproval.objects.select_related("page__locale", "task_state__finished_by", "task_state__revision")
    return found.filter(page__translation_key=page.translation_key).order_by("page_id")


@transaction.atomic
def publish_together(*, user: Any, pages: Collection[int]) -> list[Page]:
    """Publish, or schedule, what is held of these pages: all or none; return the pages as they are then.

    Raises ``NotHeld``, ``NotAReviewer``, and ``NothingApproved`` where a page shows something else than was approved;
    each names the page.
    """
    rows = _lock(pages)
    for held in rows:
        if not may_publish(held=held, user=user):
            raise NotAReviewer(_("You can't publish “%(title)s”, so nothing was published.") % _title(held))
    return [_publish(held, user) for held in rows]


@transaction.atomic
def release(*, user: Any, page: Page) -> None:
    """Give up a held approval: the page is a draft again. Raises ``NotHeld``, or ``NotAReviewer``."""
    (held,) = _lock([page.pk])
    if not (may_publish(held=held, user=user) or held.page.permissions_for_user(user).can_edit()):
        raise NotAReviewer(_("You can't change “%(title)s”.") % _title(held))
    _end(held, user=user, revision=held.task_state.revision, action=RELEASED)


def end_hold(*, user: Any, page: Page) -> None:
    """Give up what is held of a page that its caller has locked, for one who has a right of another kind to do so."""
    held = HeldApproval.objects.select_related("page").filter(page=page.pk).first()
    if held is not None:
        _end(held, user=user, revision=held.task_state.revision, action=RELEASED)


def before_edit(revision: Revision) -> None:
    """Raise ``PermissionDenied`` where an autosave would write into a revision that has been published meanwhile.

    ``editor.save_as_new_revision`` asks the same when the request begins; here the page is locked.
    """
    if not revision.pk or get_active_log_context().user is None or not is_of_page(revision):
        return
    if Page.objects.filter(pk=revision.object_id, live_revision=revision.pk).exists():
        raise PermissionDenied(_("This version has just been published. Open the text again to change it."))


@transaction.atomic
def after_edit(revision: Revision) -> None:
    """Cancel a held approval where a revision says something else; let it follow a revision that says the same."""
    if not is_of_page(revision):
        return
    held = HeldApproval.objects.select_for_update().filter(page=revision.object_id).first()
    if held is None:
        return
    if approval_hash(revision.as_object()) == held.task_state.approved_hash:
        TaskState.objects.filter(pk=held.task_state_id).update(revision=revision)
    else:
        _end(held, user=revision.user, revision=revision, action=CANCELLED)


def submitted(task_state: TaskState) -> None:
    """Cancel a held approval of a page that goes into another review."""
    workflow_state = task_state.workflow_state
    page = workflow_state.content_object
    held = HeldApproval.objects.filter(page=page.pk).first() if isinstance(page, Page) else None
    if held is not None:
        _end(held, user=workflow_state.requested_by, revision=task_state.revision, action=CANCELLED)


def published(entry: PageLogEntry) -> None:
    """Forget a held approval of a page that was published, whatever way it took."""
    if entry.action in PUBLICATIONS:
        HeldApproval.objects.filter(page=entry.page_id).delete()


def _lock(pages: Collection[int]) -> list[HeldApproval]:
    """Lock pages and what is held of them. Raises ``NotHeld`` where one of them isn't held, or not any more."""
    versions = HeldApproval.objects.filter(page__in=pages).values_list("task_state__revision", flat=True)
    locked = list(lock_to_publish(pages, list(versions)).values())
    rows = {row.page_id: row for row in HeldApproval.objects.select_for_update().filter(page__in=locked)}
    if len(locked) != len(set(pages)) or not locked:
        raise NotHeld(_("One of these pages doesn't exist any more. Nothing was done."))
    for page in locked:
        if page.pk not in rows:
            raise NotHeld(
                _("“%(title)s” isn't held any more: somebody edited, published or released it. Nothing was done.")
                % {"title": page.get_admin_display_title()}
            )
        rows[page.pk].page = page
    return [rows[page.pk] for page in locked]


def _publish(held: HeldApproval, user: Any) -> Page:
    state = held.task_state
    held.delete()
    try:
        # Else Wagtail's history would show, of all pages that one request publishes, the entry of the last alone.
        with LogContext(user=user):
            approval.publish_approved(task_state=state, user=user)
    except NothingApproved:
        raise NothingApproved(
            _(
                "“%(title)s” shows something else than was approved: a picture, a credit or a name has changed since. "
                "Nothing was published; release it and have it approved again."
            )
            % _title(held)
        ) from None
    page: Page = Page.objects.get(pk=held.page_id).specific
    signals.held_published.send(
        sender=FourEyesTask,
        task_state=state,
        page=page,
        submitter=state.submitted_by,
        user=user,
        go_live_at=page.go_live_at if page.go_live_at and page.go_live_at > timezone.now() else None,
    )
    return page


def _end(held: HeldApproval, *, user: Any, revision: Revision | None, action: str) -> None:
    state = held.task_state
    HeldApproval.objects.filter(pk=held.pk).delete()
    page = held.page.specific
    log(instance=page, action=action, user=user, revision=revision)
    signals.hold_ended.send(
        sender=FourEyesTask,
        task_state=state,
        page=revision.as_object() if revision else page,
        submitter=state.submitted_by,
        user=user,
        approver=state.finished_by,
        released=action == RELEASED,
    )


def _title(held: HeldApproval) -> dict[str, str]:
    return {"title": held.page.get_admin_display_title()}
