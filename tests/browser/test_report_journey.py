"""A journalist's way with an event report, from the log-in to the submission: pasted from a text processor, and typed.

Each click and each choosing (of a file, an option, an offer) is counted; what the keyboard does is not.
"""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from chorsu_articles.headings import headings
from chorsu_articles.models import EventReportPage, Person, Picture, Topic
from tests.browser.editing import EDITOR, copy, eventually, kinds, ready, section
from tests.browser.keyboard import tab_to
from tests.browser.test_editor_pictures import jpeg
from tests.editorial.desk import latest
from tests.factories import PASSWORD, make_event, make_user

pytestmark = pytest.mark.usefixtures("newsroom")

MOST = 5
CREDIT = "Zarafshan Review"
HEADLINE = "Libraries of the valley learn to mend old maps"
LEAD = "Forty librarians met in Khujand for two days to save the maps of the old canals."
ALTERNATIVES = [
    "A woman holds a map to a lamp.",
    "A man at a lectern.",
    "Hands with a brush.",
    "Forty people on stairs.",
]
HEADINGS = ["A canal on paper", "What comes next"]
# Paragraphs, and lines below pictures.
REPORT = f"""
On November 14-15, 2025, the Regional Library of Khujand and the Fund of Paper and Memory held a school of maps.
*Saodat Karimova shows a map of the canals of 1908. Photo: {CREDIT}*
Forty librarians from Kazakhstan, Kyrgyzstan and Tajikistan took part, and three guests who restore paper in Georgia.
Bakhtiyor Rasulov, the director of the library, opened the school with a plan of one street that no longer exists.
Bakhtiyor Rasulov. Photo: {CREDIT}
“We were sure that nobody would ever ask for it, and last spring three families did. A map is a letter,” he said.
## {HEADINGS[0]}
On the first day the guests took a torn sheet apart and put it together again. Two hours went by in which nobody spoke.
*The paste dries for a night. Photo: {CREDIT}*
Saodat Karimova spoke of what damp does to ink. “Write down where each crack runs before you touch it,” she said.
## {HEADINGS[1]}
Photo: {CREDIT}
The libraries will share their lists by spring, and lend each other doubles. A third school is planned in Osh.
""".strip().splitlines()


def is_caption(line: str) -> bool:
    return f"Photo: {CREDIT}" in line


CAPTIONS = [line.strip("*").removesuffix(f"Photo: {CREDIT}").strip() for line in REPORT if is_caption(line)]


