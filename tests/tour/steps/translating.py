"""The translators at the desk, and who approves what they wrote."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.tour import report
from tests.tour.people import CHIEF, ENGLISH_EDITOR, TAJIK_EDITOR, TO_ENGLISH, TO_TAJIK, Person
from tests.tour.walk import LANGUAGE_NAMES, Tour, press, saving, submit

MOST_UNITS = 40
TRANSLATIONS = (("tg", TO_TAJIK, TAJIK_EDITOR), ("en", TO_ENGLISH, ENGLISH_EDITOR))


def translate(tour: Tour) -> None:
    """Translators bring it into Tajik and English, others approve, and both languages go live together."""
    for code, translator, _editor in TRANSLATIONS:
        page = at_the_desk(tour, translator)
        page.get_by_role("row").filter(has_text=report.text("title", "ru")).get_by_text("Translate", exact=True).click()
        page.get_by_role("button", name="Begin the translation").click()
        write_each(page, code)
        if code == "tg":
            slip(tour, page)
        submit(page)
    tour.checked("both translations are written unit by unit, by keyboard, and submitted")
    for code, _translator, editor in TRANSLATIONS:
        page = tour.reviewing(editor.address, report.text("title", code))
        press(page, "Approve and hold for the other languages")
        expect(page.get_by_text("it is held for the other languages")).to_be_visible()
        assert tour.newsroom.get(f"/{code}/events/")[1].count(report.text("title", code)) == 0
    tour.checked("another person approves each; held, nobody reads them yet")
    publish_together(tour)


def at_the_desk(tour: Tour, person: Person) -> Page:
    """Return the page of somebody who has opened the desk."""
    page = tour.person(person.address)
    page.get_by_role("link", name="Translations", exact=True).first.click()
    return page


def texts(code: str) -> dict[str, str]:
    """Return the translation of each unit by its source."""
    names = ("title", "lead", "venue", "city")
    pairs = [(report.text(name, "ru"), report.text(name, code)) for name in names]
    pairs += zip(report.CAPTIONS["ru"], report.CAPTIONS[code], strict=True)
    pairs += zip(report.ALTERNATIVES["ru"], report.ALTERNATIVES[code], strict=True)
    pairs += zip(report.units("ru", wrong=True), report.units(code), strict=True)
    return dict(pairs)


def write_each(page: Page, code: str) -> None:
    """Go from paragraph to paragraph by keyboard, and write its translation over the copy of the source."""
    known = texts(code)
    page.wait_for_load_state()
    page.get_by_role("button", name="Next to do").click()
    expect(page.get_by_role("textbox", name="Headline")).to_be_focused()
    for _ in range(MOST_UNITS):
        here = page.evaluate_handle("() => document.activeElement")
        source = here.evaluate("(field) => field.value ?? field.innerText").strip()
        if source not in known:
            break
        if known[source] != source:
            page.keyboard.press("Control+A")
            page.keyboard.insert_text(known[source])
        # Done as it is; or to the next, behind the last to the first.
        page.keyboard.press("Alt+Enter" if known[source] == source else "Alt+ArrowDown")
        page.wait_for_function("(here) => document.activeElement !== here", arg=here)
    # What is left to do is counted when the editor has saved.
    expect(page.get_by_text(re.compile(r"(\d+) of \1 paragraphs"))).to_be_visible()


def slip(tour: Tour, page: Page) -> None:
    """Write a wrong number, see it found, and mend it."""
    lead = page.get_by_role("textbox", name="Lead")
    right = report.text("lead", "tg")
    with saving(page):
        lead.fill(right.replace("640", "460"))
    found = page.get_by_text("Not in the translation: 640")
    expect(found.first).to_be_visible()
    with saving(page):
        lead.fill(right)
    expect(found).to_have_count(0)
    tour.checked("a number that was copied wrong is found by a check before anybody reads it")


def publish_together(tour: Tour) -> None:
    """Let a chief editor publish what is held."""
    page = tour.person(CHIEF.address)
    page.goto("/admin/")
    page.get_by_role("link", name="2 texts held for the other languages").click()
    page.get_by_role("main").get_by_role("link", name=report.text("title", "tg")).click()
    page.get_by_role("button", name="Publish what is chosen").click()
    expect(page.get_by_text("2 pages were published together.")).to_be_visible()
    reader = tour.reader()
    for code in ("tg", "en"):
        reader.goto(tour.articles["ru"])
        reader.get_by_role("main").get_by_role("link", name=LANGUAGE_NAMES[code]).first.click()
        expect(reader.get_by_role("heading", level=1)).to_contain_text(report.text("title", code).split()[0])
        tour.articles[code] = reader.url.removeprefix(tour.newsroom.address)
    tour.checked("a chief editor publishes both together, and the Russian page leads to them")
