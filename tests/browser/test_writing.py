"""Writing as in a word processor: fields that show all their text, words counted, found and replaced."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from playwright.sync_api import expect
from wagtail.users.models import UserProfile

from chorsu_articles.models import AnalysisPage
from chorsu_editorial.markup import paragraphs
from tests.browser.editing import BODY, EDITOR, edit, eventually, expect_saved, journalist, open_new, section
from tests.browser.keyboard import tab_to
from tests.cms.content import block
from tests.editorial.desk import latest

pytestmark = pytest.mark.usefixtures("newsroom")
PHONE = {"width": 390, "height": 844}
LONG = "A word that is repeated until the line is far too long for a field of one line " * 3
HEADLINE = LONG[: LONG.rindex(" for a")]
# Texts that are cut off: by their width in a field of one line, by their height in one that should have grown.
CUT_OFF = """() => [...document.querySelectorAll("#page-edit-form :is(input[type=text], textarea)")]
    .filter((each) => each.offsetParent && each.value)
    .filter((each) => each.nextElementSibling?.textContent !== each.value)
    .filter((each) => each.scrollWidth > each.clientWidth + 1 || each.scrollHeight > each.clientHeight + 2)
    .map((each) => each.name)"""
LANGUAGES = """() => Object.fromEntries(
    [...document.querySelectorAll("#page-edit-form :is(input, textarea, [contenteditable])")]
        .map((each) => [each.isContentEditable ? "text" : each.name, [each.lang, each.dir]]))"""


def written(author: Any, code: str, body: list[Any]) -> AnalysisPage:
    article = AnalysisPage(title=HEADLINE, lead="Нӯҳ нафар.", live=False, owner=author, body=body)
    section(code=code).add_child(instance=article)
    article.save_revision(user=author)
    return article


def test_fields_show_all_their_text_and_are_in_the_language_of_the_page(new_page):
    author = journalist("fa")
    UserProfile.objects.update_or_create(user=author, defaults={"preferred_language": "ru"})
    picture = {"picture": None, "caption": LONG, "alt": LONG, "size": "text", "credit": ""}
    heading = {"text": LONG, "level": "h2"}
    table = {"columns": [{"type": "text", "heading": LONG}], "rows": [{"values": [LONG]}], "caption": LONG}
    kinds = {"paragraph": "<p>سلام</p>", "picture": picture, "heading": heading, "table": table}
    body = [block(kind, value) for kind, value in kinds.items()]
    article = written(author, "fa", body)
    page = edit(new_page, author, article, viewport=PHONE)
    page.wait_for_function(f"() => !({CUT_OFF})().length")
    page.locator("#id_title").press("Control+End")
    page.keyboard.insert_text(" two\nlines\n")
    assert page.locator("#id_title").input_value().endswith("far too long two lines ")
    page.locator(f"{BODY} .c-sf-add-button:visible").last.click()
    expect(page.locator("[data-tippy-root] [role=combobox]")).to_be_focused()
    page.keyboard.type("Видео")
    expect(page.locator(".w-combobox__option:visible").first).to_contain_text("Видео")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelector('[name=body-4-value-caption]')?.lang")
    found = page.evaluate(LANGUAGES)
    for name in ("title", "lead", "text", "body-1-value-caption", "body-2-value-text", "body-4-value-caption"):
        assert found[name] == ["fa", "rtl"], name
    assert {found["slug"][1], found["body-4-value-url"][1]} == {"ltr"}


def test_words_are_found_and_replaced_in_the_whole_text_with_one_undo(new_page):
    author = journalist()
    table = {"columns": [{"type": "text", "heading": "By road"}], "rows": [{"values": ["A road (1+1)"]}], "caption": ""}
    opening = '<p>The <a href="https://example.org/"><b>road</b> opens</a>, a railroad too.</p>'
    body = [block("paragraph", opening), block("table", table), block("paragraph", "<p>Нӯҳ, роҳ (1+1).</p>")]
    article = written(author, "en", body)
    page = edit(new_page, author, article)
    lead, status = page.locator("#id_lead"), page.get_by_role("dialog").get_by_role("status")
    lead.fill("The Road is long.")
    counted = f"{len(HEADLINE.split()) + 4 + 6 + 5 + 3} words"
    expect(page.locator(".articles-words")).to_have_text(counted)

    page.keyboard.press("Control+h")
    dialog = page.get_by_role("dialog", name="Find and replace")
    page.keyboard.type("road")
    expect(status).to_have_text("1 / 5")
    dialog.get_by_label("Whole words").check()
    expect(status).to_have_text("1 / 4")
    dialog.get_by_label("Find").press("Enter")
    expect(dialog.locator("mark")).to_have_text("road")
    expect(page.locator(".articles-found")).to_have_text("The road opens, a railroad too.")
    dialog.get_by_label("Replace with").fill("way")
    page.keyboard.press("Enter")
    expect(status).to_have_text("2 / 3")
    dialog.get_by_role("button", name="Replace all").click()
    expect(page.locator(".articles-notice")).to_contain_text("3 places replaced")
    eventually(lambda: "way" in latest(article).body[1].value.row_data[0]["values"][0])
    version = latest(article)
    linked, table, _last = (block.value for block in version.body)
    assert (version.lead, table.columns[0]["heading"]) == ("The way is long.", "By way")
    assert '<a href="https://example.org/"><b>way</b> opens</a>, a railroad too.' in linked.source
    page.get_by_role("button", name="Undo").click()
    expect(lead).to_have_value("The Road is long.")

    # What was changed since, even by a key that types nothing, is neither lost nor what is undone.
    dialog.get_by_label("Whole words").uncheck()
    dialog.get_by_label("Find").fill("railroad")
    dialog.get_by_role("button", name="Replace all").click()
    page.locator(EDITOR).first.press("Control+a")
    page.keyboard.press("Control+b")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".articles-notice")).to_contain_text("What was changed since then stays.")
    eventually(lambda: "a way too.</b>" in latest(article).body[0].value.source)

    # A letter and its sign typed one after the other, and what would be a pattern.
    for typed, number in ((unicodedata.normalize("NFD", "нӯҳ"), 1), ("(1+1)", 2), (".", 3), ("нух", 0)):
        dialog.get_by_label("Find").fill(typed)
        expect(status).to_have_text(f"1 / {number}" if number else "Not found")
    dialog.get_by_label("Find").fill("ӯҳ, роҳ")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.keyboard.type("х")
    expect(page.locator(EDITOR).last).to_have_text("Нх (1+1).")


def test_blocks_and_tables_are_written_by_keyboard_alone(new_page):
    page = open_new(new_page, journalist())
    keyboard, cell = page.keyboard, page.locator("[name$=-cell-0-0]")

    def insert(typed, label):
        """Choose the first one of the list that "/" or a plus has opened."""
        keyboard.type(typed)
        expect(page.locator(".w-combobox__option:visible").first).to_contain_text(label)
        keyboard.press("Enter")

    def write(*lines):
        for line in lines:
            keyboard.type(line)
            keyboard.press("Enter")

    page.locator("#id_title").focus()
    write("The valley", "A lead.")
    write("First.", "## The water", "Second.", "- One", "Two", "", "")
    insert("/quot", "Quotation")
    expect(page.locator(EDITOR).nth(1)).to_be_focused()
    # Its own text and the one above: the choice has begun no other.
    expect(page.locator(EDITOR)).to_have_count(2)
    write("We waited.")
    tab_to(page.locator("[name$=-who]"))
    # To the next line, and from the last one into a text below.
    write("Lola", "a neighbour")
    expect(page.locator(EDITOR).nth(2)).to_be_focused()
    write("Third.")
    insert("/tabl", "Table")
    expect(cell).to_be_focused()
    keyboard.press("Shift+Tab")
    tab_to(page.locator("[name$=-column-0-heading]"), "Shift+Tab", 3)
    for text in ("Village", "Way", "Hours", "Shing", "on foot", "4", "Nofin", "by car", "1"):
        keyboard.type(text)
        keyboard.press("Tab")
    # The row that was begun is empty: from it one gets out.
    expect(page.locator("[name$=-cell-2-0]")).to_be_focused()
    keyboard.press("Shift+Tab")
    keyboard.press("Enter")
    expect(page.locator("[name$=-cell-2-2]")).to_be_focused()
    keyboard.press("Tab")
    expect(page.locator("[name$=-cell-3-0]")).to_have_count(0)
    # One key leads out of the table from any cell, to what adds a block below it.
    page.locator("[name$=-cell-0-1]").focus()
    keyboard.press("Escape")
    expect(page.locator(f"{BODY} .c-sf-add-button").nth(4)).to_be_focused()
    expect_saved(page)
    eventually(lambda: [len(each.value.row_data) for each in latest(AnalysisPage.objects.get()).body[3:]] == [3])
    first, quotation, second, table = latest(AnalysisPage.objects.get()).body
    read = [(each.tag.name, each.text) for each in paragraphs(first.value.source)]
    assert read == [("p", "First."), ("h2", "The water"), ("p", "Second."), ("li", "One"), ("li", "Two")]
    assert quotation.block_type == "quotation"
    assert (quotation.value["who"], quotation.value["role"]) == ("Lola", "a neighbour")
    assert "Third." in second.value.source
    assert [column["heading"] for column in table.value.columns] == ["Village", "Way", "Hours"]
    assert [row["values"] for row in table.value.row_data][:2] == [["Shing", "on foot", "4"], ["Nofin", "by car", "1"]]
