"""The article comes down in every language, and comes back."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.tour import report
from tests.tour.people import CHIEF, RUSSIAN_EDITOR
from tests.tour.services import eventually
from tests.tour.steps.translating import at_the_desk
from tests.tour.walk import Tour

REASON = "Суд потребовал снять материал."


def withdraw(tour: Tour) -> None:
    """A chief editor takes the article down in every language at once, and brings it back."""
    title, codes = report.text("title", "ru"), ", ".join(tour.articles)
    places = {code: shown(tour, code) for code in tour.articles}
    assert all(place for found in places.values() for place in found.values()), places
    page = at_the_desk(tour, CHIEF)
    page.get_by_role("row").filter(has_text=title).get_by_role("link", name="Withdraw everywhere").click()
    page.get_by_role("textbox", name="Why is it taken down?").fill(REASON)
    page.get_by_role("button", name="Withdraw everywhere").click()
    expect(page.get_by_text(f"“{title}” is taken down ({codes}).")).to_be_visible()
    for code in tour.articles:
        settled(tour, code, there=False)
    tour.checked("one act with a reason takes it from page, lists, feed, search and sitemaps of every language")
    page = at_the_desk(tour, RUSSIAN_EDITOR)
    page.get_by_role("row").get_by_role("link", name=title, exact=True).first.click()
    page.locator(".messages").get_by_role("link", name="Bring back").click()
    expect(page.get_by_text(REASON)).to_be_visible()
    page.get_by_role("textbox", name="Reason, for the newsroom").fill(REASON)
    page.get_by_role("button", name="Propose", exact=True).click()
    expect(page.get_by_text("It is proposed")).to_be_visible()
    chief = tour.person(CHIEF.address)
    chief.goto("/admin/")
    chief.get_by_role("region", name="To confirm").get_by_role("listitem").get_by_role("link").first.click()
    chief.get_by_role("button", name="Confirm", exact=True).click()
    expect(chief.locator(".messages .success")).to_be_visible()
    for code in tour.articles:
        settled(tour, code, there=True)
    tour.checked("an editor proposes to bring all of it back, and a chief editor confirms it")


def shown(tour: Tour, code: str) -> dict[str, bool]:
    """Return by place whether readers of a language, and their programs, find the article there."""
    path, title = tour.articles[code], report.text("title", code)
    lists = (f"/{code}/", f"/{code}/events/", f"/{code}/feed/", f"/sitemap-{code}.xml", "/sitemap-news.xml")
    found = {address: path in tour.newsroom.get(address)[1] for address in lists}
    status, _text = tour.newsroom.get(path)
    assert status in {200, 404, 410}, status
    reader = tour.reader()
    reader.goto(f"/{code}/")
    reader.get_by_role("banner").get_by_role("combobox").fill(title.split(":")[0])
    reader.keyboard.press("Enter")
    reader.wait_for_url("**/search/**")
    search = reader.get_by_role("main").get_by_role("link", name=title)
    return {**found, path: status == 200, "search": search.count() > 0}


def settled(tour: Tour, code: str, *, there: bool) -> None:
    """See that the article is everywhere or nowhere, as soon as the index has followed."""
    eventually(lambda: set(shown(tour, code).values()) == {there}, f"{code}: the same answer in every place")
