"""The editor, and the page that readers get."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.tour import report
from tests.tour.people import CHIEF, RUSSIAN_EDITOR
from tests.tour.walk import Tour, press, saving


def approve(tour: Tour) -> None:
    """The editor mends a word and approves; what changes behind the screen is refused; the page is live."""
    right = report.text("lead", "ru")
    page = tour.reviewing(RUSSIAN_EDITOR.address, report.text("title", "ru"))
    expect(page.get_by_text("Not live yet")).to_be_visible()
    expect(page.get_by_role("textbox", name="Lead")).to_have_value(report.with_slips([right])[0])
    tour.checked("the editor finds it among what waits, and is told who submitted it")
    chief = tour.person(CHIEF.address)
    chief.goto(page.url)
    with saving(chief):
        chief.get_by_role("textbox", name="Venue").fill(report.text("venue", "ru"))
    page.get_by_role("textbox", name="Lead").fill(right)
    press(page, "Approve and publish")
    # Wagtail asks first, where its own look at the server came in time; the editor insists.
    refused = page.get_by_text("changed this text after you opened it")
    insist = page.get_by_role("dialog").get_by_role("button", name="Approve and publish")
    expect(refused.or_(insist)).to_be_visible()
    if insist.is_visible():
        insist.click()
    expect(refused).to_be_visible()
    assert report.text("title", "ru") not in tour.newsroom.get("/ru/")[1]
    tour.checked("what somebody changed behind the screen keeps the approval from going through, and is named")
    page.get_by_role("link", name="Open it again").click()
    page.get_by_role("textbox", name="Lead").fill(right)
    press(page, "Approve and publish")
    expect(page.get_by_text("You approved")).to_be_visible()
    tour.checked("with one word mended it is approved as the screen shows it")
    live(tour)


def live(tour: Tour) -> None:
    """See the page as readers do."""
    title = report.text("title", "ru")
    reader = tour.reader()
    reader.goto("/ru/")
    reader.get_by_role("main").get_by_role("link", name=title).first.click()
    expect(reader.get_by_role("heading", level=1)).to_have_text(re.compile(title.split(":")[0]))
    path = tour.articles["ru"] = reader.url.removeprefix(tour.newsroom.address)
    tour.checked(f"readers read it: {path}")
