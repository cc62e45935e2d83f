"""The archive of a former paper, two articles of it, comes in."""

from __future__ import annotations

from urllib.parse import quote

from playwright.sync_api import expect

from tests.tour.people import CHIEF
from tests.tour.services import ROOT, eventually
from tests.tour.steps.translating import at_the_desk
from tests.tour.walk import Tour

ARCHIVE = ROOT / "tests" / "archive" / "data" / "bridge.xml"
TITLES = {"ru": "Мост открыли раньше срока", "tg": "Пулро пеш аз муҳлат кушоданд"}
FORMER = {"ru": "/ru/most/", "tg": "/tg/pul/"}


def bring(tour: Tour) -> None:
    """A chief editor brings the export of a former site in: live, joined, found, and led to from the old addresses."""
    page = tour.person(CHIEF.address)
    page.goto("/admin/")
    page.get_by_role("button", name="Reports").click()
    page.get_by_role("link", name="Imports", exact=True).click()
    page.get_by_role("link", name="Import an archive").click()
    page.get_by_label("Files", exact=True).set_input_files(ARCHIVE)
    page.get_by_role("button", name="Preview").click()
    # The worker does it, and the page follows by itself.
    start = page.get_by_role("button", name="Start the import")
    expect(start).to_be_visible()
    for title in TITLES.values():
        expect(page.get_by_text(title)).to_be_visible()
        assert not any(title in tour.newsroom.get(f"/{code}/")[1] for code in TITLES)
    tour.checked("a preview shows both articles, and writes neither")
    start.click()
    expect(page.get_by_role("link", name=TITLES["tg"])).to_be_visible()
    for code, title in TITLES.items():
        status, text = tour.newsroom.get(FORMER[code])
        assert (status, title in text) == (200, True), (code, status)
        reader = tour.reader()
        reader.goto(f"/{code}/analysis/")
        expect(reader.get_by_role("main").get_by_role("link", name=title).first).to_be_visible()
        search = f"/{code}/search/?q={quote(title)}"
        eventually(lambda search=search, title=title: title in tour.newsroom.get(search)[1], f"{title} is found")
    tour.checked("both are live, found, and led to from their old addresses")
    row = at_the_desk(tour, CHIEF).get_by_role("row").filter(has_text=TITLES["ru"])
    expect(row.get_by_role("link", name="Live", exact=True)).to_have_count(1)
    expect(row.get_by_text("Outdated")).to_have_count(0)
    tour.checked("the desk says that the Tajik is live, and not outdated")
