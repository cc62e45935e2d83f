"""The editor's form by keyboard and on a phone: nothing typed is lost by Enter, a lock or a question."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from wagtail.users.models import UserProfile

from chorsu_articles.models import AnalysisPage, Correction
from tests.browser.conftest import bounding_box
from tests.browser.editing import EDITOR, edit, eventually, expect_saved, journalist, open_new, section
from tests.editorial.desk import fresh, latest
from tests.factories import make_user

pytestmark = pytest.mark.usefixtures("newsroom")
PHONE = {"width": 390, "height": 844}
# What the form would send, without the token that each request may change. A rich text's JSON may be written again.
SENT = """() => {
    const sent = new FormData(document.getElementById("page-edit-form"));
    sent.delete("csrfmiddlewaretoken");
    return [...sent].map(([name, value]) => {
        // The keys of a text's paragraphs are random, and made anew when its editor begins.
        const plain = (key, item) => (key === "key" ? undefined : item);
        try { return [name, JSON.stringify(JSON.parse(value, plain))]; } catch { return [name, value]; }
    });
}"""


def written(author: Any, *, submit: bool = False) -> AnalysisPage:
    """Return a draft with a field of each kind, in review where it is submitted."""
    body = [
        ("heading", {"text": "The bridges", "level": "h2"}),
        ("paragraph", "<p>One bridge was closed.</p>"),
        ("video", {"url": "https://www.youtube.com/watch?v=abcdefghijk", "caption": "A bridge"}),
    ]
    article = AnalysisPage(title="Water", slug="water", lead="A lead.", live=False, owner=author, body=body)
    section().add_child(instance=article)
    Correction.objects.create(page=article, date="2026-11-25", text="It was another bridge.")
    article = fresh(article)
    article.save_revision(user=author)
    if submit:
        article.get_workflow().start(article, author)
    return article


def leavings(page: Page) -> list[str]:
    """Return the list of addresses to which this page will have been left from now on."""
    found: list[str] = []
    page.on("request", lambda request: request.is_navigation_request() and found.append(request.url))
    return found


def test_a_new_article_is_written_from_the_headline_on_and_saved_before_it_has_one(
    new_page,
):
    page = open_new(new_page, journalist())
    left = leavings(page)
    title, lead, text = (page.locator(selector) for selector in ("#id_title", "#id_lead", EDITOR))
    expect(title).to_be_focused()
    page.keyboard.press("Enter")
    expect(lead).to_be_focused()
    page.keyboard.type("A lead.")
    page.keyboard.press("Enter")
    expect(text).to_be_focused()
    page.keyboard.type("The river rises.")
    article = eventually(AnalysisPage.objects.first)
    assert (article.title, article.draft_title) == ("", "Without a headline")

    page.locator("[name=action-submit]").click()
    dialog = page.get_by_role("dialog", name="Before you submit")
    expect(dialog.get_by_role("button", name="Submit all the same")).to_be_hidden()
    dialog.get_by_role("button", name="The headline is missing").click()
    expect(title).to_be_focused()
    page.keyboard.type("Water rises")
    page.keyboard.press("Enter")
    page.keyboard.press("End")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("In two lines.")
    page.keyboard.press("Enter")
    expect(text).to_be_focused()
    article = eventually(lambda: AnalysisPage.objects.filter(slug="water-rises", lead__contains="lines").first())
    expect_saved(page)
    draft = latest(article)
    assert (draft.title, draft.lead.split()) == ("Water rises", ["A", "lead.", "In", "two", "lines."])
    assert "The river rises." in str(draft.body)
    assert left == []


def test_the_headline_of_a_stored_text_is_one_key_away(new_page):
    author = journalist()
    page = edit(new_page, author, written(author))
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the text")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#id_title")).to_be_focused()


def test_enter_in_the_last_line_of_a_block_leads_into_the_text_that_stands_below(new_page):
    author = journalist()
    body = [("quotation", {"text": "<p>We waited.</p>", "who": "Lola"}), ("paragraph", "<p>One bridge was closed.</p>")]
    article = AnalysisPage(title="Water", slug="water", lead="A lead.", live=False, owner=author, body=body)
    section().add_child(instance=article)
    article.save_revision(user=author)
    page = edit(new_page, author, article)
    page.locator("[name=body-0-value-who]").press("Enter")
    expect(page.locator("[name=body-0-value-role]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(EDITOR).last).to_be_focused()
    expect(page.locator(EDITOR)).to_have_count(2)


def test_correct_leads_into_the_folded_place_of_its_sentence(new_page):
    author = journalist()
    article = written(author)
    AnalysisPage.objects.filter(pk=article.pk).update(live=True)
    page = edit(new_page, author, article)
    page.get_by_role("button", name="Actions", exact=True).first.click()
    page.get_by_role("link", name="Correct", exact=True).click()
    sentence = page.locator("#id_corrections-0-text")
    expect(sentence).to_be_in_viewport()
    expect(sentence).to_be_focused()
    page.reload()  # as by the same entry of a list's menu
    expect(sentence).to_be_focused()


def test_enter_in_a_field_of_one_line_submits_nothing(new_page):
    author = journalist()
    page = edit(new_page, author, written(author))
    left = leavings(page)
    kinds = ":is([type=text], [type=url], [type=number], [type=checkbox], :not([type]))"
    names = []
    for tab in ("Content", "Promote", "Settings"):
        page.get_by_role("tab", name=tab).click()
        expect(page.get_by_role("tab", name=tab)).to_have_attribute("aria-selected", "true")
        for folded in page.locator(".w-panel.collapsed > .w-panel__header .w-panel__toggle:visible").all():
            folded.click()
        for field in page.locator(f"#page-edit-form :is(input{kinds}, [data-one-line]):visible").all():
            field.press("Enter")
            names.append(str(field.get_attribute("name")))
    assert {"title", "body-0-value-text", "body-2-value-url", "slug", "published_on"} <= {*names}
    page.get_by_role("tab", name="Content").click()
    assert left == []
    page.keyboard.press("Control+s")
    expect(page.get_by_text("has been updated")).to_be_visible()


def test_a_text_in_review_is_read_only_for_its_author(new_page):
    author = journalist()
    article = written(author, submit=True)
    page = edit(new_page, author, article)
    expect(page.locator("#id_lead")).not_to_be_editable()
    before = page.evaluate(SENT)
    for field in ("#id_title", "#id_lead", "[name=body-0-value-text]", ".public-DraftEditor-content"):
        page.locator(field).first.focus()
        page.keyboard.type("More. ")
    expect(page.locator(EDITOR)).to_have_count(0)
    page.get_by_role("checkbox").first.press("Space")
    page.locator("#id_main_topic, [name=body-0-value-level]").first.focus()
    page.keyboard.press("ArrowDown")
    assert page.evaluate(SENT) == before
    expect(page.get_by_role("dialog").filter(visible=True)).to_have_count(0)

    page.locator("[name=action-cancel-workflow]").click()
    expect(page.get_by_text("has been cancelled")).to_be_visible()
    expect(page.locator("#id_lead")).to_be_editable()


def test_the_buttons_stand_at_the_lower_edge_of_a_phone(new_page):
    editor = make_user("Editors (en)")
    UserProfile.objects.filter(user=editor).update(preferred_language="fa")
    article = written(journalist(), submit=True)
    page = edit(new_page, editor, article, viewport=PHONE)
    page.locator("footer [data-chorsu-to-end]").click()
    bar = page.locator("footer nav")
    # Saving, the next act and the menu, each as broad as a thumb.
    for button in (
        *(bar.get_by_role("button", name=name) for name in ("ذخیره پیشنویس", "Approve and publish")),
        bar.locator("button").last,
    ):
        expect(button).to_be_in_viewport(ratio=1)
        button.click(trial=True)
    box = bounding_box(bar)
    assert (box["x"], box["width"], box["y"] + box["height"]) == (0, PHONE["width"], PHONE["height"])
    # Whatever the keyboard reaches stands clear of it.
    page.locator("#id_title").focus()
    for _press in range(40):
        page.keyboard.press("Tab")
        page.wait_for_function("(edge) => document.activeElement.getBoundingClientRect().bottom <= edge", arg=box["y"])
    # With a keyboard on the screen there is room for the text alone.
    page.set_viewport_size({"width": PHONE["width"], "height": 380})
    page.locator("#id_lead").focus()
    expect(bar).not_to_be_in_viewport()
