"""Where the reviewer's screen and held approvals meet Wagtail's admin; ``wagtail_hooks`` imports it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.site_summary import SummaryItem
from wagtail.admin.utils import get_user_display_name
from wagtail.admin.widgets import Button
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import Page
from wagtail.utils.timestamps import render_timestamp

from chorsu_editorial import holding
from chorsu_editorial.models import HeldApproval
from chorsu_editorial.review.held import HeldList, PublishHeldView, may_see_held
from chorsu_editorial.services import HELD
from chorsu_editorial.views import answer_remark
from chorsu_locales.menus import MenuItemFor


@hooks.register("register_admin_urls")
def register_held_urls() -> list[URLPattern]:
    """Add the pages of held approvals."""
    return [
        path("reports/held/", HeldList.as_view(), name="chorsu_editorial_held"),
        path("reports/held/results/", HeldList.as_view(results_only=True), name="chorsu_editorial_held_results"),
        path("reports/held/<int:page_id>/", PublishHeldView.as_view(), name="chorsu_editorial_publish_held"),
        path("remarks/<int:comment_id>/answer/", answer_remark, name="chorsu_editorial_answer"),
    ]


@hooks.register("register_reports_menu_item")
def register_held_list() -> MenuItem:
    """Add the list to the menu."""
    return MenuItemFor(
        gettext_lazy("Held"),
        reverse("chorsu_editorial_held"),
        shown_to=may_see_held,
        name="held",
        icon_name="history",
        order=840,
    )


class HeldSummaryItem(SummaryItem):
    """The number of approvals that wait for this person's publication, on the admin's home page."""

    order = 360
    template_name = "chorsu_editorial/held_summary.html"

    def is_shown(self) -> bool:
        """Show it where something waits."""
        self.count = holding.held_for(self.request.user).count() if may_see_held(self.request.user) else 0
        return self.count > 0

    def get_context_data(self, _parent_context: Any) -> dict[str, Any]:
        """Return the number and where it leads."""
        return {"count": self.count, "url": reverse("chorsu_editorial_held")}


@hooks.register("construct_homepage_summary_items")
def add_held(request: HttpRequest, items: list[SummaryItem]) -> None:
    """Tell who may publish what is held that something is."""
    items.append(HeldSummaryItem(request))


@hooks.register("register_page_header_buttons")
def offer_publication(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:  # noqa: ARG001
    """Lead from a held page to its publication."""
    held = HeldApproval.objects.select_related("task_state").filter(page=page.pk).first() if page.pk else None
    if held is not None and holding.may_publish(held=held, user=user):
        url = reverse("chorsu_editorial_publish_held", args=[page.pk])
        yield Button(_("Publish together"), url, icon_name="upload", priority=16)


@hooks.register("before_edit_page")
def show_held(request: HttpRequest, page: Page) -> None:
    """Say on the screen of a held text that an edit cancels its approval."""
    held = HeldApproval.objects.select_related("task_state__finished_by").filter(page=page).first()
    if request.method != "GET" or held is None:
        return
    who = get_user_display_name(held.task_state.finished_by) if held.task_state.finished_by else "–"
    text = _(
        "%(who)s approved this text; it is held for the other languages (%(time)s). Any change cancels the approval."
    )
    buttons = []
    if holding.may_publish(held=held, user=request.user):
        url = reverse("chorsu_editorial_publish_held", args=[page.pk])
        buttons.append(messages.button(url, _("Publish together")))
    messages.info(request, text % {"who": who, "time": render_timestamp(held.held_at)}, buttons=buttons)


@hooks.register("insert_editor_js")
def insert_scripts() -> SafeString:
    """Load the scripts that leave a comment before a dialogue opens, and lock the fields of a locked page."""
    sources = ((static(f"chorsu_editorial/{name}.js"),) for name in ("comments", "locked"))
    return format_html_join("\n", '<script defer src="{}"></script>', sources)


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    """Describe what happens to held approvals in the history of a page."""

    @actions.register_action(HELD)
    class HeldFormatter(LogFormatter):
        label = gettext_lazy("Hold an approval")
        message = gettext_lazy("Approved, and held for the other languages")

    @actions.register_action(holding.CANCELLED)
    class CancelledFormatter(LogFormatter):
        label = gettext_lazy("Cancel a held approval")
        message = gettext_lazy("Changed, so the approval that was held counts no more")

    @actions.register_action(holding.RELEASED)
    class ReleasedFormatter(LogFormatter):
        label = gettext_lazy("Release a held approval")
        message = gettext_lazy("The approval that was held was given up")
