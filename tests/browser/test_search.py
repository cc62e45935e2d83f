"""The search page in a real browser: by keyboard, on a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from chorsu_articles.models import AnalysisPage, Topic
from tests.browser.conftest import bounding_box
from tests.browser.editing import section
from tests.browser.keyboard import follow
from tests.browser.test_reader import problems_of
from tests.factories import make_article

pytestmark = pytest.mark.usefixtures("newsroom")
SMALL = {"width": 360, "height": 640}
# A headline, what its reader types of it, the topic in that language, and two words of the headline with a slip.
TEXTS = {
    "ru": ("Ледники отступают", "отст", "Вода", "ледники отсутпают"),
    "tg": ("Пиряхҳо кам мешаванд", "пирях", "Об", "пиряхҳо мешавнад"),
    "fa": ("یخچال‌ها آب می‌شوند", "یخچ", "آب", "آب یچخال‌ها"),
}


@pytest.fixture
def articles() -> dict[str, AnalysisPage]:
    """Return an article in each of the languages, about water."""
    topic = Topic.objects.create(slug="water", **{f"name_{code}": name for code, (_t, _b, name, _s) in TEXTS.items()})
    found = {}
    for code, (title, *_rest) in TEXTS.items():
        page = make_article(section(code=code), title=title, lead=title)
        page.topics.add(topic)
        page.save_revision().publish()
        found[code] = page
    return found


@pytest.mark.journey
def test_the_journey_by_keyboard(page, articles, live_server):
    problems = problems_of(page, live_server.url)
    for code in ("tg", "fa"):
        title, beginning, topic, slip = TEXTS[code]
        page.goto(f"/{code}/search/")
        box = page.get_by_role("main").get_by_role("combobox").first
        expect(box).to_be_focused()
        page.keyboard.insert_text(beginning)
        option = page.get_by_role("option", name=title)
        expect(box).to_have_attribute("aria-expanded", "true")
        page.keyboard.press("ArrowDown")
        expect(option).to_have_attribute("aria-selected", "true")
        expect(box).to_have_attribute("aria-activedescendant", str(option.get_attribute("id")))
        page.keyboard.press("ArrowUp")
        expect(option).to_have_attribute("aria-selected", "false")
        page.keyboard.press("Escape")
        expect(box).to_have_attribute("aria-expanded", "false")
        box.fill(topic)
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(rf"/{code}/search/\?"))
        expect(page.locator(".chorsu-search__answers a")).to_have_text(topic)
        page.locator("#search-topic").focus()
        page.keyboard.press("ArrowDown")
        follow(page.locator(".chorsu-search__dates button"))
        page.wait_for_url(re.compile(r"topic=water"))
        follow(page.locator(".chorsu-search__chosen a").first)
        expect(page).not_to_have_url(re.compile(r"topic="))
        follow(page.locator(".chorsu-search__line nav a").last)
        page.wait_for_url(re.compile(r"sort=date"))
        box.fill(slip)
        page.keyboard.press("Enter")
        as_typed = page.locator(".chorsu-search__corrected a")
        expect(as_typed).to_contain_text(slip)
        follow(page.get_by_role("link", name=title))
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
    page.goto("/ru/search/")
    page.keyboard.insert_text("ледн")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{articles['ru'].url}")
    assert problems == []


def test_on_a_phone_the_first_result_is_in_sight_and_filters_unfold(new_page, articles):
    page = new_page(viewport=SMALL, has_touch=True)
    _title, _beginning, topic, slip = TEXTS["fa"]
    for text in (topic, slip):  # with a direct answer above it, with a correction
        page.goto(f"/fa/search/?q={text}")
        expect(page.locator(".chorsu-search__results h2").first).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth") == SMALL["width"]
    filters = page.locator("#search-topic")
    expect(filters).to_be_hidden()
    page.locator(".chorsu-search__filters summary").click()
    expect(filters).to_be_visible()


def test_the_masthead_completes_on_every_page(page, articles, live_server):
    problems = problems_of(page, live_server.url)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(live_server.url)))
    page.goto(articles["fa"].url)
    page.wait_for_load_state("networkidle")
    ours = [address for address in asked if "chorsu_search" in address or "completions" in address]
    assert ours == ["/static/chorsu_search/completions.js"]
    box = page.get_by_role("banner").get_by_role("combobox")
    box.press_sequentially("یخچ")
    option = page.get_by_role("option", name=articles["fa"].title)
    field = bounding_box(box)
    assert bounding_box(option)["y"] >= field["y"] + field["height"]
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/fa/search/\?q="))
    assert problems == []
