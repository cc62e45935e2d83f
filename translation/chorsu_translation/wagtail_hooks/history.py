"""Ways to the history of an article and to one's own work."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets import Button
from wagtail.models import Page

from chorsu_locales.menus import MenuItemFor
from chorsu_translation.models import PublishedVersion
from chorsu_translation.selectors.history import work_of
from chorsu_translation.selectors.rights import desk_locales


@hooks.register("register_reports_menu_item")
def register_published_versions() -> MenuItem:
    """Add the list of all that was published."""
    url = reverse("chorsu_translation:published_versions")
    return MenuItemFor(
        _("Published versions"),
        url,
        shown_to=desk_locales,
        name="published-versions",
        icon_name="history",
        order=850,
    )


@hooks.register("register_reports_menu_item")
def register_own_work() -> MenuItem:
    """Add the list of one's own work."""
    url = reverse("chorsu_translation:own_work")
    return MenuItemFor(
        _("My published work"),
        url,
        shown_to=lambda user: work_of(user).exists(),
        name="own-work",
        icon_name="user",
        order=851,
    )


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
