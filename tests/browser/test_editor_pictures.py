"""Several pictures at once, and lines below pictures that say what they show and who made them."""

from __future__ import annotations

import os
import re
from base64 import b64encode
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from chorsu_articles.models import Picture
from cms import request_checks
from tests.browser.editing import (
    BODY,
    EDITOR,
    begin,
    eventually,
    expect_kinds,
    expect_saved,
    journalist,
    open_new,
    opened,
    paste,
    ready,
    texts,
)
from tests.busy_database import locked

pytestmark = pytest.mark.usefixtures("newsroom")


def jpeg(name: str, colour: str = "teal") -> dict[str, Any]:
    """Return a file as Playwright chooses it."""
    written = BytesIO()
    Image.new("RGB", (320, 200), colour).save(written, "JPEG")
    return {"name": name, "mimeType": "image/jpeg", "buffer": written.getvalue()}


def choose(page: Page, *files: dict[str, Any]) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Add pictures").click()
    chooser.value.set_files(list(files))


def names(page: Page) -> Locator:
    """Return what the rows of the table call their files."""
    return page.get_by_role("dialog").get_by_role("listitem").locator("[data-articles-text]")


def credit_of_all(page: Page) -> Locator:
    return page.get_by_role("dialog").get_by_label("Credit of all these pictures")


def add(page: Page) -> None:
    page.get_by_role("dialog").get_by_role("button", name="Add").click()


def undo(page: Page) -> None:
    page.get_by_role("button", name="Undo").click()


def drop(page: Page, selector: str, *files: dict[str, Any]) -> None:
    """Drag files from the desktop over an element and let them go there."""
    page.locator(selector).evaluate(
        """(element, files) => {
            const data = new DataTransfer();
            for (const {name, type, bytes} of files) {
                data.items.add(new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], name, {type}));
            }
            for (const kind of ["dragenter", "dragover", "drop"]) {
                element.dispatchEvent(new DragEvent(kind, {dataTransfer: data, bubbles: true, cancelable: true}));
            }
        }""",
        [
            {"name": file["name"], "type": file["mimeType"], "bytes": b64encode(file["buffer"]).decode()}
            for file in files
        ],
    )


def test_dropped_files_come_after_the_block_they_were_dropped_on(new_page):
    page = open_new(new_page, journalist())
    begin(page)
    paste(page, EDITOR, "<p>The road is open.</p><p>People came.</p>")
    expect(page.locator(EDITOR)).to_contain_text("People came.")
    expect_kinds(page, ["paragraph"])
    drop(page, f"{EDITOR} [data-block=true] >> nth=0", jpeg("bus.jpg"), jpeg("crowd.jpg"))
    expect(names(page)).to_have_text(["bus.jpg", "crowd.jpg"])
    credit_of_all(page).fill("A. Writer")
    add(page)
    expect_kinds(page, ["paragraph", "picture", "picture", "paragraph"])
    assert sorted(Picture.objects.values_list("title", "credit")) == [("bus", "A. Writer"), ("crowd", "A. Writer")]
    assert texts(page) == ["The road is open.", "People came."]
    undo(page)
    expect_kinds(page, ["paragraph"])
    assert texts(page) == ["The road is open.\nPeople came."]

    drop(page, f"{EDITOR} [data-block=true] >> nth=0", jpeg("tram.jpg"))
    add(page)
    expect_kinds(page, ["paragraph", "picture", "paragraph"])
    page.locator(EDITOR).last.click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" They went on.")
    undo(page)
    expect_kinds(page, ["paragraph", "paragraph"])
    assert texts(page) == ["The road is open.", "People came. They went on."]


def test_files_dropped_onto_the_empty_body_and_files_that_are_no_pictures(new_page):
    page = open_new(new_page, journalist())
    programme = {"name": "programme.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4"}
    drop(page, BODY, programme)
    expect(page.get_by_role("status").filter(has_text="programme.pdf: this is no picture")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    # Without a type: a browser knows none for a picture of an iPhone.
    drop(page, BODY, programme, {**jpeg("IMG_1.HEIC"), "mimeType": ""})
    expect(names(page)).to_have_text(["IMG_1.HEIC"])


def test_what_the_library_refuses_is_said_and_the_others_are_added(new_page):
    page = open_new(new_page, journalist())
    choose(page, jpeg("good.jpg"), {"name": "bad.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"})
    credit_of_all(page).fill("B. Writer")
    add(page)
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("alert")).to_contain_text("bad.jpg")
    assert [picture.credit for picture in Picture.objects.all()] == ["B. Writer"]
    dialog.get_by_role("button", name="Cancel").click()
    expect_kinds(page, ["paragraph", "picture"])
    choose(page, jpeg("next.jpg"))
    expect(credit_of_all(page)).to_have_value("B. Writer")


