"""Held approvals in the admin: the list, the confirmation before they are published, and where it is told of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import View
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.site_summary import SummaryItem
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn, UserColumn
from wagtail.admin.utils import get_user_display_name
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.reports import ReportView
from wagtail.admin.widgets import Button
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import Page
from wagtail.permissions import page_permission_policy
from wagtail.utils.timestamps import render_timestamp

from chorsu_editorial import holding
from chorsu_editorial.approval import HELD
from chorsu_editorial.approvers import approving_tasks, may_approve_alone
from chorsu_editorial.models import HeldApproval
from chorsu_editorial.refusals import Refusal
from chorsu_locales.menus import MenuItemFor
from chorsu_locales.request_checks import whole_number

MOST_PAGES = 200


def may_see_held(user: Any) -> bool:
    """Return whether a user approves somewhere, or may publish."""
    approves = may_approve_alone(user) or approving_tasks(user).filter(foureyestask__isnull=False).exists()
    return approves or bool(page_permission_policy.user_has_any_permission(user, ["publish"]))


class HeldList(ReportView):
    """Lists the approvals that wait for this person's publication."""

    page_title = gettext_lazy("Held for the other languages")
    header_icon = "history"
    index_url_name = "chorsu_editorial_held"
    index_results_url_name = "chorsu_editorial_held_results"
    columns = [
        TitleColumn(
            "page",
            label=gettext_lazy("Page"),
            accessor=lambda held: held.page.get_admin_display_title(),
            get_url=lambda held: reverse("chorsu_editorial_publish_held", args=[held.page_id]),
        ),
        Column("language", label=gettext_lazy("Language"), accessor=lambda held: held.page.locale.get_display_name()),
        UserColumn("approver", label=gettext_lazy("Approved by"), accessor="task_state.finished_by"),
        DateColumn("held_at", label=gettext_lazy("Held since")),
    ]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not may_see_held(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self) -> Any:
        return holding.held_for(self.request.user)


class PublishHeldView(WagtailAdminTemplateMixin, View):
    """Lists what is held of an article in all its languages, and publishes what is chosen of it, or releases one."""

    template_name = "chorsu_editorial/held_approvals/publish_held.html"
    page_title = gettext_lazy("Publish together")
    header_icon = "upload"
    _show_breadcrumbs = True

    def dispatch(self, request: HttpRequest, *args: Any, page_id: int, **kwargs: Any) -> HttpResponseBase:
        self.page = get_object_or_404(Page, pk=page_id)
        self.listed = [
            held
            for held in holding.held_with(self.page)
            if _may_see(held.page, request.user) or holding.may_publish(held=held, user=request.user)
        ]
        if not (self.listed or _may_see(self.page, request.user)):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> Any:  # noqa: ARG002
        return self._list(200)

    def post(self, request: HttpRequest) -> Any:
        """Publish the chosen pages, or release one; answer a refusal with its reason and the list as it is now."""
        try:
            if wanted := request.POST.get("release"):
                return self._release(wanted)
            return self._publish(request.POST.getlist("pages"))
        except Refusal as refusal:
            messages.error(request, str(refusal))
            shown = {held.page_id for held in self.listed}
            self.listed = [held for held in holding.held_with(self.page) if held.page_id in shown]
            return self._list(refusal.status)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to the list; the last one is the page's heading."""
        items: list[dict[str, Any]] = super().get_breadcrumbs_items()
        if may_see_held(self.request.user):
            items.append({"url": reverse("chorsu_editorial_held"), "label": HeldList.page_title})
        return [*items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the rows, and the pages of the article in other languages that aren't held."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        held = [row.page_id for row in holding.held_with(self.page)]
        others = Page.objects.filter(translation_key=self.page.translation_key, alias_of=None).exclude(pk__in=held)
        context["rows"] = [
            {
                "held": row,
                "version": row.task_state.revision.as_object(),
                "may_publish": holding.may_publish(held=row, user=self.request.user),
            }
            for row in self.listed
        ]
        context["hidden"] = len(held) - len(self.listed)
        context["others"] = [
            other for other in others.select_related("locale").order_by("pk") if _may_see(other, self.request.user)
        ]
        return context

    def _list(self, status: int) -> Any:
        return self.render_to_response(self.get_context_data(), status=status)

    def _publish(self, chosen: list[str]) -> HttpResponse:
        keys = {whole_number(key) for key in chosen[:MOST_PAGES]} - {None}
        if not keys:
            messages.warning(self.request, _("Choose at least one page."))
            return redirect(self.request.path)
        if not keys <= set(Page.objects.filter(translation_key=self.page.translation_key).values_list("pk", flat=True)):
            raise PermissionDenied
        pages = holding.publish_together(user=self.request.user, pages=keys)  # type: ignore[arg-type]
        live = [page for page in pages if page.live and not page.approved_schedule]
        shown = [(page.full_url, _("View “%(title)s”") % {"title": page.title}) for page in live[:7]]
        text = ngettext("%(count)d page was published.", "%(count)d pages were published together.", len(pages))
        if len(live) < len(pages):
            text = _("Pages to go live: %(count)d. Each goes live at the time that it has been given.")
        messages.success(
            self.request, text % {"count": len(pages)}, buttons=[messages.button(*pair) for pair in shown if pair[0]]
        )
        return redirect("chorsu_editorial_held" if may_see_held(self.request.user) else "wagtailadmin_home")

    def _release(self, wanted: str) -> HttpResponse:
        page = next((row.page for row in self.listed if str(row.page_id) == wanted), self.page)
        holding.release(user=self.request.user, page=page)
        messages.success(self.request, _("“%(title)s” is a draft again.") % {"title": page.get_admin_display_title()})
        return redirect("wagtailadmin_pages:edit", page.pk)


def _may_see(page: Page, user: Any) -> bool:
    return bool(page.permissions_for_user(user).can_edit())


@hooks.register("register_admin_urls")
def register_held_urls() -> list[URLPattern]:
    return [
        path("reports/held/", HeldList.as_view(), name="chorsu_editorial_held"),
        path("reports/held/results/", HeldList.as_view(results_only=True), name="chorsu_editorial_held_results"),
        path("reports/held/<int:page_id>/", PublishHeldView.as_view(), name="chorsu_editorial_publish_held"),
    ]


@hooks.register("register_reports_menu_item")
def register_held_list() -> MenuItem:
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
    template_name = "chorsu_editorial/held_approvals/held_summary.html"

    def is_shown(self) -> bool:
        self.count = holding.held_for(self.request.user).count() if may_see_held(self.request.user) else 0
        return self.count > 0

    def get_context_data(self, _parent_context: Any) -> dict[str, Any]:
        """Return the number and where it leads."""
        return {"count": self.count, "url": reverse("chorsu_editorial_held")}


@hooks.register("construct_homepage_summary_items")
def add_held(request: HttpRequest, items: list[SummaryItem]) -> None:
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


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
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
