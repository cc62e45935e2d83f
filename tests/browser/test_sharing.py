"""Contents, copied addresses and paper in a browser."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE
from tests.browser.test_notes import open_article
from tests.cms.content import block_id


def test_contents_open_on_a_phone_and_stand_open_at_a_desk(new_page, newsroom):
    page = open_article(new_page, viewport=PHONE)
    contents = page.get_by_role("navigation", name="Contents")
    expect(contents.get_by_role("link", name="Three")).to_be_hidden()
    contents.locator("summary").click()
    contents.get_by_role("link", name="Three").click()
    expect(page.get_by_role("heading", name="Three")).to_be_in_viewport()
    page.set_viewport_size(DESK)
    page.reload()
    expect(contents.locator("summary")).to_be_hidden()
    expect(contents.get_by_role("link", name="Two")).to_be_visible()


def test_links_are_copied(new_page, newsroom):
    page = open_article(new_page)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    address = page.url
    answer = page.get_by_role("status").filter(has_text="Link copied")
    page.get_by_role("link", name="Link to the part “Two”").click()
    expect(answer).to_have_count(1)
    assert page.url == f"{address}#h-{block_id('Two')[:8]}"
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    page.goto(address)
    expect(answer).to_have_count(0)
    page.get_by_role("button", name="Copy link").click()
    expect(answer).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == address


def test_paper_has_the_notes_the_addresses_and_no_controls(new_page, newsroom):
    page = open_article(new_page, color_scheme="dark")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    for shown in ("h1", ".footer", "#note-1 .note-text", "#note-2 .note-text", ".colophon"):
        expect(page.locator(shown)).to_be_visible()
    expect(page.locator(".colophon")).to_contain_text(page.url)
    for hidden in (".nav", "details.languages", ".contents", ".share", ".heading-link", ".footnotes .back"):
        expect(page.locator(hidden).first).to_be_hidden()
    after = "(link) => getComputedStyle(link, '::after').content"
    assert "https://example.org/law" in page.get_by_role("link", name="The law").evaluate(after)
    assert page.get_by_role("link", name="ours").evaluate(after) == "none"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.pdf().startswith(b"%PDF")
