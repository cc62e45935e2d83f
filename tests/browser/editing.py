"""A journalist in the editor: what the tests of the editor share."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from chorsu_articles.models import SectionPage
from cms.models import User
from tests.browser.conftest import NewPage, enter
from tests.factories import make_user

PARAGRAPHS = ["The road was closed in March.", "It opened again in May, later than planned.", "Nobody said why."]
HTML = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
BODY = "[data-contentpath=body]"
# Wagtail keeps deleted blocks in the form, hidden.
EDITOR = f"{BODY} [contenteditable=true]:visible"


def journalist(code: str = "en") -> User:
    return make_user(f"Journalists ({code})", first_name="Writer")


def section(kind: str = "analysis", code: str = "en") -> SectionPage:
    found: SectionPage = SectionPage.objects.get(kind=kind, locale__language_code=code)
    return found


def add_url(kind: str = "analysis", code: str = "en") -> str:
    model = {"analysis": "analysispage", "events": "eventreportpage"}[kind]
    return f"/admin/pages/add/chorsu_articles/{model}/{section(kind, code).pk}/"


def open_new(new_page: NewPage, user: User, kind: str = "analysis", code: str = "en") -> Page:
    """Return the editor of a new page."""
    page = opened(new_page, user, add_url(kind, code))
    ready(page)
    return page


def opened(new_page: NewPage, user: Any, url: str, **options: Any) -> Page:
    """Return a page at an address, of somebody who is signed in."""
    page = new_page(**options)
    enter(page, user)
    page.goto(url)
    return page


def edit(new_page: NewPage, user: Any, article: Any, **options: Any) -> Page:
    """Return the editor of an article, whose blocks can be edited."""
    page = opened(new_page, user, f"/admin/pages/{article.pk}/edit/", **options)
    ready(page)
    return page


def ready(page: Page) -> None:
    """Wait until the blocks of the body can be edited."""
    page.wait_for_function("() => document.getElementById('body-root')?.rootBlock")


def paste(page: Page, selector: str, html: str = "", text: str = "") -> None:
    """Paste as the browser does: an event with the clipboard's two forms on the element that has the focus."""
    page.locator(selector).evaluate(
        """(element, [html, text]) => {
            const data = new DataTransfer();
            if (html) data.setData("text/html", html);
            data.setData("text/plain", text || new DOMParser().parseFromString(html, "text/html").body.innerText);
            element.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        [html, text],
    )


def copy(page: Page, html: str, text: str) -> None:
    """Put something on the real clipboard."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate(
        """([html, text]) => navigator.clipboard.write([new ClipboardItem({
            "text/html": new Blob([html], {type: "text/html"}),
            "text/plain": new Blob([text], {type: "text/plain"}),
        })])""",
        [html, text],
    )


def begin(page: Page) -> None:
    """Click into the empty text of a new page."""
    page.locator(EDITOR).click()
    expect(page.locator(EDITOR)).to_be_focused()


def kinds(page: Page) -> list[str]:
    found: list[str] = page.evaluate(
        "() => document.getElementById('body-root').rootBlock.children.map((child) => child.type)"
    )
    return found


def texts(page: Page) -> list[str]:
    """Return what the blocks of rich text show, in order."""
    return page.locator(EDITOR).all_inner_texts()


def expect_kinds(page: Page, expected: list[str]) -> None:
    page.wait_for_function(
        "(kinds) => document.getElementById('body-root').rootBlock.children.map((c) => c.type).join() === kinds",
        arg=",".join(expected),
    )


def expect_saved(page: Page) -> None:
    """Wait until Wagtail's own indicator says that everything is saved."""
    expect(page.locator("#w-autosave-indicator[data-w-autosave-state-value=saved]")).to_be_attached()


def eventually(true: Callable[[], Any], seconds: float = 30) -> Any:
    """Return what ``true`` returns as soon as it is true: for what only the database shows."""
    end = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < end, "It never came true."
        time.sleep(0.1)
    return found
