"""Entries of Wagtail's admin menus, and panels of people's accounts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from wagtail.admin.auth import user_has_any_page_permission
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.account import BaseSettingsPanel, notifications_tab


class MenuItemFor(MenuItem):
    """An entry for those of whom ``shown_to(user)`` holds, with the number of ``count(user)`` where it isn't 0.

    Wagtail asks up to three times for one page, since menus hold menus; the question is asked once.
    """

    def __init__(
        self,
        label: Any,
        url: str,
        *,
        shown_to: Callable[[Any], Any],
        count: Callable[[Any], int] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(label, url, **options)
        self._shown_to, self._count = shown_to, count

    def is_shown(self, request: HttpRequest) -> bool:
        known: dict[Callable[[Any], Any], bool] = request.__dict__.setdefault("_chorsu_locales_menus", {})
        if self._shown_to not in known:
            known[self._shown_to] = bool(self._shown_to(request.user))
        return known[self._shown_to]

    def render_component(self, request: HttpRequest) -> Any:
        """Return the sidebar's entry. Menu items are shared between requests, so the label is set on the component."""
        component = super().render_component(request)
        if self._count and (number := self._count(request.user)):
            component.label = f"{self.label} ({number})"
        return component


class MessagesPanel(BaseSettingsPanel):
    """A panel below *Notifications*, for whoever may work on any page."""

    tab = notifications_tab

    def is_active(self) -> bool:
        return bool(user_has_any_page_permission(self.user))
