"""The editor's bar: the next act of the role, with saving beside it and everything else in the menu."""

from __future__ import annotations

from typing import Any

from django.forms import Media
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.admin.action_menu import (
    ActionMenuItem,
    PublishMenuItem,
    SaveDraftMenuItem,
    SubmitForModerationMenuItem,
    WorkflowMenuItem,
)

from chorsu_editorial.approvers import needs_approval


class SaveAndAct(ActionMenuItem):
    """Two buttons in the place of Wagtail's one.

    Saving comes first: on Enter in a field of one line, browsers press the first button of a form.
    """

    def __init__(self, save: ActionMenuItem, act: ActionMenuItem) -> None:
        super().__init__()
        self.items = (save, act)

    def render_html(self, parent_context: Any = None) -> SafeString:
        return format_html(
            '<div class="chorsu-action-bar">{}{}</div>', *(item.render_html(parent_context) for item in self.items)
        )

    @property
    def media(self) -> Media:
        return sum((item.media for item in self.items), Media(css={"all": ["chorsu_editorial/action_bar.css"]}))


@hooks.register("construct_page_action_menu", order=1000)
def put_next_act_beside_saving(menu_items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:  # noqa: ARG001
    """Exchange the button "Save draft" for two, unless another hook has put something else there.

    Where one approves, and readers see the page then, publishing without an approval is no choice.
    """
    page: Any = context.get("page")
    if page and page.current_workflow_state and page.current_workflow_state.is_at_final_task:
        approves = any(isinstance(item, WorkflowMenuItem) and item.name == "approve" for item in menu_items)
        menu_items[:] = [item for item in menu_items if not (approves and isinstance(item, PublishMenuItem))]
    save = menu_items[0] if menu_items else None
    act = next_act(menu_items, context)
    if isinstance(save, SaveDraftMenuItem) and act is not None:
        others = [item for item in menu_items if item not in (save, act)]
        menu_items[:] = [SaveAndAct(save, act), *others]


def next_act(items: list[Any], context: dict[str, Any]) -> ActionMenuItem | None:
    """Return the item for what one does next: approve, what an app names so, submit, or publish where nobody approves.

    An app names its item by the attribute ``is_next_act``.
    """
    if context["view"] == "revisions_revert":
        return None
    page = context.get("page") or context["parent_page"]
    candidates = (
        lambda item: isinstance(item, WorkflowMenuItem) and item.name == "approve" and not item.launch_modal,
        lambda item: getattr(item, "is_next_act", False),
        lambda item: isinstance(item, PublishMenuItem) and not needs_approval(page),
        lambda item: item.name == SubmitForModerationMenuItem.name,
    )
    return next((item for is_next in candidates for item in items if is_next(item)), None)
