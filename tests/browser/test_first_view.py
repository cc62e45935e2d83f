"""What a phone loads before anybody scrolls: the fonts of one script, and nothing that moves what is read."""

from __future__ import annotations

import gzip
import time

import pytest
from django.test import Client
from playwright.sync_api import Response, expect
from wagtail.images.tests.utils import get_test_image_file

from chorsu_articles.models import Picture
from chorsu_locales.table import LANGUAGES
from tests.browser.conftest import PHONE
from tests.browser.editing import section
from tests.cms.content import make_full_article
from tests.factories import make_article, make_picture

FILES = {"Cyrl": "cyrillic", "Latn": "latin", "Arab": "persian"}
# Google's measure: how much of the screen moved, times how far.
MOVED = """() => new Promise((resolve) => {
  let moved = 0;
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) moved += entry.value; })
    .observe({type: "layout-shift", buffered: true});
  requestAnimationFrame(() => setTimeout(() => resolve(moved), 100));
})"""
# The width of the file that a browser chose against the dots that it covers.
TOO_WIDE = """() => [...document.querySelectorAll("main picture img")].filter((image) => image.clientWidth)
  .map((image) => {
  const offers = [...image.closest("picture").querySelectorAll("source")].flatMap(({srcset}) => srcset.split(", "));
  const chosen = offers.find((offer) => new URL(offer.split(" ")[0], location).href === image.currentSrc);
  return parseInt(chosen.split(" ")[1]) / (image.clientWidth * devicePixelRatio);
}).filter((ratio) => ratio > 1.5)"""
LITE = 40_000  # bytes, compressed as the proxy does


def addresses_in(code: str, picture: Picture | None = None) -> list[str]:
    """Return a home page, a section and an article, all of whose texts are in one language."""
    letters = LANGUAGES[code].alphabet
    article = make_article(
        section(code=code), title=letters[:20], lead=f"{letters} 2026", main_picture=picture or make_picture()
    )
    found = [f"/{code}/", article.get_parent().url, article.url]
    for address in found:
        Client().get(address)  # pictures are made before a browser waits for them
    return found


@pytest.mark.parametrize("code", ["tg", "fa", "uz"])
def test_a_page_loads_the_fonts_of_its_own_script_only(new_page, newsroom, code):
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


def test_nothing_moves_when_fonts_and_pictures_come_late(new_page, newsroom):
    def late(route):
        time.sleep(0.3)
        route.continue_()

    for address in addresses_in("tg"):
        page = new_page(viewport=PHONE)
        page.route("**/*.woff2", late)
        page.route("**/media/**", late)
        page.goto(address, wait_until="networkidle")
        assert page.evaluate(MOVED) == 0, address


def test_pictures_are_at_most_half_as_wide_again_as_they_are_shown(new_page, newsroom):
    large = make_picture(file=get_test_image_file(size=(1800, 1200)))
    addresses = addresses_in("ru", large)
    for width, dots in ((360, 2), (768, 1), (1280, 1)):
        page = new_page(viewport={"width": width, "height": 800}, device_scale_factor=dots)
        for address in addresses:
            page.goto(address, wait_until="networkidle")
            assert page.locator("main picture img").count() > 0
            assert page.evaluate(TOO_WIDE) == [], (address, width, dots)


def test_the_light_version_takes_40_kb_and_a_picture_is_loaded_when_it_is_asked_for(new_page, newsroom):
    article = make_full_article(section(code="ru"))
    for address in ("/ru/", article.get_parent().url, article.url, "/ru/search/?q=Headline", "/ru/topics/water/"):
        Client().get(address)
        page = new_page(viewport=PHONE)
        answers: list[Response] = []
        page.on("response", lambda answer, found=answers: found.append(answer))
        page.goto(address + ("&" if "?" in address else "?") + "lite=1", wait_until="networkidle")
        # Without its icon, a browser would look for one.
        kinds = {answer.request.resource_type for answer in answers if "/img/mark" not in answer.url}
        assert kinds == {"document", "stylesheet"}, address
        assert sum(len(gzip.compress(answer.body())) for answer in answers) <= LITE, address
        if address == article.url:
            with page.expect_response("**/media/**"):
                page.locator(".lite-picture summary").first.click()
            expect(page.locator(".lite-picture img").first).to_be_visible()