class Hand:
    """A mouse that counts."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.acts = 0

    def click(self, target: Locator) -> None:
        target.click()
        self.acts += 1

    def choose_files(self, target: Locator, files: list[Any]) -> None:
        with self.page.expect_file_chooser() as chooser:
            self.click(target)
        chooser.value.set_files(files)
        self.acts += 1

    def fill(self, field: Locator, text: str) -> None:
        tab_to(field)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)


def word() -> str:
    """Return the report as a text processor puts it on the clipboard."""

    def line(text: str) -> str:
        if text.startswith("## "):
            return f"<h2 style='mso-list:none'>{text[3:]}</h2>"
        if text.startswith("*"):
            text = f"<i style='mso-bidi-font-style:normal'>{text.strip('*')}</i>"
        return f"<p class=MsoNormal style='margin-bottom:8.0pt'>{text}<o:p></o:p></p>"

    lines = "".join(line(text) for text in REPORT)
    office = "xmlns:o='urn:schemas-microsoft-com:office:office'"
    return f"<html {office}><body lang=EN-US><h1>{HEADLINE}</h1>{lines}</body></html>"


@pytest.fixture
def hand(page) -> Hand:
    """Return the hand of a journalist who is signed in and stands before the desk."""
    user = make_user("Journalists (en)", first_name="Anora", last_name="Nazarova")
    Person.objects.create(name_en="Anora Nazarova", slug="anora-nazarova")
    Topic.objects.create(name_en="Libraries", slug="libraries")
    make_event(section("events"), city="Khujand", live=False)
    page.goto("/admin/login/")
    expect(page.locator("[name=username]")).to_be_focused()
    page.keyboard.type(user.get_username())
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/")
    hand = Hand(page)
    hand.click(page.get_by_role("region", name="Write").get_by_role("link", name="Event report"))
    ready(page)
    page.wait_for_load_state()
    expect(page.locator("#id_title")).to_be_focused()
    return hand


def add_pictures(hand: Hand) -> None:
    """Choose four files with one credit, and say in their table what each shows, without a mouse."""
    page = hand.page
    files = [jpeg(f"map-{number}.jpg", colour) for number, colour in enumerate(("teal", "olive", "navy", "maroon"))]
    hand.choose_files(page.get_by_role("button", name="Add pictures"), files)
    dialog = page.get_by_role("dialog")
    credit = dialog.get_by_label("Credit of all these pictures")
    expect(dialog.get_by_label("Alternative text")).to_have_count(len(files))
    if not credit.input_value():
        hand.fill(credit, CREDIT)
    for number, (caption, alternative) in enumerate(zip(CAPTIONS, ALTERNATIVES, strict=True)):
        place = dialog.get_by_label("Caption").nth(number)
        if place.input_value() != caption:
            hand.fill(place, caption)
        hand.fill(dialog.get_by_label("Alternative text").nth(number), alternative)
    hand.click(dialog.get_by_role("button", name="Add", exact=True))
    expect(page.get_by_text("4 pictures added")).to_be_visible()


def take_offers(hand: Hand) -> None:
    """Take by one key what the text names."""
    page = hand.page
    offers = page.get_by_role("region", name="From the text")
    for offer in ("Khujand", "Libraries"):
        expect(offers.get_by_role("button", name=offer)).to_be_visible()
    page.keyboard.press("Control+Alt+o")
    expect(page.locator("#id_city")).to_have_value("Khujand")
    expect(page.locator("#id_starts_on")).to_have_value("2025-11-14")


def submit(hand: Hand) -> None:
    """Submit the report, and compare what was sent."""
    page = hand.page
    expect(page.get_by_role("button", name="Missing:")).to_be_hidden()
    # Wagtail asks so where its look for other windows met an autosave of this one.
    asked = page.get_by_role("dialog", name="You saved a new version in another window")
    page.add_locator_handler(asked, lambda dialog: dialog.get_by_role("button", name="Submit for approval").click())
    hand.click(page.get_by_role("button", name="Submit for approval"))
    expect(page.get_by_text("has been submitted").first).to_be_visible()
    print(f"{hand.acts} clicks and choosings")  # noqa: T201
    assert hand.acts <= MOST
    assert set(Picture.objects.values_list("credit", flat=True)) == {CREDIT}
    report = EventReportPage.objects.get(title=HEADLINE)
    assert report.current_workflow_state is not None
    text = latest(report)
    assert [text.lead, text.city, str(text.starts_on)] == [LEAD, "Khujand", "2025-11-14"]
    assert [heading.text for heading in headings(text.body)] == HEADINGS
    pictures = [block.value for block in text.body if block.block_type == "picture"]
    assert [(value["caption"], value["alt"]) for value in pictures] == list(zip(CAPTIONS, ALTERNATIVES, strict=True))
    assert (text.main_picture, text.main_picture_alt) == (pictures[0]["picture"], ALTERNATIVES[0])


def test_typed(hand):
    page = hand.page
    for text, following in ((HEADLINE, page.locator("#id_lead")), (LEAD, page.locator(EDITOR))):
        page.keyboard.insert_text(text)
        page.keyboard.press("Enter")
        expect(following).to_be_focused()
    for line in REPORT:
        if not is_caption(line):
            mark, _space, heading = line.partition("## ")
            page.keyboard.type("## " if heading else "")
            page.keyboard.insert_text(heading or mark)
            page.keyboard.press("Enter")
    add_pictures(hand)
    take_offers(hand)
    submit(hand)


@pytest.mark.journey
def test_pasted(hand):
    page = hand.page
    page.keyboard.press("Enter")
    page.keyboard.insert_text(LEAD)
    page.keyboard.press("Enter")
    expect(page.locator(EDITOR)).to_be_focused()
    copy(page, word(), "\n\n".join(REPORT))
    page.keyboard.press("Control+V")
    expect(page.locator("#id_title")).to_have_value(HEADLINE)
    eventually(lambda: kinds(page).count("picture") == len(CAPTIONS))
    add_pictures(hand)
    take_offers(hand)
    submit(hand)
