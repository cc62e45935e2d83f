"""Pasting into the body: the longest texts, a block for all else, and nothing lost when it fails."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from chorsu_articles.models import AnalysisPage
from tests.browser.editing import (
    BODY,
    EDITOR,
    HTML,
    PARAGRAPHS,
    begin,
    copy,
    eventually,
    expect_kinds,
    journalist,
    kinds,
    open_new,
    paste,
    texts,
)
from tests.editorial.desk import latest

pytestmark = pytest.mark.usefixtures("newsroom")

DOCUMENT = f"""
<h1 style="mso-outline-level:1">The road opens</h1>
<p class=MsoNormal>{PARAGRAPHS[0]} <b>At last.</b></p>
<h2>What comes next</h2>
<p class=MsoNormal>«We wait for the buses», said a passenger.</p>
<ul><li>One</li><li>Two</li></ul>
<table><tr><th>Town</th><th>Year</th><th>Price</th></tr>
<tr><td rowspan="2">Norak</td><td>2018</td><td>4</td></tr><tr><td>2019</td><td>5</td></tr></table>
<p>The new road. Photo: A. Writer</p>
"""


def test_a_document_becomes_typed_blocks_and_one_click_takes_it_back(new_page):
    page = open_new(new_page, journalist())
    begin(page)
    copy(page, DOCUMENT, "anything")
    page.keyboard.press("Control+V")
    expect_kinds(page, ["paragraph", "table", "picture"])
    expect(page.get_by_text("became the headline. Merged cells were filled")).to_be_visible()
    expect(page.locator("#id_title")).to_have_value("The road opens")
    expect(page.locator(f"{BODY} textarea[name$=-caption]")).to_have_value("The new road.")
    article = eventually(lambda: AnalysisPage.objects.filter(title="The road opens").first())
    text, table, _picture = eventually(lambda: latest(article).body)
    assert "<b>At last.</b>" in text.value.source
    assert [row["values"] for row in table.value.row_data] == [["Norak", "2018", "4"], ["Norak", "2019", "5"]]

    page.get_by_role("button", name="Undo").click()
    expect_kinds(page, ["paragraph"])
    expect(page.locator(EDITOR)).to_have_text("")
    expect(page.locator("#id_title")).to_have_value("")


def test_at_the_cursor_in_a_text(new_page):
    page = open_new(new_page, journalist())
    begin(page)
    page.keyboard.type("First. ")
    page.keyboard.press("Enter")
    page.keyboard.type("Second.")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("End")
    # Nothing but a text goes into the text, as the server reads it.
    paste(page, EDITOR, "<p>One.</p><p class=MsoHeading2>Two</p><p><b>Three.</b></p>")
    expect(page.locator(f"{EDITOR} h2")).to_have_text("Two")
    assert texts(page) == ["First. One.\nTwo\nThree.\nSecond."]
    page.keyboard.press("Control+Z")
    expect(page.locator(EDITOR)).to_have_text("First. Second.")
    # What has other blocks parts it below the paragraph.
    paste(page, EDITOR, f"{HTML}<p>“The road is ready,” said Anna Petrova, an engineer.</p>")
    expect_kinds(page, ["paragraph", "paragraph", "quotation", "paragraph"])
    assert texts(page) == ["First. ", "\n".join(PARAGRAPHS), "The road is ready.", "Second."]
    page.get_by_role("button", name="Undo").click()
    expect_kinds(page, ["paragraph"])
    assert texts(page) == ["First. \nSecond."]
    # A heading stands in a text: no block of one is offered.
    page.locator(f"{BODY} .c-sf-add-button:visible").first.click()
    expect(page.get_by_role("option", name="Text", exact=True)).to_be_visible()
    expect(page.get_by_role("option", name="Heading", exact=True)).to_have_count(0)


def test_the_address_of_a_video_becomes_one_and_another_stays_a_link(new_page):
    page = open_new(new_page, journalist())
    begin(page)
    # One paragraph stays in its block.
    page.keyboard.type("Before ")
    paste(page, EDITOR, "<p>and <b>after</b></p>")
    expect(page.locator(EDITOR)).to_have_text("Before and after")
    assert kinds(page) == ["paragraph"]
    paste(page, EDITOR, text="https://example.org/watch")
    expect(page.locator(f"{EDITOR} a")).to_have_text("https://example.org/watch")
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    paste(page, EDITOR, text="https://youtu.be/dQw4w9WgXcQ")
    expect_kinds(page, ["video"])


def test_the_lead_keeps_its_own_paste_and_with_nothing_in_focus_it_goes_to_the_end_of_the_body(
    new_page,
):
    page = open_new(new_page, journalist())
    page.locator("#id_lead").click()
    copy(page, HTML, "\n".join(PARAGRAPHS))
    page.keyboard.press("Control+V")
    expect(page.locator("#id_lead")).to_have_value("\n".join(PARAGRAPHS))
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Control+V")
    expect(page.locator(EDITOR)).to_contain_text(PARAGRAPHS[-1])
    assert texts(page) == ["\n".join(PARAGRAPHS)]


def test_of_a_large_document_only_what_shows_nothing_is_left_out(new_page):
    page = open_new(new_page, journalist())
    begin(page)
    office = "<!--[if gte vml 1]><v:shape>Office</v:shape><![endif]-->"
    shown = "<!--[if !vml]--><img src='data:image/png;base64,{}'><!--[endif]-->".format("A" * 1_000_000)
    # Each beginning without an end would make a search up to the end.
    paste(page, EDITOR, office + shown + HTML + office + "<!--[if x]>" * 5_000)
    expect(page.locator(EDITOR)).to_contain_text(PARAGRAPHS[-1])
    expect_kinds(page, ["paragraph"])
    assert texts(page) == ["\n".join(PARAGRAPHS)]


def test_without_the_server_the_text_is_pasted_all_the_same(new_page):
    page = open_new(new_page, journalist())
    begin(page)
    page.context.set_offline(True)
    paste(page, EDITOR, HTML)
    expect(page.locator(EDITOR)).to_contain_text(PARAGRAPHS[-1])
    assert texts(page) == ["\n".join(PARAGRAPHS)]
