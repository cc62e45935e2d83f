"""Remarks by keyboard: whom they name, where they lead, and how a dialogue gets the focus."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from wagtail.models import Comment

from chorsu_articles.models import AnalysisPage
from tests.browser.editing import eventually, expect_saved, opened, section
from tests.editorial.desk import LEAD, fresh
from tests.factories import make_article, make_user

pytestmark = pytest.mark.usefixtures("newsroom")


def press(control: Locator) -> None:
    """Press a button or follow a link as the keyboard does."""
    control.focus()
    control.press("Enter")


def choose(page: Page, name: str) -> None:
    """Choose an action below the editor that opens a dialogue.

    Again where nothing came of it: some time after a comment was left, Wagtail gives the focus back to its field.
    """
    action = page.locator("footer").get_by_role("button", name=name).first

    def is_asked() -> bool:
        if not action.is_visible():
            press(page.locator("footer .w-dropdown__toggle"))
        if action.is_visible():
            press(action)
        with suppress(AssertionError):
            expect(page.get_by_role("dialog")).to_be_visible(timeout=3000)
        return page.get_by_role("dialog").is_visible()

    eventually(is_asked)


def submitted(author: Any) -> AnalysisPage:
    """Return an article that is live, with a new version in review."""
    article = make_article(section(code="ru"), title="Вода", lead=LEAD, owner=author)
    article.save_revision(user=author).publish()
    article.lead = LEAD.replace("a lead", "the lead")
    article.save_revision(user=author)
    article = fresh(article)
    article.get_workflow().start(article, author)
    return article


@pytest.mark.journey
def test_a_remark_names_somebody_and_leads_its_reader_to_its_place(new_page):
    author = make_user("Journalists (ru)", first_name="Anora")
    editor = make_user("Editors (ru)", first_name="Zarina")
    article = submitted(author)

    # The editor sees what changed, and remarks on one unit.
    page = opened(new_page, editor, f"/admin/pages/{article.pk}/edit/")
    review = page.get_by_role("region", name="Review")
    expect(review.locator("ins")).to_have_text("the")
    press(review.get_by_role("link", name="Lead"))
    expect(page.locator("#id_lead")).to_be_focused()
    press(page.locator("[data-contentpath=lead]").get_by_role("button", name="Add comment"))
    remark = page.locator("#comments textarea").last
    remark.press_sequentially("@a")
    names = page.locator("#comments").get_by_role("listbox")
    expect(names.get_by_role("option", selected=True)).to_have_text("Anora")
    remark.press("ArrowDown")
    remark.press("ArrowUp")
    remark.press("Tab")
    remark.press_sequentially("@")
    expect(names.get_by_role("option", name="Zarina")).to_be_visible()
    remark.press("Escape")
    expect(names).to_have_count(0)
    remark.press("Backspace")
    remark.press_sequentially("Which river?")
    expect(remark).to_have_value("@Anora Which river?")
    press(page.locator("#comments").get_by_role("button", name="Comment", exact=True))
    eventually(lambda: Comment.objects.filter(page=article.pk).exists())
    expect_saved(page)
    # Wagtail gives the focus back some time after Escape, wherever it is then; a click elsewhere ends it at once.
    page.locator("#id_lead").click()
    choose(page, "Request changes")
    dialogue = page.get_by_role("dialog")
    dialogue.get_by_role("textbox").first.fill("See the remark.")
    press(dialogue.get_by_role("button", name="Request changes"))
    expect(page.get_by_text("You sent “Вода” back to its authors.")).to_be_visible()

    writer = opened(new_page, author, f"/admin/pages/{article.pk}/edit/")
    press(writer.get_by_role("link", name="1 open remark"))
    expect(writer.locator(".comment--focused").get_by_text("Which river?")).to_be_visible()


def test_a_dialogue_takes_the_focus_from_a_comment(new_page):
    article, editor = submitted(make_user("Journalists (ru)")), make_user("Editors (ru)")
    page = opened(new_page, editor, f"/admin/pages/{article.pk}/edit/")
    press(page.locator("[data-contentpath=lead]").get_by_role("button", name="Add comment"))
    remark = page.locator("#comments textarea").last
    expect(remark).to_be_focused()
    page.keyboard.type("Which river?")
    press(page.locator("#comments").get_by_role("button", name="Comment", exact=True))
    holds = "() => window.comments.commentApp.store.getState().comments.forceFocus"
    assert page.evaluate(holds)
    # As a script does: a person without a mouse gets no further than the comment.
    page.locator("[data-workflow-action-name=reject]").dispatch_event("click")
    dialogue = page.get_by_role("dialog").filter(visible=True)
    expect(dialogue).to_have_count(1)
    assert not page.evaluate(holds)
    page.wait_for_function("() => document.activeElement.closest('[role=dialog]')")
    page.keyboard.press("Tab")
    expect(dialogue.locator(":focus")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(dialogue).to_have_count(0)
