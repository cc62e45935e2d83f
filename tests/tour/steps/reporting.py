"""The journalist and the report."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.tour import report
from tests.tour.people import CHIEF, JOURNALIST
from tests.tour.walk import LANGUAGE_NAMES, Tour, submit

TOPIC = {"ru": "Технологии", "tg": "Технология", "en": "Technology"}
AUTHOR = {"ru": "Саида Каримова", "tg": "Саида Каримова", "en": "Saida Karimova"}
MISSING = re.compile("^Missing:")


def write(tour: Tour) -> None:
    """The journalist pastes a report, adds what is missing and submits it; to approve it is somebody else's."""
    chief = tour.person(CHIEF.address)
    for kind, one, names in (("Topics", "topic", TOPIC), ("People", "person", AUTHOR)):
        name_it(chief, kind, one, names)
    page = tour.person(JOURNALIST.address)
    page.goto("/admin/")
    page.get_by_role("region", name="Write").get_by_role("link", name="Event report Русский").click()
    headline = page.get_by_role("textbox", name="Headline")
    expect(headline).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.insert_text(report.with_slips([report.text("lead", "ru")])[0])
    page.keyboard.press("Enter")
    tour.checked("the home page leads to a new report; Enter leads from the headline to the lead and into the text")
    paste(page)
    expect(headline).to_have_value(report.text("title", "ru"))
    expect(page.get_by_text("10 blocks pasted.")).to_be_visible()
    tour.checked("a pasted report becomes a headline, texts, quotations with their speakers and places for pictures")
    add_pictures(page)
    tour.checked("four pictures take their places, with captions and credits from the lines below them")
    add_what_is_missing(page)
    tour.checked("the editor leads to each thing that is missing, until nothing is")
    submit(page)
    page.get_by_role("link", name="Edit", exact=True).click()
    expect(page.get_by_text("You submitted this version yourself, so somebody else approves it.")).to_be_visible()
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)
    tour.checked("to approve it is refused to its author, who edits other texts: somebody else approves it")


def name_it(page: Page, kind: str, one: str, names: dict[str, str]) -> None:
    """Add an entry to a vocabulary, in the newsroom's languages."""
    page.get_by_role("button", name="Vocabularies").click()
    page.get_by_role("link", name=kind, exact=True).click()
    page.get_by_role("link", name=f"Add {one}").first.click()
    for code, name in names.items():
        page.get_by_role("textbox", name=f"Name ({LANGUAGE_NAMES[code]})").fill(name)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("created.")).to_be_visible()


def paste(page: Page) -> None:
    """Put the report on the clipboard, as a text processor does, and paste it where the cursor stands."""
    lines = report.lines()
    html = f"<h1>{report.text('title', 'ru')}</h1>" + "".join(f"<p>{line}</p>" for line in lines)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate(
        """([html, text]) => navigator.clipboard.write([new ClipboardItem({
            "text/html": new Blob([html], {type: "text/html"}),
            "text/plain": new Blob([text], {type: "text/plain"}),
        })])""",
        [html, "\n\n".join(lines)],
    )
    page.get_by_role("region", name="Text").locator("[contenteditable=true]").click()
    page.keyboard.press("Control+V")


def add_pictures(page: Page) -> None:
    """Choose four files at once, and say in their table what each shows."""
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Add pictures").click()
    chooser.value.set_files(report.files())  # type: ignore[arg-type]
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Credit of all these pictures")).to_have_value(report.CREDIT)
    for number, (caption, text) in enumerate(zip(report.CAPTIONS["ru"], report.ALTERNATIVES["ru"], strict=True)):
        expect(dialog.get_by_label("Caption").nth(number)).to_have_value(caption)
        dialog.get_by_label("Alternative text").nth(number).fill(text)
    dialog.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("4 pictures added")).to_be_visible()


def add_what_is_missing(page: Page) -> None:
    """Follow each line of the list of what is missing."""

    def go_to(line: str) -> None:
        page.get_by_role("button", name=MISSING).click()
        page.get_by_role("region", name="Before you submit", exact=True).get_by_role("button", name=line).click()

    go_to("No author is named.")
    page.get_by_role("button", name="Add author").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("checkbox", name=AUTHOR["en"]).check()
    dialog.get_by_role("button", name="Confirm selection").click()
    go_to("The date of the event is missing.")
    page.keyboard.type("2025-11-14")
    page.keyboard.press("Tab")
    go_to("The place of the event is missing.")
    page.keyboard.type(report.text("city", "ru"))
    page.get_by_role("textbox", name="Venue").fill(report.text("venue", "ru").split(",")[0])
    go_to("No topic is chosen.")
    page.get_by_role("checkbox", name=TOPIC["en"]).check()
    expect(page.get_by_role("button", name=MISSING)).to_have_count(0)
