"""The desk in Wagtail's admin."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from chorsu_translation import urls
from chorsu_translation.selectors import desk_locales


class DeskMenuItem(MenuItem):
    """Shown to those who work in at least one language's tree."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Tell whether the person has anything to do at the desk."""
        return bool(desk_locales(request.user))


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[Any]:
    """Add the desk's addresses."""
    return [path("translations/", include(urls))]


@hooks.register("register_admin_menu_item")
def register_desk_menu_item() -> MenuItem:
    """Add the desk to the main menu."""
    return DeskMenuItem(
        _("Translations"), reverse("chorsu_translation:desk"), name="translations", icon_name="globe", order=150
    )
