"""An event report from paste to submission, counted: at most thirty clicks."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from chorsu_articles.models import EventReportPage, Picture, Topic
from tests.browser.conftest import enter
from tests.browser.editing import BODY, add_url, begin, copy, eventually, expect_kinds, expect_saved, journalist, ready
from tests.factories import make_person

pytestmark = pytest.mark.usefixtures("newsroom")

MOST = 30
CREDIT = "River Post"
CAPTIONS = [
    "The hall of the library before the opening.",
    "A beekeeper shows a frame from her own hive.",
    "Schoolchildren at the table with wild flowers.",
    "",
]
REPORT = [
    "On 14 and 15 May the town library held its second meeting about bees and orchards.",
    CAPTIONS[0],
    "About eighty people came: owners of orchards, beekeepers, teachers and two agronomists from the research station.",
    "The station's agronomist opened the meeting with the numbers of the last three springs.",
    CAPTIONS[1],
    "“We counted the bees on the same trees at the same hour, every day for a month. There were fewer each year.”",
    "The first session was about spraying: when it is done, who is told, and what it costs to wait until evening.",
    "The second was about flowers between the rows, which keep bees near the trees after the blossom is over.",
    CAPTIONS[2],
    "Two schools showed what their pupils had sown along the canal, and how they measured what grew.",
    "In the evening the beekeepers answered questions about swarms, thefts and the price of sugar.",
    CAPTIONS[3],
    "On the second day participants went to three orchards and compared them tree by tree.",
    "They agreed on a calendar of spraying that will hang in every district office from next spring.",
    "The library will collect reports from the districts and publish them each month.",
    "A third meeting is planned for the autumn, after the harvest.",
]


def as_pasted() -> tuple[str, str]:
    """Return the report as HTML and as plain text, captions with their credit."""
    lines = [f"{line} Photo: {CREDIT}".strip() if line in CAPTIONS else line for line in REPORT]
    html = "<h1>Bees, orchards and a calendar for spraying</h1>" + "".join(f"<p>{line}</p>" for line in lines)
    return html, "\n\n".join(lines)


def photo(number: int) -> dict[str, Any]:
    written = BytesIO()
    Image.radial_gradient("L").resize((640, 480)).rotate(30 * number).convert("RGB").save(written, "JPEG")
    return {"name": f"bees-{number}.jpg", "mimeType": "image/jpeg", "buffer": written.getvalue()}


class Hand:
    """What a person does with the mouse: the browser counts each press, and this class the files chosen."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.chosen = 0
        page.add_init_script(
            "addEventListener('pointerdown', (e) => e.isTrusted &&"
            " sessionStorage.setItem('presses', Number(sessionStorage.getItem('presses') ?? 0) + 1), {capture: true})"
        )

    def start(self) -> None:
        self.page.evaluate("() => sessionStorage.removeItem('presses')")
        self.chosen = 0

    def choose(self, button: Locator, *files: dict[str, Any]) -> None:
        with self.page.expect_file_chooser() as chooser:
            button.click()
        chooser.value.set_files(list(files))
        self.chosen += 1

    @property
    def clicks(self) -> int:
        presses: str = self.page.evaluate("() => sessionStorage.getItem('presses') ?? '0'")
        return int(presses) + self.chosen


def to_the_next_field(page: Page) -> None:
    """Go on by Tab, past the button behind each field that begins a comment."""
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")


@pytest.mark.slow
def test_from_paste_to_submission(new_page: Callable[..., Page], capsys: pytest.CaptureFixture[str]) -> None:
    user = journalist()
    make_person("Анора", name_en="Anora Writer")
    topic = Topic.objects.create(name_en="Orchards", slug="orchards")
    page = new_page()
    hand = Hand(page)
    enter(page, user)
    page.goto(add_url("events"))
    ready(page)
    copy(page, *as_pasted())
    hand.start()

    begin(page)
    page.keyboard.press("Control+V")
    expected = ["picture" if line in CAPTIONS else "quotation" if line[0] == "“" else "paragraph" for line in REPORT]
    expect_kinds(page, expected)
    expect(page.locator("#id_title")).to_have_value("Bees, orchards and a calendar for spraying")

    hand.choose(page.get_by_role("button", name="Add pictures"), *(photo(number) for number in range(4)))
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Credit of all these pictures")).to_have_value(CREDIT)
    dialog.get_by_role("button", name="Add").click()
    expect(page.get_by_text("4 pictures added")).to_be_visible()
    expect_kinds(page, expected)
    alternatives = page.locator(f"{BODY} input[name$=-alt]:visible")
    expect(alternatives.first).to_be_focused()
    page.keyboard.type("Rows of empty chairs")
    for number in range(1, 4):
        alternatives.nth(number).click()
        page.keyboard.type(f"What picture {number} shows")

    page.locator("#id_lead").click()
    page.keyboard.type("Gardeners and beekeepers of five districts agreed when to spray.")

    main = page.locator("section").filter(has=page.get_by_role("heading", name="Main picture", exact=True)).last
    main.get_by_role("button", name="Choose an image").click()
    page.locator(".modal-body a.image-choice").filter(has_text="bees-1").click()
    expect(main.get_by_text("bees-1")).to_be_visible()
    main.locator("#id_main_picture_alt").click()
    page.keyboard.type("A woman holds a frame with bees")

    page.get_by_role("button", name="Add author").click()
    modal = page.locator(".modal-body")
    modal.get_by_role("checkbox").first.click()
    modal.get_by_role("button", name="Confirm selection").click()
    expect(page.get_by_text("Anora Writer").first).to_be_visible()

    page.locator("#id_starts_on").click()
    page.keyboard.type("2026-05-14")
    to_the_next_field(page)
    page.keyboard.type("2026-05-15")
    page.keyboard.press("Tab")
    page.locator("#id_venue").click()
    page.keyboard.type("Town library")
    to_the_next_field(page)
    page.keyboard.type("Riverside")
    page.get_by_role("checkbox", name="Orchards").click()
    expect_saved(page)

    footer = page.locator("footer")
    footer.get_by_role("button", name="More actions").click()
    footer.get_by_role("button", name="Submit").click()
    page.wait_for_url(lambda url: not url.endswith("/edit/"))
    clicks = hand.clicks
    with capsys.disabled():
        print(f"\nAn event report from paste to submission: {clicks} clicks and choosings of files.")  # noqa: T201
    assert 10 < clicks <= MOST

    report = EventReportPage.objects.get()
    version = report.get_latest_revision_as_object()
    assert report.current_workflow_state is not None
    assert version.lead.startswith("Gardeners")
    assert [block.block_type for block in version.body] == expected
    pictures = [block.value for block in version.body if block.block_type == "picture"]
    assert [str(value["caption"]) for value in pictures] == CAPTIONS
    assert all(value["alt"] for value in pictures)
    assert [value["picture"].title for value in pictures] == [f"bees-{number}" for number in range(4)]
    assert {picture.credit for picture in Picture.objects.all()} == {CREDIT}
    assert version.main_picture is not None
    assert str(version.starts_on) == "2026-05-14"
    assert str(version.ends_on) == "2026-05-15"
    assert (version.venue, version.city) == ("Town library", "Riverside")
    assert [link.person.name_en for link in version.author_links.all()] == ["Anora Writer"]
    assert list(version.topics.all()) == [topic]
    eventually(lambda: page.evaluate("() => !Object.keys(localStorage).some((k) => k.startsWith('articles-kept:'))"))
