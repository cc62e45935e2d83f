"""A minor edit: the checkbox of who submits, and what the approver reads and may take back."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.action_menu import ActionMenuItem, SubmitForModerationMenuItem
from wagtail.models import Page

from chorsu_editorial.approvers import approval_refusal
from chorsu_editorial.models import FourEyesTask, FourEyesTaskState
from chorsu_editorial.refusals import Refusal
from chorsu_translation.services.minor import declare_minor, may_declare_minor

MINOR = "minor-edit"


class MinorEditItem(SubmitForModerationMenuItem):
    """A checkbox below Wagtail's "Submit"."""

    name = MINOR
    template_name = "chorsu_translation/admin/submit_minor.html"

    def is_shown(self, context: dict[str, Any]) -> bool:
        """Show it where translations depend on it and somebody approves it."""
        if context["view"] != "edit" or not super().is_shown(context):
            return False
        workflow = context["page"].get_workflow()
        tasks = [task.specific for task in workflow.tasks] if workflow else []
        return any(isinstance(task, FourEyesTask) for task in tasks) and may_declare_minor(context["page"])


@hooks.register("register_page_action_menu_item")
def offer_minor_edit() -> ActionMenuItem:
    """Offer authors to call what they submit a minor edit."""
    return MinorEditItem(order=31)


@hooks.register("after_edit_page")
def note_minor_edit(request: HttpRequest, page: Page) -> None:
    """Keep that the author called it so; the review is the one that this request began."""
    if "action-submit" not in request.POST or MINOR not in request.POST:
        return
    try:
        declare_minor(page=page, user=request.user)
    except Refusal as refusal:
        messages.warning(request, str(refusal))


@hooks.register("chorsu_review_notes")
def tell_approver(request: HttpRequest, page: Page, state: FourEyesTaskState) -> list[str]:  # noqa: ARG001
    """Tell the approver on the screen of the review, who may take the tick away."""
    if not state.is_minor:
        return []
    context = {"state": state, "may_deny": approval_refusal(state, request.user) is None}
    return [render_to_string("chorsu_translation/admin/minor_note.html", context, request)]
