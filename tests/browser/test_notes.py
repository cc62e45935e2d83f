"""Footnotes that are read at their marks, and reported there; without script, links there and back."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, NewPage
from tests.browser.editing import section
from tests.browser.test_feedback import at, expect_quoted, report_words, select
from tests.cms.content import block, block_id, item
from tests.factories import make_article

FIRST_NOTE = f"body.{block_id('footnotes')}.notes.{block_id('note1')}"


def open_article(new_page: NewPage, **options: Any) -> Page:
    body = [block("paragraph", "<p>The river is low [1], they say [2].</p>", "start")]
    for name in ("One", "Two", "Three"):
        body.append(block("heading", {"text": name, "level": "h2"}, name))
        body.append(block("paragraph", f"<p>{'water and stone ' * 120}</p>", f"{name} text"))
    body.append(
        block("paragraph", '<p><a href="https://example.org/law">The law</a> and <a href="/en/">ours</a></p>', "links")
    )
    notes = [item("<p>It was measurred.</p>", "note1"), item("<p>By many.</p>", "note2")]
    body.append(block("footnotes", {"notes": notes}))
    page = new_page(**options)
    page.goto(make_article(section(), body=body).url)
    return page


def test_a_note_is_read_at_its_mark(new_page, newsroom):
    page = open_article(new_page, viewport=PHONE)
    mark = page.locator(".note-ref a").first
    mark.focus()
    place = page.evaluate("scrollY")
    page.keyboard.press("Enter")
    note = page.locator("#note-1 .note-text")
    expect(note).to_be_focused()
    expect(note).to_be_in_viewport(ratio=1)
    page.keyboard.press("Escape")
    expect(mark).to_be_focused()
    assert page.evaluate("scrollY") == place
    expect(note).not_to_be_in_viewport()
    mark.click()
    expect(note).to_be_focused()
    page.mouse.click(PHONE["width"] / 2, 20)
    expect(note).not_to_have_attribute("popover", "auto")
    page.locator(".note-ref a").nth(1).click()
    expect(page.locator("#note-2 .note-text")).to_be_in_viewport(ratio=1)


def test_a_slip_in_an_open_note_is_reported_at_its_place(new_page, newsroom):
    page = open_article(new_page)
    page.locator(".note-ref a").first.click()
    place = page.evaluate("scrollY")
    report = report_words(page, at(FIRST_NOTE), "measurred", "measured")
    assert (report.path, report.selected) == (FIRST_NOTE, "measurred")
    assert page.evaluate("scrollY") == place


def test_by_touch_the_button_of_reports_stands_above_an_open_note(new_page, newsroom):
    page = open_article(new_page, viewport=PHONE, has_touch=True, is_mobile=True)
    page.locator(".note-ref a").first.tap()
    expect(page.locator("#note-1 .note-text")).to_be_focused()
    select(page, at(FIRST_NOTE), "measurred")
    page.locator(".feedback-touch").tap()
    expect_quoted(page, "measurred")


def test_without_script_a_note_is_a_link_there_and_back(new_page, newsroom):
    page = open_article(new_page, java_script_enabled=False)
    page.locator(".note-ref a").first.click()
    expect(page.locator("#note-1")).to_be_in_viewport()
    page.locator(".footnotes .back").first.click()
    expect(page.locator(".note-ref a").first).to_be_in_viewport()
    for button in ("Copy link", "More…"):
        expect(page.get_by_text(button, exact=True)).to_be_hidden()
    expect(page.get_by_role("link", name="Telegram")).to_be_visible()
