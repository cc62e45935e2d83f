"""What the plug-in adds to Wagtail's admin."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.action_menu import ActionMenuItem
from wagtail.admin.auth import user_has_any_page_permission
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import BaseLogEntry

from chorsu_feedback import (
    desk,  # noqa: F401 - its hook
    elsewhere,
    inbox,
    numbers,
)
from chorsu_feedback.applying import APPLIED, MENDS_LIVE, UNDONE, may_mend
from chorsu_feedback.inbox import open_reports_url
from chorsu_feedback.mail import TypoMailPanel
from chorsu_feedback.reports import open_reports_count, open_reports_for
from chorsu_locales.menus import MenuItemFor

hooks.register("register_account_settings_panel", TypoMailPanel)


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[URLPattern | URLResolver]:
    views = [
        path("", inbox.ReportsView.as_view(), name="index"),
        path("results/", inbox.ReportsView.as_view(results_only=True), name="index_results"),
        path("numbers/", numbers.numbers, name="numbers"),
        path("bulk/", inbox.bulk, name="bulk"),
        path("<int:pk>/", inbox.detail, name="detail"),
        path("<int:pk>/close/", inbox.close, name="close"),
        path("<int:pk>/duplicate/", inbox.duplicate, name="duplicate"),
        path("<int:pk>/apply/", inbox.apply, name="apply"),
        path("<int:pk>/elsewhere/", elsewhere.ElsewhereView.as_view(), name="elsewhere"),
        path("<int:pk>/undo/", inbox.undo, name="undo"),
        path("<int:pk>/reopen/", inbox.reopen, name="reopen"),
    ]
    return [path("reports/typos/", include((views, "chorsu_feedback_admin")))]


@hooks.register("register_reports_menu_item")
def register_reports_menu_item() -> MenuItem:
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
    return MenuItemFor(
        _("Typo reports in numbers"),
        reverse("chorsu_feedback_admin:numbers"),
        shown_to=user_has_any_page_permission,
        name="typo-numbers",
        icon_name="table",
        order=610,
    )


@hooks.register("register_page_action_menu_item")
class MendItem(ActionMenuItem):
    """On a live page without changes, the way to what readers reported of it."""

    name = "mend"
    label = _("Mend")
    icon_name = "edit"
    order = 10
    is_next_act = True  # for ``chorsu_editorial.action_bar``

    def is_shown(self, context: dict[str, Any]) -> bool:
        page, user = context.get("page"), context["request"].user
        if page is None or not page.live or page.has_unpublished_changes or not super().is_shown(context):
            return False
        return may_mend(user, page) and open_reports_for(user).filter(page=page.pk).exists()

    def get_url(self, parent_context: Any) -> str:
        return f"{open_reports_url()}&{urlencode({'q': parent_context['page'].title})}"


@hooks.register("register_permissions")
def register_permissions() -> QuerySet[Permission]:
    app_label, codename = MENDS_LIVE.split(".")
    return Permission.objects.filter(content_type__app_label=app_label, codename=codename)


class WordsFormatter(LogFormatter):
    """An entry with words of a page, and with those that came in their place; ``names`` are their keys in its data."""

    def __init__(self, label: Any, message: Any, *names: str) -> None:
        self.label, self.message, self.names = label, message, names

    def format_message(self, log_entry: BaseLogEntry) -> str:
        texts = [log_entry.data[name] for name in self.names if name in log_entry.data]
        # Each in marks that keep its direction: an arrow between Persian words would turn round with them.
        words = " → ".join(f"\u2068{text or '–'}\u2069" for text in texts)
        return f"{self.message}: {words}" if words else str(self.message)


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    for action, label, message, names in (
        (APPLIED, _("Apply a correction"), _("Reader's correction applied"), ("words", "new")),
        (UNDONE, _("Undo a correction"), _("Reader's correction undone"), ("new", "words")),
        ("chorsu_feedback.close", _("Close a typo report"), _("Typo report closed"), ("words",)),
        ("chorsu_feedback.reopen", _("Reopen a typo report"), _("Typo report opened again"), ("words",)),
    ):
        actions.register_action(action)(partial(WordsFormatter, label, message, *names))
