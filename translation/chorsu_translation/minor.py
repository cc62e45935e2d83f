"""A minor edit of a live source, as who submits it says and the approver sees: its translations stay up to date."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.admin.action_menu import SubmitForModerationMenuItem
from wagtail.log_actions import log
from wagtail.models import Page, TaskState

from chorsu_editorial.approvers import approval_refusal
from chorsu_editorial.lock_order import lock_page_of
from chorsu_editorial.models import FourEyesTask, FourEyesTaskState
from chorsu_editorial.refusals import NotInReview, Refusal
from chorsu_translation.models import TranslationLink
from chorsu_translation.snapshots import states_other_facts, take_snapshot

MINOR = "minor-edit"


def may_declare_minor(page: Page) -> bool:
    """Return whether a page and a translation of it are live."""
    return bool(page.live and TranslationLink.objects.filter(source=page.pk, target__live=True).exists())


@transaction.atomic
def declare_minor(*, page: Page, user: Any) -> bool:
    """Store that the page that ``user`` submitted is a minor edit; return False where it isn't in a four-eyes review.

    Raises ``Refusal`` where a number, date, name or negation changes.
    """
    # The page in memory may have looked for its review before that began.
    fresh = Page.objects.get(pk=page.pk)
    state = fresh.current_workflow_task_state
    if not isinstance(state, FourEyesTaskState) or state.submitted_by_id != user.pk or not may_declare_minor(fresh):
        return False
    live, submitted = take_snapshot(fresh.specific), take_snapshot(state.revision.as_object())
    if states_other_facts(live.units, submitted.units, page.locale.language_code):
        raise Refusal(_("This is no minor edit: a number, date, name or negation changes, which translations follow."))
    FourEyesTaskState.objects.filter(pk=state.pk).update(is_minor=True)
    log(instance=page, action="chorsu_translation.declare_minor_edit", user=user, revision=state.revision)
    return True


@transaction.atomic
def deny_minor(*, task_state: FourEyesTaskState, user: Any) -> None:
    """Store that what waits for approval is no minor edit; raises a ``Refusal`` where the user may not approve it."""
    lock_page_of(task_state)
    state = FourEyesTaskState.objects.get(pk=task_state.pk)
    if state.status != TaskState.STATUS_IN_PROGRESS:
        raise NotInReview(_("This text is not waiting for approval at this step any more."))
    if refusal := approval_refusal(state, user):
        raise refusal
    FourEyesTaskState.objects.filter(pk=state.pk).update(is_minor=False)
    page = state.workflow_state.content_object.specific
    log(instance=page, action="chorsu_translation.withdraw_minor_edit", user=user, revision=state.revision)


@require_POST
def deny(request: HttpRequest, state_id: int) -> HttpResponse:
    state = get_object_or_404(FourEyesTaskState, pk=state_id)
    try:
        deny_minor(task_state=state, user=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Once this is approved, its translations are outdated."))
    return redirect("wagtailadmin_pages:edit", state.workflow_state.object_id)


class MinorEditItem(SubmitForModerationMenuItem):
    """A checkbox below Wagtail's "Submit"."""

    name = MINOR
    order = 31
    template_name = "chorsu_translation/minor/submit_minor.html"

    def is_shown(self, context: dict[str, Any]) -> bool:
        if context["view"] != "edit" or not super().is_shown(context):
            return False
        workflow = context["page"].get_workflow()
        asks_second_person = FourEyesTask.objects.filter(workflow_tasks__workflow=workflow).exists()
        return asks_second_person and may_declare_minor(context["page"])


def note_minor_edit(request: HttpRequest, page: Page) -> None:
    """Store the author's tick for the review that this request began."""
    if "action-submit" not in request.POST or MINOR not in request.POST:
        return
    try:
        declare_minor(page=page, user=request.user)
    except Refusal as refusal:
        messages.warning(request, str(refusal))


def note_for_approver(request: HttpRequest, page: Page, state: FourEyesTaskState) -> list[str]:  # noqa: ARG001
    if not state.is_minor:
        return []
    context = {"state": state, "may_deny": approval_refusal(state, request.user) is None}
    return [render_to_string("chorsu_translation/minor/minor_note.html", context, request)]
