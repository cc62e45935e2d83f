"""What the plug-in adds to Wagtail's admin. Hooks are registered here, when Wagtail looks for them, in this order."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import Q, QuerySet
from django.urls import include, path
from wagtail import hooks

from chorsu_translation import drafts, history, linking, minor, planning, starting, urls, withdrawal
from chorsu_translation.desk import views as desk
from chorsu_translation.editor import views as editor
from chorsu_translation.glossary.admin import TermViewSet
from chorsu_translation.log_entries import register_log_actions
from chorsu_translation.structure.plan import structure_button


def register_admin_urls() -> list[Any]:
    return [path("translations/", include(urls))]


def register_permissions() -> QuerySet[Permission]:
    """Let administrators give groups the rights to translate unpublished pages, make rules, and take articles down."""
    return Permission.objects.filter(
        Q(codename__in=("add_translationlink", "withdraw_everywhere", "add_withdrawal"))
        | Q(codename__endswith="_notplannedrule"),
        content_type__app_label="chorsu_translation",
    )


for name, function in (
    ("before_copy_page", starting.copy_within_one_language),
    ("after_copy_page", drafts.copy_drafts),
    ("register_admin_urls", register_admin_urls),
    ("register_admin_menu_item", desk.register_desk_menu_item),
    ("register_admin_menu_item", desk.register_board_menu_item),
    ("register_bulk_action", planning.PlanBulkAction),
    ("register_page_header_buttons", planning.plan_button),
    ("construct_homepage_panels", desk.add_panel),
    ("register_admin_viewset", planning.RuleViewSet),
    ("register_admin_viewset", TermViewSet),
    ("insert_editor_js", editor.insert_scripts),
    ("after_edit_page", editor.declare_what_was_saved),
    ("register_reports_menu_item", history.register_published_versions),
    ("register_reports_menu_item", history.register_own_work),
    ("register_page_header_buttons", history.add_history),
    ("register_page_header_buttons", linking.linking_button),
    ("register_page_action_menu_item", minor.MinorEditItem),
    ("after_edit_page", minor.note_minor_edit),
    ("chorsu_review_due", planning.due_days),
    ("chorsu_review_notes", minor.note_for_approver),
    ("register_permissions", register_permissions),
    ("register_log_actions", register_log_actions),
    ("register_page_header_buttons", structure_button),
    ("register_page_header_buttons", withdrawal.add_withdrawal),
    ("before_unpublish_page", withdrawal.require_reason),
    ("before_edit_page", withdrawal.warn_of_withdrawal),
    ("construct_homepage_panels", withdrawal.add_panel),
):
    hooks.register(name, function)
