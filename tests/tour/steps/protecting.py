"""A name that is withheld from now on."""

from __future__ import annotations

import json
import re

from playwright.sync_api import Page, expect

from tests.tour import report
from tests.tour.people import CHIEF, JOURNALIST, RUSSIAN_EDITOR
from tests.tour.services import eventually
from tests.tour.steps.reporting import AUTHOR
from tests.tour.steps.translating import at_the_desk
from tests.tour.walk import ADMINISTRATOR, Tour

# Parts of the name and of the account, in both alphabets, that nothing else in this newsroom has.
NAME = re.compile(r"Саид|Каримов|Saida|Karimov|journalist@", re.IGNORECASE)
CODE_NAME = "Ласточка"
STAFF = {"ru": "Редакция", "tg": "Таҳририя", "en": "Editorial staff"}


def protect(tour: Tour) -> None:
    """The author's name is withheld from readers and colleagues.

    The journalist photographed too, so the credits go with the name.
    """
    for code, path in tour.articles.items():
        assert AUTHOR[code] in tour.newsroom.get(path)[1], code
    withhold(tour)
    for code in tour.articles:
        withheld(tour, code)
    tour.checked("page, structured data, feeds and search tell no name, in any language")
    untold(tour)


def withhold(tour: Tour) -> None:
    """Let a chief editor go where the name stands beside the author's own entry, and protect it."""
    page = tour.person(CHIEF.address)
    credited = (
        page.get_by_role("main").get_by_role("listitem").filter(has_text=f": {report.CREDIT}").get_by_role("link")
    )
    to_protect(page)
    for left in range(len(report.PICTURES), 0, -1):
        expect(credited).to_have_count(left)
        credited.first.click()
        page.get_by_role("textbox", name="Credit").fill(STAFF["ru"])
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("updated.")).to_be_visible()
    expect(credited).to_have_count(0)
    tour.checked("the screen leads to each picture whose credit holds the name")
    page.get_by_role("textbox", name="Code name").fill(CODE_NAME)
    page.get_by_role("combobox", name="Account").select_option(JOURNALIST.name)
    page.get_by_role("button", name="Protect the name").click()
    expect(page.get_by_text(f"The name is protected. Everybody else sees “{CODE_NAME}”.")).to_be_visible()
    tour.checked("a chief editor protects the author's name and account")


def to_protect(page: Page) -> None:
    """Go to the page that protects the author."""
    page.goto("/admin/")
    page.get_by_role("button", name="Vocabularies").click()
    page.get_by_role("link", name="People", exact=True).click()
    page.get_by_role("main").get_by_role("link", name=AUTHOR["en"]).first.click()
    page.get_by_role("link", name="Protect the name").click()
    expect(page.get_by_role("textbox", name="Code name")).to_be_visible()


def withheld(tour: Tour, code: str) -> None:
    """See that readers of a language are told no name, wherever they and their programs look."""
    path = tour.articles[code]
    for address in (
        path,
        f"/{code}/",
        f"/{code}/events/",
        f"/{code}/feed/",
        "/sitemap-news.xml",
        f"/sitemap-{code}.xml",
    ):
        status, text = tour.newsroom.get(address)
        assert (status, NAME.findall(text)) == (200, []), address
    reader = tour.reader()
    reader.goto(path)
    expect(reader.get_by_role("main").get_by_text(STAFF[code]).first).to_be_visible()
    data = json.loads(reader.locator("script[type='application/ld+json']").first.text_content() or "")
    [article] = [node for node in data.get("@graph", [data]) if "author" in node]
    assert article["author"]
    first, last = AUTHOR[code].split()

    def nobody() -> bool:
        # The words that were looked for are shown again.
        reader.goto(f"/{code}/")
        reader.get_by_role("banner").get_by_role("combobox").fill(last)
        reader.keyboard.press("Enter")
        reader.wait_for_url("**/search/**")
        return first not in reader.get_by_role("main").inner_text() and path not in reader.content()

    eventually(nobody, f"a search in {code} that doesn't know the name")


def untold(tour: Tour) -> None:
    """Look where a newsroom without the right to see the name would find it."""
    administrator = tour.person(ADMINISTRATOR)
    administrator.goto("/admin/")
    administrator.get_by_role("button", name="Settings").click()
    administrator.get_by_role("link", name="Users").click()
    tells_nothing(administrator)
    editor = tour.person(RUSSIAN_EDITOR.address)
    editor.goto("/admin/")
    editor.get_by_role("button", name="Vocabularies").click()
    editor.get_by_role("link", name="People", exact=True).click()
    editor.get_by_role("main").get_by_role("link", name=CODE_NAME).first.click()
    expect(editor.get_by_text("The name is protected.")).to_be_visible()
    expect(editor.get_by_role("link", name="Protected name")).to_have_count(0)
    tells_nothing(editor)
    at_the_desk(tour, RUSSIAN_EDITOR).get_by_role("row").get_by_role("link", name=report.text("title", "ru")).click()
    tells_nothing(editor)
    editor.get_by_role("link", name="History").first.click()
    expect(editor.get_by_role("row").get_by_text(CODE_NAME).first).to_be_visible()
    tells_nothing(editor)
    tour.checked("colleagues without the right see the code name: among people, accounts, in the text and its history")


def tells_nothing(page: Page) -> None:
    """See that a page of the admin holds no part of the name."""
    page.wait_for_load_state()
    found = NAME.findall(page.content())
    assert not found, f"{page.url}: {found}"
