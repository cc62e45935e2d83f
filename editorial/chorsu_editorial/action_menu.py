"""What the editor's buttons are called, and which of them stand there; ``wagtail_hooks`` imports it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.action_menu import CancelWorkflowMenuItem, RestartWorkflowMenuItem, WorkflowMenuItem
from wagtail.models import Page

from chorsu_editorial.models import FourEyesTaskState


class WithdrawMenuItem(CancelWorkflowMenuItem):
    """Wagtail's "Cancel workflow"."""

    label = gettext_lazy("Withdraw from approval")


@hooks.register("construct_page_action_menu")
def label_workflow_actions(menu_items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:  # noqa: ARG001
    """Label the workflow's items of the editor's menu in words of a newsroom.

    In the editor the text is on the screen: offer to approve it at once, and say what will happen then. Restarting is
    left out, because submitting again does the same; withdrawing, where the text was sent back already.
    """
    page = context.get("page")
    state = state_of(page) if page else None
    if state is None:
        return
    # Wagtail shares its own items between requests: they are exchanged and never changed.
    menu_items[:] = [
        WithdrawMenuItem(item.order) if type(item) is CancelWorkflowMenuItem else item
        for item in menu_items
        if not isinstance(item, RestartWorkflowMenuItem)
        and (state.status == state.STATUS_IN_PROGRESS or not isinstance(item, CancelWorkflowMenuItem))
    ]
    for item in list(menu_items):
        if isinstance(item, WorkflowMenuItem) and item.name == "approve":
            at_once = WorkflowMenuItem("approve", _approve_label(page), launch_modal=False, icon_name="success")
            at_once.order = item.order
            menu_items.insert(menu_items.index(item), at_once)
            item.label = _("Approve with a comment")
        elif isinstance(item, WorkflowMenuItem) and item.name == "approve_and_hold":
            item.label, item.launch_modal = _("Approve and hold for the other languages"), False


def state_of(page: Page) -> FourEyesTaskState | None:
    """Return where a page stands in an approval of ours, also while its authors change what was asked for."""
    workflow_state = page.current_workflow_state
    current = workflow_state.current_task_state if workflow_state else None
    state = current.specific if current else None
    return state if isinstance(state, FourEyesTaskState) else None


def _approve_label(page: Page) -> str:
    if not page.current_workflow_state.is_at_final_task:
        return _("Approve")
    if page.go_live_at and page.go_live_at > timezone.now():
        return _("Approve and schedule")
    return _("Approve and publish")
