"""A reader with a phone, and a search server that dies."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.tour import report
from tests.tour.people import CHIEF
from tests.tour.services import eventually
from tests.tour.steps.reporting import TOPIC
from tests.tour.walk import LANGUAGE_NAMES, PHONE, Tour

# What is typed, in which language's search, and what that shows.
WORDS = (
    ("tg", "бибихоро таълим", "on a keyboard without Tajik letters"),
    ("ru", "ярмакра", "with a slip of the finger"),
    ("ru", "zhvfhrf", "in the wrong layout"),
    ("ru", report.SPEAKER, "by a speaker's name"),
)
OTHER_NAME = "Gadgets"


def find(tour: Tour) -> None:
    """A reader finds it on a phone however it is typed, also while the search server is dead."""
    page = tour.reader("phone", viewport=PHONE, has_touch=True, is_mobile=True)
    for code, words, how in WORDS:
        expect(found(page, code, words)).to_be_visible()
        tour.checked(f"{how}: “{words}”")
    if tour.search is not None:
        outlive(tour, page)


def found(page: Page, code: str, words: str) -> Locator:
    """Search, and return the report among what was found."""
    page.goto(f"/{code}/search/")
    box = page.get_by_role("main").get_by_role("combobox").first
    box.fill(words)
    box.press("Enter")
    page.wait_for_url("**?q=*")
    return page.get_by_role("main").get_by_role("link", name=report.text("title", code)).first


def outlive(tour: Tour, page: Page) -> None:
    """Kill Elasticsearch, search, change what it holds, and let it come back."""
    import elasticsearch_server as es  # noqa: PLC0415 - it lies in tools/

    server: Any = tour.search
    settle(tour)
    es.kill(server)
    for code, words, _how in WORDS:
        expect(found(page, code, words)).to_be_visible()
    tour.checked("with Elasticsearch killed all of it is found still")
    rename_topic(tour, TOPIC["en"], OTHER_NAME)
    es.start_again(server)
    settle(tour)
    rename_topic(tour, OTHER_NAME, TOPIC["en"])
    settle(tour)
    tour.checked("back again, it has caught up with what was changed meanwhile: each page compared")


def settle(tour: Tour) -> None:
    """Wait until each search index holds what the database does."""

    def agrees() -> bool:
        with suppress(AssertionError):
            tour.newsroom.manage("search_check")
            return True
        return False

    eventually(agrees, "an index that agrees with the database", 180)


def rename_topic(tour: Tour, old: str, new: str) -> None:
    """Let a chief editor rename a topic, which stands in the index of every page that has it."""
    page = tour.person(CHIEF.address)
    page.goto("/admin/")
    page.get_by_role("button", name="Vocabularies").click()
    page.get_by_role("link", name="Topics", exact=True).click()
    page.get_by_role("main").get_by_role("link", name=old, exact=True).first.click()
    page.get_by_role("textbox", name=f"Name ({LANGUAGE_NAMES['en']})").fill(new)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("updated.")).to_be_visible()
