"""A page's history: what was saved between two acts is one line, and nothing is lost."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.log_actions import LogContext
from wagtail.models import Page, PageLogEntry

from cms.models import User
from tests.editorial.desk import LEAD, Desk, fresh, latest

pytestmark = pytest.mark.django_db


def history(desk: Desk, page: Page, query: str = "", user: User | None = None) -> BeautifulSoup:
    response = desk.browser(user or desk.author).get(f"/admin/pages/{page.pk}/history/{query}")
    return BeautifulSoup(response.text, "html.parser")


def rows(soup: BeautifulSoup) -> list[Tag]:
    return soup.select("#listing-results tbody tr")


def acts(soup: BeautifulSoup) -> list[str]:
    """Return what the list says, without who and when of the columns beside it."""
    said = [row.select_one("td > div > div > div") for row in rows(soup)]
    return [" ".join(each.text.split()).partition(" since ")[0] for each in said if each]


def visits(desk: Desk, page: Page, number: int, user: User | None = None) -> None:
    """Save as autosave does in so many visits to the editor: each twice, into its own version."""
    for visit in range(number):
        words, writer = f"{LEAD} {number} {visit}", user or desk.author
        with LogContext(user=writer):
            desk.save(writer, page, lead=words)
        with LogContext(user=writer):
            revision = latest(page).latest_revision
            version = revision.as_object()
            version.lead = f"{words} more"
            version.save_revision(user=writer, log_action=True, overwrite_revision=revision, clean=False)


@pytest.fixture
def page(desk) -> Any:
    """Return a page that was written in two rounds, by two people in the second."""
    page = desk.draft()
    visits(desk, page, 3)
    desk.submit(desk.author, page)
    desk.decide(desk.editor, page, "reject")
    visits(desk, page, 2)
    visits(desk, page, 1, desk.colleague)
    desk.submit(desk.author, page)
    return fresh(page)


def test_versions_between_two_acts_are_one_line(desk, page):
    soup = history(desk, page)
    listed = [row for row in acts(soup) if "Workflow" not in row]
    assert [row for row in listed if "saved" in row] == ["3 saved versions", "4 saved versions"]
    assert "Anora (2), Bakhrom (1)" in rows(soup)[acts(soup).index("3 saved versions")].text
    assert "Anora (4)" not in soup.text, "one person stands in the column beside it"


def test_a_line_opens_at_its_place_and_closes(desk, page):
    soup = history(desk, page)
    place = acts(soup).index("4 saved versions")
    folded = rows(soup)[place]
    address = folded.select_one("a[aria-expanded=false]")["href"]
    opened = history(desk, page, address[address.index("?") :].partition("#")[0])
    assert acts(opened)[place + 1 : place + 5] == ["Draft saved"] * 4
    assert [*acts(opened)[: place + 1], *acts(opened)[place + 5 :]] == acts(soup)
    again = rows(opened)[place].select_one("a[aria-expanded=true]")["href"]
    assert "opened" not in again


def test_a_line_is_compared_with_what_was_before_it(desk, page):
    edits = PageLogEntry.objects.filter(page=page, action="wagtail.edit", user=desk.author).order_by("pk")
    soup = history(desk, page)
    links = rows(soup)[acts(soup).index("3 saved versions")].select("a")
    before = list(dict.fromkeys(edits.values_list("revision_id", flat=True)))[3]
    assert f"/admin/pages/{page.pk}/revisions/compare/{before}...{page.latest_revision_id}/" in [
        link["href"] for link in links
    ]


def test_what_is_filtered_is_listed_entry_by_entry(desk, page):
    assert acts(history(desk, page, "?action=wagtail.edit")) == ["Draft saved Current draft", *["Draft saved"] * 6]


def test_pages_of_the_list_count_lines_and_their_queries_are_as_many_however_long_it_is(desk, page):
    history(desk, page)
    with CaptureQueriesContext(connection) as few:
        before = len(rows(history(desk, page)))
    visits(desk, page, 25)
    with CaptureQueriesContext(connection) as many:
        soup = history(desk, page)
    assert len(rows(soup)) == before + 1, "the new line"
    assert acts(soup)[0] == "25 saved versions"
    assert "Page 1 of 1" in soup.text
    assert len(many) == len(few)
    for _round in range(8):
        desk.decide(desk.editor, page, "reject")
        visits(desk, page, 2)
        desk.submit(desk.author, page)
    pages = [acts(history(desk, page, f"?p={number}")) for number in (1, 2)]
    assert len(pages[0]) == 20
    assert sum(listed.count("2 saved versions") for listed in pages) == 8
    assert not acts(history(desk, page, "?p=3")) or acts(history(desk, page, "?p=3")) == pages[-1]


@pytest.mark.parametrize("opened", ["x", "-1", "9" * 30, "0"])
def test_no_line_opens_by_what_is_no_key(desk, page, opened):
    assert acts(history(desk, page, f"?opened={opened}")) == acts(history(desk, page))
