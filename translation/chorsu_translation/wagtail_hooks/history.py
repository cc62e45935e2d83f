"""Ways to the history of an article and to one's own work."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets import Button
from wagtail.models import Page

from chorsu_translation.models import PublishedVersion
from chorsu_translation.selectors.history import work_of
from chorsu_translation.selectors.rights import desk_locales
from chorsu_translation.wagtail_hooks.desk import DeskMenuItem


class _OwnWorkItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return work_of(request.user).exists()


@hooks.register("register_reports_menu_item")
def register_published_versions() -> MenuItem:
    """Add the list of all that was published."""
    url = reverse("chorsu_translation:published_versions")
    return DeskMenuItem(_("Published versions"), url, name="published-versions", icon_name="history", order=850)


@hooks.register("register_reports_menu_item")
def register_own_work() -> MenuItem:
    """Add the list of one's own work."""
    url = reverse("chorsu_translation:own_work")
    return _OwnWorkItem(_("My published work"), url, name="own-work", icon_name="user", order=851)


@hooks.register("register_page_header_buttons")
def add_history(page: Page, user: Any, next_url: str = "", view_name: str = "") -> Iterator[Button]:  # noqa: ARG001
    """Lead from a page to the history of the article in all its languages."""
    if (
        page.pk
        and PublishedVersion.objects.filter(translation_key=page.translation_key).exists()
        and desk_locales(user)
    ):
        url = reverse("chorsu_translation:article_history", args=[page.translation_key])
        yield Button(_("History in all languages"), url, icon_name="history", priority=59)
