"""What the site adds to Wagtail's admin: the hooks of each subject, and reports that are safe to open elsewhere."""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import path
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.admin.site_summary import SummaryItem
from wagtail.admin.ui.components import Component
from wagtail.admin.views.home import RecentEditsPanel
from wagtail.admin.views.mixins import SpreadsheetExportMixin
from wagtail.admin.widgets import BaseChooser
from wagtail.log_actions import LogActionRegistry
from wagtail.snippets.models import register_snippet

from chorsu_locales.normal_form import no_formula, permitted
from cms import admin_texts, hidden_drafts, publishing  # noqa: F401 - their hooks
from cms.health import views  # noqa: F401
from cms.newsroom import first_steps, help_page, invitations, sessions  # noqa: F401
from cms.newsroom.accounts import AddressPanel
from cms.newsroom.messages import ChatsViewSet, MessageChoicePanel
from cms.newsroom.second_factor import ACTIONS, SecondFactorPanel, resets
from cms.outlet_admin import OutletViewSet
from cms.reader import routing  # noqa: F401
from cms.reader.headers import nonce

hooks.register("register_account_settings_panel", AddressPanel)
hooks.register("register_account_settings_panel", MessageChoicePanel)
hooks.register("register_account_settings_panel", SecondFactorPanel)
hooks.register("register_account_settings_panel", sessions.SessionsPanel)
hooks.register("register_admin_urls", lambda: [path("account/end/", sessions.end_sessions, name="newsroom_end")])
hooks.register("register_admin_viewset", ChatsViewSet)
hooks.register("register_admin_urls", lambda: [path("second-factors/", resets, name="factor_resets")])
register_snippet(OutletViewSet)


@hooks.register("register_permissions")
def register_permissions() -> QuerySet[Permission]:
    """Let administrators give the rights to invite and to set chats to other groups."""
    offered = Q(codename="invite_user") | Q(content_type__model__in=("languagechats", "outlet"))
    return Permission.objects.filter(offered, content_type__app_label="chorsu_cms")


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    for name, text in ACTIONS.items():
        actions.register_action(f"chorsu.factor_{name}", text, text)
    for action, text in sessions.ACTIONS.items():
        actions.register_action(action)(type("Formatter", (sessions.AccountLogFormatter,), {"label": text}))


@hooks.register("construct_homepage_panels")
def leave_out_recent_edits(_request: HttpRequest, panels: list[Component]) -> None:
    """The panels of drafts, approvals and translations say more of the same texts."""
    panels[:] = [panel for panel in panels if not isinstance(panel, RecentEditsPanel)]


@hooks.register("construct_homepage_summary_items", order=1_000)
def leave_out_totals(request: HttpRequest, items: list[SummaryItem]) -> None:
    """Show how many pages, pictures and documents there are to administrators alone; the menu leads others there."""
    if not request.user.is_superuser:
        items[:] = [item for item in items if not type(item).__module__.startswith("wagtail.")]


# The class that all of Wagtail's exports share.
_preprocess = SpreadsheetExportMixin.preprocess_field_value


@wraps(_preprocess)
def preprocess_field_value(self: Any, field: str, value: Any, export_format: str) -> Any:
    """Return a report's cell without what XML can't hold, and, in CSV, so that no program takes it for a formula."""
    cell = _preprocess(self, field, value, export_format)
    if not isinstance(cell, str):
        return cell
    cell = permitted(cell)
    # Wagtail writes an XLSX's cells as text by their type.
    return no_formula(cell) if export_format == self.FORMAT_CSV else cell


SpreadsheetExportMixin.preprocess_field_value = preprocess_field_value
_render = BaseChooser.render


@wraps(_render)
def render_chooser(self: Any, *args: Any, **kwargs: Any) -> SafeString:
    """Return a chooser whose script the admin's policy lets run. The first is Wagtail's: before it, all is escaped."""
    return SafeString(_render(self, *args, **kwargs).replace("<script>", f'<script nonce="{nonce.get()}">', 1))


BaseChooser.render = render_chooser
