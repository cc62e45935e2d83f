"""A minor edit of a live source, as its author says, and as the approver confirms."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Page, TaskState

from chorsu_editorial.approvers import approval_refusal
from chorsu_editorial.lock_order import lock_page_of
from chorsu_editorial.models import FourEyesTaskState
from chorsu_editorial.refusals import NotInReview, Refusal
from chorsu_translation.models import TranslationLink

Minor = FourEyesTaskState.Minor


def may_declare_minor(page: Page) -> bool:
    """Return whether a page is live and has translations for which it matters."""
    return bool(page.live and TranslationLink.objects.filter(source=page.pk, target__live=True).exists())


@transaction.atomic
def declare_minor(*, page: Page, user: Any) -> bool:
    """Note that who submitted a page now calls it a minor edit; return False where no review of ours begins by it."""
    # The page in memory may have looked for its review before it began.
    state = Page.objects.get(pk=page.pk).current_workflow_task_state
    if not isinstance(state, FourEyesTaskState) or state.submitted_by_id != user.pk or not may_declare_minor(page):
        return False
    _set(state, Minor.DECLARED)
    log(instance=page, action="chorsu_translation.declare_minor_edit", user=user, revision=state.revision)
    return True


@transaction.atomic
def confirm_minor(*, task_state: FourEyesTaskState, user: Any, confirmed: bool = True) -> None:
    """Confirm that what waits for approval is a minor edit, or take that back.

    It counts when this version is approved. Raises a ``Refusal`` where the user may not approve it, it isn't in review
    any more, or nobody declared it.
    """
    lock_page_of(task_state)
    state = FourEyesTaskState.objects.get(pk=task_state.pk)
    if state.status != TaskState.STATUS_IN_PROGRESS:
        raise NotInReview(_("This text is not waiting for approval at this step any more."))
    if not state.minor:
        raise Refusal(_("Its author doesn't call it a minor edit."))
    if refusal := approval_refusal(state, user):
        raise refusal
    _set(state, Minor.CONFIRMED if confirmed else Minor.DECLARED)
    name = "confirm_minor_edit" if confirmed else "withdraw_minor_edit"
    page = state.workflow_state.content_object.specific
    log(instance=page, action=f"chorsu_translation.{name}", user=user, revision=state.revision)


def _set(state: FourEyesTaskState, minor: str) -> None:
    FourEyesTaskState.objects.filter(pk=state.pk).update(minor=minor)
