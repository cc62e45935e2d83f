"""An editor and an author in the admin: approving what the screen shows, and being told why not."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect
from wagtail.models import Comment

from chorsu_editorial.links import editor_url
from tests.browser.conftest import enter
from tests.browser.editing import EDITOR, opened, ready
from tests.editorial.desk import LEAD, Desk, fresh, latest, make_desk

pytestmark = pytest.mark.usefixtures("newsroom")


@pytest.fixture
def desk(newsroom) -> Desk:
    return make_desk()


@pytest.mark.journey
def test_an_editor_mends_a_word_and_approves_it_at_once(desk, new_page):
    article = desk.in_review(lead=LEAD.replace("plain", "plian"))
    page = opened(new_page, desk.editor, f"/admin/pages/{article.pk}/edit/")
    page.locator("#id_lead").fill(LEAD)
    page.get_by_role("button", name="Approve and publish").click()
    expect(page.get_by_text("You approved “Draft” as your screen showed it.")).to_be_visible()
    assert fresh(article).lead == LEAD
    page.get_by_role("link", name="See your changes").click()
    expect(page.get_by_text("plian").first).to_be_visible()


def test_who_changes_too_much_is_told_before_the_button_is_pressed(desk, new_page):
    article = desk.in_review()
    page = opened(new_page, desk.editor, f"/admin/pages/{article.pk}/edit/")
    approve = page.locator('[data-workflow-action-name="approve"]').first
    expect(approve).to_be_enabled()
    page.locator("#id_lead").fill("something else altogether")
    warning = page.get_by_text("of the words (up to 20 %), so somebody else approves it.")
    expect(warning).to_be_visible()
    expect(approve).to_be_disabled()
    page.locator("#id_lead").fill(LEAD)
    expect(approve).to_be_enabled()
    expect(warning).to_have_count(0)


def test_after_an_approval_the_way_back_tells_of_no_kept_text(desk, new_page):
    article = desk.in_review(lead=LEAD.replace("plain", "plian"))
    Comment.objects.create(page=article, user=desk.editor, text="Which river?\nWhich year?", contentpath="lead")
    edit = f"/admin/pages/{article.pk}/edit/"
    page = opened(new_page, desk.editor, edit)
    held: list[Route] = []

    def hold(route):
        if route.request.method == "POST" and not held:
            held.append(route)
        else:
            route.continue_()

    page.route(f"**{edit}", hold)
    with page.expect_request(lambda request: request.method == "POST" and request.url.endswith(edit)):
        page.locator("#id_lead").fill(LEAD)
    page.locator("footer .w-dropdown__toggle").click()
    page.get_by_role("button", name="Approve with a comment", exact=True).click()
    dialogue = page.get_by_role("dialog")
    expect(dialogue.get_by_text("Your own remarks are still open: “Which river? Which year?”")).to_be_visible()
    dialogue.get_by_role("textbox").first.fill("Well done")
    with page.expect_response(lambda answer: answer.request.method == "POST" and "/workflow/" in answer.url):
        dialogue.get_by_role("button", name="Approve").click()
    held[0].continue_()
    expect(page.get_by_text("You approved “Draft” as your screen showed it.")).to_be_visible()
    page.wait_for_function("() => !Object.keys(localStorage).some((key) => key.startsWith('articles-kept:'))")
    page.go_back()
    expect(page.locator("#id_title")).to_be_visible()
    expect(page.get_by_role("region", name="Kept text")).to_have_count(0)


@pytest.mark.parametrize("field", ["#id_lead", EDITOR], ids=["plain", "rich"])
def test_the_keys_for_a_remark_open_its_panel_and_what_is_typed_is_the_remark(desk, new_page, field):
    article = desk.in_review()
    page = opened(new_page, desk.editor, f"/admin/pages/{article.pk}/edit/", reduced_motion="no-preference")
    ready(page)
    text = page.locator(EDITOR).inner_text()
    panel = page.locator("[data-side-panel=comments]")
    expect(panel).to_be_hidden()
    page.locator(field).focus()
    page.keyboard.press("Control+Alt+m")
    # A person is no faster; Wagtail's own focus comes a quarter of a second later.
    page.evaluate("async () => { for (let n = 0; n < 8; n++) await new Promise(requestAnimationFrame); }")
    page.keyboard.type("Which river?")
    remark = panel.get_by_role("textbox")
    expect(remark).to_be_focused()
    expect(remark).to_have_value("Which river?")
    expect(page.locator("#id_lead")).to_have_value(LEAD)
    assert page.locator(EDITOR).inner_text() == text
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(panel.get_by_text("Which river?")).to_be_visible()


def test_a_link_opens_the_editor_at_its_block(desk, page):
    article = desk.draft(body=[("paragraph", f"<p>Paragraph {number}</p>") for number in range(40)])
    block = latest(article).body[39].id
    enter(page, desk.author)
    # Where it scrolls to is what counts; a busy machine may stop the smooth scrolling itself.
    page.add_init_script(
        "const scroll = Element.prototype.scrollIntoView; window.scrolledTo = [];"
        "Element.prototype.scrollIntoView = function (...options) {"
        "  window.scrolledTo.push(this.dataset.contentpath); return scroll.apply(this, options); };"
    )
    page.goto(editor_url(article, f"body.{block}"))
    page.wait_for_function("block => window.scrolledTo.includes(block)", arg=block)
