"""The template variable ``reader``: what ``base.html`` needs beside a page's own context, read only when used."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language

from chorsu_locales.selectors import get_language_row
from cms.reader.freshness import page_cache
from cms.reader.selectors import Menu, MenuItem, menu

FONTS = {
    "Cyrl": "cms/fonts/serif-cyrillic.woff2",
    "Arab": "cms/fonts/persian.woff2",
}


class Reader:
    """The frame of a reader page, for one request. Everything is computed when first asked for."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.code = get_language() or settings.LANGUAGE_CODE

    @property
    def site_name(self) -> str:
        """Return the newsroom's name."""
        return settings.WAGTAIL_SITE_NAME

    @property
    def origin(self) -> str:
        """Return scheme and host of this request, for addresses that must be whole."""
        return f"{self.request.scheme}://{self.request.get_host()}"

    @property
    def home_url(self) -> str:
        """Return the front page of the active language."""
        return reverse("wagtail_serve", args=[""])

    @property
    def is_home(self) -> bool:
        """Tell whether this is the front page."""
        return self.request.path == self.home_url

    @cached_property
    def main_font(self) -> str:
        """Return the font file that the headlines of the active language need first."""
        return FONTS.get(get_language_row(self.code).script, "cms/fonts/serif-latin.woff2")

    @cached_property
    def menu(self) -> Menu:
        """Return sections and information pages."""
        return page_cache(self.request).get("common", "menu", lambda: menu(self.code, self.request))

    @property
    def sections(self) -> list[MenuItem]:
        """Return the sections of the active language."""
        return self.menu.sections

    @property
    def information(self) -> list[MenuItem]:
        """Return the information pages of the active language."""
        return self.menu.information

    @property
    def shows_user_bar(self) -> bool:
        """Tell whether to look for rights to the user bar.

        Only requests with a session: looking makes an answer vary on cookies, and readers have none.
        """
        return settings.SESSION_COOKIE_NAME in self.request.COOKIES


def reader(request: HttpRequest) -> dict[str, Any]:
    """Give templates ``reader``."""
    return {"reader": Reader(request)}
