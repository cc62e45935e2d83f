"""The template variable ``reader``: what ``base.html`` needs beside a page's own context, read only when used."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language

from chorsu_locales.selectors import get_language_row
from cms.outlet.selectors import Link, OutletView, Text, outlet, outlet_view
from cms.reader.lite import is_lite, saves_data, switched
from cms.reader.selectors import Menu, MenuItem, menu

FONTS = {"Cyrl": "cyrillic", "Arab": "persian"}
LONGEST = 2_000  # characters of an address


class Reader:
    """The frame of a reader page, for one request. Everything is computed when first asked for."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.code = get_language() or settings.LANGUAGE_CODE

    @cached_property
    def outlet(self) -> OutletView:
        """Return what the outlet says about itself, or would with the form that is previewed."""
        previewed = getattr(self.request, "previewed_outlet", None)
        if previewed is not None:
            return outlet_view(previewed, self.request)
        return outlet(self.request)

    @property
    def site_name(self) -> str:
        """Return the newsroom's name."""
        return self.outlet.name.text

    @property
    def origin(self) -> str:
        """Return scheme and host of this request, for addresses that must be whole."""
        return f"{self.request.scheme}://{self.request.get_host()}"

    @property
    def policies(self) -> list[Link]:
        """Return the outlet's policy pages that its footer doesn't list already."""
        listed = {link.pk for column in self.outlet.footer for link in column.links}
        if not self.outlet.footer:
            listed = {item.pk for item in self.information}
        return [link for _kind, link in self.outlet.policies if link.pk not in listed]

    @property
    def is_lite(self) -> bool:
        """Tell whether the light version of the page is asked for."""
        return is_lite(self.request)

    @property
    def saves_data(self) -> bool:
        """Tell whether the browser asks to save data."""
        return saves_data(self.request)

    @property
    def other_version(self) -> str:
        """Return the address of the light version of this page, or of the full one on the light."""
        address = self.request.get_full_path()
        # Not of what was asked at length: the page would be as long.
        return switched(address if len(address) <= LONGEST else self.request.path, lite=not self.is_lite)

    @cached_property
    def home_url(self) -> str:
        """Return the front page of the active language."""
        return reverse("wagtail_serve", args=[""])

    @property
    def is_home(self) -> bool:
        """Tell whether this is the front page."""
        return self.request.path == self.home_url

    @cached_property
    def headline_font(self) -> str:
        """Return the font file that the headlines of the active language need."""
        return f"cms/fonts/{self._font}-{700 if self._font == 'persian' else 600}.woff2"

    @cached_property
    def text_font(self) -> str:
        """Return the font file that texts in the active language need."""
        return f"cms/fonts/{self._font}-400.woff2"

    @property
    def _font(self) -> str:
        return FONTS.get(get_language_row(self.code).script, "latin")

    @cached_property
    def menu(self) -> Menu:
        """Return sections and information pages."""
        return menu(self.request)

    @property
    def sections(self) -> list[MenuItem]:
        """Return the sections of the active language."""
        return self.menu.sections

    @property
    def navigation(self) -> list[Link]:
        """Return the menu as the newsroom arranged it, else the sections."""
        return self.outlet.menu or [Link(Text(item.title), item.url, item.pk, item.path) for item in self.sections]

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