@pytest.mark.skipif("postgres" in os.environ.get("DATABASE_URL", ""), reason="About SQLite's one writer.")
def test_a_picture_that_meets_a_busy_database_is_sent_again_by_itself(new_page, monkeypatch):
    monkeypatch.setattr(request_checks, "MOST_SECONDS", 0.3)
    page = open_new(new_page, journalist())
    dialog = page.get_by_role("dialog")
    choose(page, jpeg("one.jpg"), jpeg("two.jpg"))
    with locked():
        add(page)
        expect(dialog).to_contain_text("picture 1 of 2 will be sent again")
    expect(dialog).to_be_hidden()
    expect_kinds(page, ["paragraph", "picture", "picture"])
    assert sorted(Picture.objects.values_list("title", flat=True)) == ["one", "two"]


@pytest.mark.skipif("postgres" in os.environ.get("DATABASE_URL", ""), reason="About SQLite's one writer.")
def test_so_is_one_of_the_library(new_page, monkeypatch):
    monkeypatch.setattr(request_checks, "MOST_SECONDS", 0.3)
    page = opened(new_page, journalist(), "/admin/images/multiple/add/")
    row = page.locator("#upload-list li")
    with locked():
        with page.expect_response(lambda answer: answer.status == 503):
            page.set_input_files("#fileupload", [jpeg("one.jpg")])
        expect(row).to_have_class(re.compile("upload-uploading"))
    expect(page.locator("#upload-list .upload-success")).to_have_count(1)
    assert [picture.title for picture in Picture.objects.all()] == ["one"]


def test_a_line_below_a_picture_becomes_its_caption_and_credit(new_page):
    page = open_new(new_page, journalist())
    choose(page, jpeg("bus.jpg"))
    add(page)
    expect_kinds(page, ["paragraph", "picture"])
    page.evaluate(
        "() => { const s = document.getElementById('body-root').rootBlock;"
        " s.insert({type: 'paragraph', value: s.blockDef.initialChildStates.paragraph, id: null}, 2).focus(); }"
    )
    expect(page.locator(EDITOR).last).to_be_focused()
    page.keyboard.type("The first bus. Photo: C. Writer")
    page.locator("#id_lead").click()
    expect_kinds(page, ["paragraph", "picture"])
    expect(page.locator(f"{BODY} textarea[name$=-caption]:visible")).to_have_value("The first bus.")
    assert eventually(lambda: Picture.objects.get().credit) == "C. Writer"
    expect(page.locator("[data-articles-waiting-credit]")).to_be_hidden()
    undo(page)
    expect_kinds(page, ["paragraph", "picture", "paragraph"])
    expect(page.locator(EDITOR).last).to_have_text("The first bus. Photo: C. Writer")
    eventually(lambda: Picture.objects.get().credit == "")
    # Of a longer text it is the first line.
    page.locator(EDITOR).last.click()
    page.keyboard.press("Control+End")
    page.keyboard.press("Enter")
    page.keyboard.type("It left at six.")
    page.locator("#id_lead").click()
    expect(page.locator(EDITOR).last).to_have_text("It left at six.")
    expect(page.locator(f"{BODY} textarea[name$=-caption]:visible")).to_have_value("The first bus.")


def test_a_line_without_caption_waits_in_its_block_for_the_picture(new_page):
    user = journalist()
    page = open_new(new_page, user)
    begin(page)
    paste(page, EDITOR, "<p>The road is open.</p><p>Drawing: C. Writer</p>")
    expect_kinds(page, ["paragraph", "picture"])
    waiting = page.locator("[data-articles-waiting-credit]")
    expect(waiting).to_have_value("Drawing: C. Writer")
    page.locator("#id_title").fill("A headline")
    page.wait_for_url("**/edit/")
    expect_saved(page)

    # On another machine nothing is lost.
    other = opened(new_page, user, page.url)
    ready(other)
    waiting = other.locator("[data-articles-waiting-credit]")
    expect(waiting).to_have_value("Drawing: C. Writer")
    choose(other, jpeg("road.jpg"))
    add(other)
    expect(waiting).to_be_hidden()
    picture = Picture.objects.get()
    assert (picture.kind, picture.credit) == ("drawing", "C. Writer")


