"""Who walks and what they see: the browser, the people, and how a step tells what it checked."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.tour.services import Newsroom

PASSWORD = "a long password of their own"
DESK = {"width": 1280, "height": 860}
PHONE = {"width": 390, "height": 800}
PATIENCE_MS = 30_000
LANGUAGE_NAMES = {"ru": "Русский", "tg": "Тоҷикӣ", "en": "English"}
ADMINISTRATOR = "administrator@tour.test"


class Tour:
    """The walk: ``person`` gives the page of somebody who has signed in, ``reader`` that of somebody who hasn't."""

    def __init__(self, newsroom: Newsroom, browser: Browser, search: Any) -> None:
        self.newsroom, self.browser, self.search = newsroom, browser, search
        # Path of the live article in each language.
        self.articles: dict[str, str] = {}
        self.contexts: dict[str, BrowserContext] = {}

    def checked(self, what: str) -> None:
        """Tell what a step has just shown."""
        print(f"   ✓ {what}", flush=True)  # noqa: T201 - the walk's own output

    def _page(self, who: str, **options: Any) -> Page:
        """Return the page that somebody has open."""
        if who not in self.contexts:
            options = {"viewport": DESK, "locale": "en-US", "reduced_motion": "reduce", **options}
            context = self.contexts[who] = self.browser.new_context(base_url=self.newsroom.address, **options)
            context.set_default_timeout(PATIENCE_MS)
            # A page that is left while something is unsaved must not stop the walk with a question.
            context.on("page", lambda page: page.on("dialog", lambda dialog: dialog.accept()))
            context.new_page()
        return self.contexts[who].pages[0]

    def reader(self, who: str = "reader", **options: Any) -> Page:
        """Return the page of somebody who only reads."""
        return self._page(who, **options)

    def person(self, address: str) -> Page:
        """Return the page of a member, who signs in where that wasn't done yet."""
        page = self._page(address)
        if page.url == "about:blank":
            page.goto("/admin/")
            page.get_by_label("E-mail or user name").fill(address)
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Sign in").click()
            expect(page).to_have_url(f"{self.newsroom.address}/admin/")
        return page

    def reviewing(self, address: str, title: str) -> Page:
        """Return the page of an editor who has opened a text from the list of those that wait for a review."""
        page = self.person(address)
        page.goto("/admin/")
        awaiting = page.get_by_role("region", name="Awaiting your approval")
        awaiting.get_by_role("link", name=title).first.click()
        return page

    def accept(self, address: str, link: str) -> Page:
        """Let somebody who was invited choose a password; return their page, in which they are signed in."""
        page = self._page(address)
        page.goto(link)
        for box in page.get_by_label(re.compile("password", re.IGNORECASE)).all():
            box.fill(PASSWORD)
        page.get_by_role("main").get_by_role("button").click()
        return page

    def keep(self, folder: Path) -> None:
        """Keep what a walk can begin with."""
        self.newsroom.keep(folder)
        (folder / "articles.json").write_text(json.dumps(self.articles))

    def fail(self, folder: Path) -> None:
        """Keep a picture and the HTML of each open page, for who looks why the walk ended."""
        for number, (who, context) in enumerate(self.contexts.items()):
            for page in context.pages:
                name = folder / f"{number:02}-{re.sub('[^a-z]+', '-', who)}"
                page.screenshot(path=f"{name}.png", timeout=10_000)
                Path(f"{name}.html").write_text(f"<!-- {page.url} -->\n{page.content()}")


Step = Callable[[Tour], None]


@contextmanager
def saving(page: Page) -> Iterator[None]:
    """Wait behind the block until what was written in it is saved by the editor itself."""
    with page.expect_response(lambda answer: answer.request.method == "POST" and answer.url.endswith("/edit/")):
        yield
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()


def press(page: Page, action: str) -> None:
    """Choose one of the editor's actions: the next act stands in its bar, others in the menu."""
    # Before its scripts have run, a page loses clicks.
    page.wait_for_load_state()
    to_end = page.get_by_role("button", name="To the end of the text")
    if to_end.is_visible():
        to_end.click()
        expect(to_end).to_have_count(0)
    chosen = page.get_by_role("button", name=action, exact=True)
    if not chosen.is_visible():
        page.get_by_role("button", name="More actions").click()
    chosen.click()


def soft(text: str) -> str:
    """Return a text of a page without the hyphens that only the ends of lines show, and with plain spaces."""
    return text.replace("\u00ad", "").replace("\u00a0", " ")


def submit(page: Page) -> None:
    """Submit what is open for approval."""
    press(page, "Submit for approval")
    expect(page.get_by_text("has been submitted for approval")).to_be_visible()
