"""The way to the languages of an article, and what is said of links in the history of pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.widgets import Button
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import BaseLogEntry, Page

from chorsu_translation.selectors import translatable_pages

ACTIONS = {
    "link": (_("Link pages of two languages"), _("Linked “%(page)s” as a translation of “%(other)s”")),
    "unlink": (_("Part pages of two languages"), _("Parted “%(page)s” from “%(other)s”")),
    # Nothing logs it any more; what was logged once keeps its words.
    "swap": (
        _("Change the roles of source and translation"),
        _("“%(page)s” is translated from “%(other)s” from now on"),
    ),
    "make_original": (_("Make a page the original"), _("Made “%(page)s” the original instead of “%(other)s”")),
}


@hooks.register("register_page_header_buttons")
def linking_button(page: Page, user: Any, view_name: str = "", next_url: str = "") -> Iterator[Button]:  # noqa: ARG001
    """Offer it in the menu of each page that is translated, to who may edit it."""
    if page.permissions_for_user(user).can_edit() and translatable_pages().filter(pk=page.pk).exists():
        url = reverse("chorsu_translation:linking", args=[page.pk])
        yield Button(_("Languages of this article"), url, icon_name="link", priority=75)


class LinkFormatter(LogFormatter):
    """An entry that names both pages."""

    text: Any = ""

    def format_message(self, log_entry: BaseLogEntry) -> str:
        """Name the pages as they were called then."""
        data = log_entry.data or {}
        return str(self.text) % {name: data.get(name, {}).get("title", "") for name in ("page", "other")}


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    """Name the entries."""
    for name, (label, text) in ACTIONS.items():
        formatter = type(f"{name}_formatter", (LinkFormatter,), {"label": label, "text": text, "message": text})
        actions.register_action(f"chorsu_translation.{name}")(formatter)