@pytest.mark.journey
def test_four_pictures_get_their_words_in_a_table_by_keyboard_alone(new_page):
    page = open_new(new_page, journalist())
    begin(page)
    paste(page, EDITOR, "<p>The road is open.</p><p>The first bus. Photo: A. Writer</p>")
    expect_kinds(page, ["paragraph", "picture"])
    drop(page, f"{EDITOR} >> nth=0", *(jpeg(f"{number}.jpg") for number in range(4)))
    dialog = page.get_by_role("dialog")
    expect(credit_of_all(page)).to_be_focused()
    # The line of the pasted text stands in the first row, and its credit is that of all.
    expect(dialog.get_by_label("Caption").first).to_have_value("The first bus.")
    for number in range(4):
        for words in ("" if number == 0 else f"Caption {number}", f"Seen {number}", "B. Other" if number == 3 else ""):
            page.keyboard.press("Tab")
            if words:
                page.keyboard.insert_text(words)
    dialog.get_by_role("button", name="Add").press("Enter")
    expect_kinds(page, ["paragraph", "picture", "picture", "picture", "picture"])
    # Those that were dropped below the first paragraph stand before the one that waited.
    for name, values in (
        ("caption", ["Caption 1", "Caption 2", "Caption 3", "The first bus."]),
        ("alt", ["Seen 1", "Seen 2", "Seen 3", "Seen 0"]),
    ):
        found = page.locator(f"{BODY} [name$=-{name}]:visible").evaluate_all("(all) => all.map((each) => each.value)")
        assert found == values
    credited = list(Picture.objects.order_by("title").values_list("credit", flat=True))
    assert credited == ["A. Writer", "A. Writer", "A. Writer", "B. Other"]

    undo(page)
    expect_kinds(page, ["paragraph", "picture"])
    expect(page.locator(f"{BODY} [name$=-alt]:visible")).to_have_value("")
    expect(page.locator("[data-articles-waiting-credit]:visible")).to_have_value("A. Writer")


def test_several_pictures_come_as_one_gallery_by_choice(new_page):
    page = open_new(new_page, journalist())
    choose(page, jpeg("bus.jpg"), jpeg("crowd.jpg"))
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Caption").nth(1).fill("A crowd.")
    dialog.get_by_label("As one gallery").check()
    add(page)
    expect_kinds(page, ["paragraph", "gallery"])
    captions = page.locator(f"{BODY} [name$=-caption]:visible")
    expect(captions.nth(1)).to_have_value("A crowd.")
    undo(page)
    expect_kinds(page, ["paragraph"])


def test_the_first_picture_is_the_main_one_until_another_is_chosen(new_page):
    page = open_new(new_page, journalist())
    main, main_caption = page.locator("#id_main_picture"), page.locator("#id_main_picture_caption")
    caption = page.locator(f"{BODY} textarea[name$=-caption]:visible")

    def added(name, colour):
        choose(page, jpeg(f"{name}.jpg", colour))
        add(page)
        expect(page.get_by_role("dialog")).to_have_count(0)
        return str(Picture.objects.get(title=name).pk)

    bus = added("bus", "olive")
    expect(main).to_have_value(bus)
    caption.fill("The first bus.")
    caption.blur()
    expect(main_caption).to_have_value("The first bus.")
    main_caption.fill("Words of its own.")
    caption.fill("The bus.")
    caption.blur()
    crowd = added("crowd", "navy")
    expect(main).to_have_value(bus)
    page.evaluate("document.getElementById('body-root').rootBlock.deleteBlock(1)")
    expect(main).to_have_value(crowd)
    expect(main_caption).to_have_value("Words of its own.")

    panel = page.locator("#panel-child-content-main_picture-content")
    panel.get_by_role("button", name="Actions").first.click()
    page.get_by_role("button", name="Clear choice").click()
    caption.fill("People came.")
    caption.blur()
    expect(main).to_have_value("")
