"""A minor edit: the author's button, and what the approver reads and confirms."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.action_menu import ActionMenuItem, SubmitForModerationMenuItem
from wagtail.models import Page

from chorsu_editorial.approvers import approval_refusal
from chorsu_editorial.models import FourEyesTask, FourEyesTaskState
from chorsu_translation.services.minor_review import declare_minor, may_declare_minor

SUBMITTED_AS_MINOR = "minor"


class SubmitMinorMenuItem(SubmitForModerationMenuItem):
    """Wagtail's "Submit" with a word more in the same field of the form."""

    template_name = "chorsu_translation/admin/submit_minor.html"

    def is_shown(self, context: dict[str, Any]) -> bool:
        """Show it where translations depend on it and somebody will confirm it."""
        if context["view"] != "edit" or not super().is_shown(context):
            return False
        workflow = context["page"].get_workflow()
        tasks = [task.specific for task in workflow.tasks] if workflow else []
        return any(isinstance(task, FourEyesTask) for task in tasks) and may_declare_minor(context["page"])

    def get_context_data(self, parent_context: Any) -> Any:
        """Say what it is instead of where it goes."""
        context = super().get_context_data(parent_context)
        return {**context, "label": _("Submit as a minor edit"), "value": SUBMITTED_AS_MINOR}


@hooks.register("register_page_action_menu_item")
def offer_minor_edit() -> ActionMenuItem:
    """Offer authors to call what they submit a minor edit."""
    return SubmitMinorMenuItem(order=31)


@hooks.register("after_edit_page")
def note_minor_edit(request: HttpRequest, page: Page) -> None:
    """Keep that the author called it so; the review is the one that this request began."""
    if request.POST.get("action-submit") == SUBMITTED_AS_MINOR:
        declare_minor(page=page, user=request.user)


@hooks.register("chorsu_review_notes")
def ask_approver(request: HttpRequest, page: Page, state: FourEyesTaskState) -> list[str]:
    """Tell the approver on the screen of the review, and ask for a word."""
    if not state.minor:
        return []
    may_confirm = approval_refusal(state, request.user) is None
    context = {"state": state, "may_confirm": may_confirm, "confirmed": state.minor == state.Minor.CONFIRMED}
    return [render_to_string("chorsu_translation/admin/minor_note.html", {**context, "page": page}, request)]
