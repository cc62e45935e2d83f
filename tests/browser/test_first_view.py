"""What a phone loads before anybody scrolls: the fonts of one script, and nothing that moves what is read."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Page, Route

from chorsu_articles.models import HomePage, SectionPage
from chorsu_locales.table import LANGUAGES
from tests.browser.conftest import PHONE
from tests.factories import make_article, make_picture

FILES = {"Cyrl": "cyrillic", "Latn": "latin", "Arab": "persian"}
# Google's measure: how much of the screen moved, times how far.
MOVED = """() => new Promise((resolve) => {
  let moved = 0;
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) moved += entry.value; })
    .observe({type: "layout-shift", buffered: true});
  requestAnimationFrame(() => setTimeout(() => resolve(moved), 100));
})"""


def addresses_in(code: str) -> list[str]:
    """Return a home page, a section and an article, all of whose texts are in one language."""
    found = []
    for language in LANGUAGES:
        home = HomePage.objects.get(locale__language_code=language)
        section = SectionPage.objects.child_of(home).get(kind="analysis")
        if language == code:
            letters = LANGUAGES[code].alphabet
            article = make_article(section, title=letters[:20], lead=f"{letters} 2026", main_picture=make_picture())
            found = [home.url, section.url, article.url]
            for address in found:
                Client().get(address)  # pictures are made before a browser waits for them
    return found


@pytest.mark.parametrize("code", ["tg", "kk", "uz", "fa"])
def test_a_page_loads_the_fonts_of_its_own_script_only(new_page: Callable[..., Page], newsroom: None, code: str):
    for address in addresses_in(code):
        page = new_page(viewport=PHONE)
        fonts: set[str] = set()
        page.on(
            "request", lambda request, found=fonts: found.add(request.url) if request.resource_type == "font" else None
        )
        page.goto(address, wait_until="networkidle")
        names = {font.rpartition("/")[2].partition(".")[0] for font in fonts}
        name, heavy = FILES[LANGUAGES[code].script], 700 if code == "fa" else 600
        assert f"{name}-{heavy}" in names
        assert names <= {f"{name}-400", f"{name}-{heavy}"}, address


@pytest.mark.parametrize("code", ["tg", "fa"])
def test_nothing_moves_when_fonts_and_pictures_come_late(new_page: Callable[..., Page], newsroom: None, code: str):
    def late(route: Route) -> None:
        time.sleep(0.3)
        route.continue_()

    for address in addresses_in(code):
        page = new_page(viewport=PHONE)
        page.route("**/*.woff2", late)
        page.route("**/media/**", late)
        page.goto(address, wait_until="networkidle")
        assert page.evaluate(MOVED) == 0, address
