"""What the plug-in adds to Wagtail's admin."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.auth import user_has_any_page_permission
from wagtail.admin.menu import MenuItem
from wagtail.admin.site_summary import SummaryItem
from wagtail.log_actions import LogActionRegistry

from chorsu_feedback import admin_urls
from chorsu_feedback.applying import MENDS_LIVE
from chorsu_feedback.mail import TypoMailPanel
from chorsu_feedback.selectors import open_reports_count
from chorsu_feedback.versions import APPLIED, UNDONE
from chorsu_feedback.views.inbox import open_reports_url
from chorsu_locales.menus import MenuItemFor


class OpenReportsSummaryItem(SummaryItem):
    """The number of open reports at the top of the admin's home page."""

    order = 350
    template_name = "chorsu_feedback/admin/summary.html"

    def is_shown(self) -> bool:
        """Show it to whoever may work on any page."""
        return bool(user_has_any_page_permission(self.request.user))

    def get_context_data(self, _parent_context: Any) -> dict[str, Any]:
        """Return the number and where it leads."""
        return {"count": open_reports_count(self.request.user), "url": open_reports_url()}


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[URLPattern | URLResolver]:
    """Put the reports below the admin's address."""
    return [path("reports/typos/", include(admin_urls))]


@hooks.register("register_reports_menu_item")
def register_reports_menu_item() -> MenuItem:
    """Put the reports into the Reports menu."""
    return MenuItemFor(
        _("Typo reports"),
        open_reports_url(),
        shown_to=user_has_any_page_permission,
        count=open_reports_count,
        name="typo-reports",
        icon_name="edit",
        order=600,
    )


@hooks.register("register_reports_menu_item")
def register_numbers_menu_item() -> MenuItem:
    """Put the numbers of the reports into the Reports menu."""
    url = reverse("chorsu_feedback_admin:numbers")
    return MenuItemFor(
        _("Typo reports in numbers"),
        url,
        shown_to=user_has_any_page_permission,
        name="typo-numbers",
        icon_name="table",
        order=610,
    )


@hooks.register("construct_homepage_summary_items")
def add_summary_item(request: HttpRequest, items: list[SummaryItem]) -> None:
    """Put the number of open reports on the admin's home page."""
    items.append(OpenReportsSummaryItem(request))


@hooks.register("register_account_settings_panel")
def register_account_settings_panel(request: HttpRequest, user: Any, profile: Any) -> TypoMailPanel:
    """Ask in the account how often somebody wants mail about reports."""
    return TypoMailPanel(request, user, profile)


@hooks.register("register_permissions")
def register_permissions() -> QuerySet[Permission]:
    """Let the right to mend live pages be given to groups."""
    app_label, codename = MENDS_LIVE.split(".")
    permissions: QuerySet[Permission] = Permission.objects.filter(content_type__app_label=app_label, codename=codename)
    return permissions


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    """Name what the services write into a page's history."""
    actions.register_action(APPLIED, _("Apply a correction"), _("Reader's correction applied"))
    actions.register_action(UNDONE, _("Undo a correction"), _("Reader's correction undone"))
    actions.register_action("chorsu_feedback.close", _("Close a typo report"), _("Typo report closed"))
    actions.register_action("chorsu_feedback.reopen", _("Reopen a typo report"), _("Typo report opened again"))
