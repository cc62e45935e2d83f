"""The source changes, and a translation with it."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.tour import report
from tests.tour.people import JOURNALIST, RUSSIAN_EDITOR, TAJIK_EDITOR, TO_TAJIK, Person
from tests.tour.steps.translating import at_the_desk
from tests.tour.walk import Tour, press, saving, soft, submit

ADDED = {"ru": "Осенью к ним придут и слесари.", "tg": "Тирамоҳ назди онҳо челонгарон ҳам меоянд."}


def change(tour: Tour) -> None:
    """The source changes in one paragraph; the translator is shown the words and brings the Tajik up to date."""
    page = tour.person(JOURNALIST.address)
    page.goto("/admin/")
    page.get_by_role("main").get_by_role("link", name=report.text("title", "ru")).first.click()
    text = page.get_by_role("region", name="Text", exact=True)
    text.get_by_role("textbox").filter(has_text=report.paragraphs("ru")[1][:20]).click()
    add(page, ADDED["ru"])
    submitted_and_approved(tour, page, RUSSIAN_EDITOR, "ru")
    desk = at_the_desk(tour, TO_TAJIK)
    expect(desk.get_by_role("row").last.get_by_text("Outdated")).to_have_count(2)
    desk.get_by_role("row").last.get_by_role("link", name="Outdated").click()
    expect(desk.get_by_role("insertion")).to_have_text(ADDED["ru"])
    tour.checked("the desk calls both translations outdated, and shows the words that are new")
    desk.get_by_role("link", name="Translate the changes").click()
    expect(desk.get_by_text("19 of 20 paragraphs")).to_be_visible()
    desk.wait_for_load_state()
    desk.get_by_role("button", name="Next to do").click()
    text = desk.get_by_role("region", name="Text", exact=True)
    expect(text.get_by_role("textbox").filter(has_text=report.units("tg")[1])).to_be_focused()
    add(desk, ADDED["tg"])
    submitted_and_approved(tour, desk, TAJIK_EDITOR, "tg")
    desk = at_the_desk(tour, TO_TAJIK)
    expect(desk.get_by_role("row").last.get_by_text("Outdated")).to_have_count(1)
    expect(desk.get_by_role("row").last.get_by_text("Live")).to_have_count(1)
    reader = tour.reader()
    reader.goto(tour.articles["tg"])
    assert ADDED["tg"] in soft(reader.get_by_role("main").inner_text())
    tour.checked("one paragraph later the Tajik is up to date and live; the English is outdated still")


def add(page: Page, sentence: str) -> None:
    """Write a sentence at the end of the paragraph that has the focus."""
    page.keyboard.press("Control+End")
    with saving(page):
        page.keyboard.insert_text(f" {sentence}")


def submitted_and_approved(tour: Tour, page: Page, editor: Person, code: str) -> None:
    """Submit what is open, and let an editor approve it."""
    submit(page)
    other = tour.reviewing(editor.address, report.text("title", code))
    expect(other.get_by_role("region", name="Review").get_by_text(ADDED[code]).first).to_be_visible()
    press(other, "Approve and publish")
    expect(other.get_by_text("You approved")).to_be_visible()
