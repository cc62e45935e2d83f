"""A text in two languages from its review to its publication, by keyboard: remark, answer, hold, publish together."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from django.core import mail
from playwright.sync_api import Locator, Page, expect
from wagtail.models import Comment, Locale

from chorsu_articles.models import AnalysisPage, SectionPage
from chorsu_delivery.services import deliver_due
from chorsu_editorial.models import HeldApproval
from chorsu_translation.starting import start_translation
from tests.browser.editing import eventually, expect_saved, opened
from tests.editorial.desk import LEAD, MENDED, current_screen, fresh, latest, task_state
from tests.factories import make_user

pytestmark = pytest.mark.usefixtures("newsroom")


def press(control: Locator) -> None:
    """Press a button or follow a link as the keyboard does."""
    control.focus()
    control.press("Enter")


def open_menu(page: Page) -> None:
    """Unfold the menu of actions below the editor."""
    press(page.locator("footer").get_by_role("button", name=re.compile("more|Actions|Toggle", re.IGNORECASE)).last)


def choose(page: Page, name: str) -> None:
    """Choose an action below the editor that opens a dialogue.

    Again where nothing came of it: some time after a comment was left, Wagtail gives the focus back to its field.
    """
    action = page.locator("footer").get_by_role("button", name=name).first

    def is_asked() -> bool:
        if not action.is_visible():
            open_menu(page)
        if action.is_visible():
            press(action)
        with suppress(AssertionError):
            expect(page.get_by_role("dialog")).to_be_visible(timeout=3000)
        return page.get_by_role("dialog").is_visible()

    eventually(is_asked)


def mailed(user: Any, subject: str) -> str:
    """Send what waits and return the text of a person's mail."""
    while deliver_due():
        pass
    found = [message for message in mail.outbox if message.to == [user.email] and subject in message.subject]
    assert found, [(message.to, message.subject) for message in mail.outbox]
    return str(found[-1].body)


def editor_link(text: str) -> str:
    """Return the address in a mail that leads to the editor, without its host."""
    return re.findall(r"https?://[^/\s]+(/admin/pages/\d+/edit/\S*)", text)[-1]


def submitted(author: Any) -> AnalysisPage:
    """Return an article that is live, with a new version in review."""
    section = SectionPage.objects.get(kind="analysis", locale__language_code="ru")
    article = AnalysisPage(title="Вода", lead=LEAD, slug="voda", live=False, owner=author, locale=section.locale)
    section.add_child(instance=article)
    article.save_revision(user=author).publish()
    version = latest(article)
    version.lead = LEAD.replace("a lead", "the lead")
    version.save_revision(user=author)
    fresh(article).get_workflow().start(fresh(article), author)
    return AnalysisPage.objects.get(pk=article.pk)


def held_translation(source: AnalysisPage) -> Any:
    """Return a Tajik translation whose approval is held."""
    translator, approver = make_user("Translators (tg)"), make_user("Editors (tg)")
    target = start_translation(source=source, locale=Locale.objects.get(language_code="tg"), user=translator)
    target.title, target.lead = "Об", "Ин матн дар бораи оби дарёҳо ва кӯлҳои кишвар аст."
    target.save_revision(user=translator)
    target.get_workflow().start(target, translator)
    state = task_state(target)
    task = state.task.specific
    task.on_action(state, approver, "approve_and_hold", screen=current_screen(state))
    return fresh(target)


def test_a_remark_is_answered_and_both_languages_go_live_together(new_page: Callable[..., Page]) -> None:
    author = make_user("Journalists (ru)", first_name="Anora")
    editor = make_user("Editors (ru)", first_name="Zarina")
    chief = make_user("Chief editors", first_name="Timur")
    article = submitted(author)
    tajik = held_translation(article)

    # The editor opens the mail's link, sees what changed, and remarks on one unit.
    page = opened(new_page, editor, editor_link(mailed(editor, "Вода")))
    review = page.get_by_role("region", name="Review")
    expect(review.get_by_text("Submitted by Anora.")).to_be_visible()
    expect(review.locator("del")).to_have_text("a")
    expect(review.locator("ins")).to_have_text("the")
    press(review.get_by_role("link", name="Lead"))
    expect(page.locator("#id_lead")).to_be_focused()
    press(page.locator("[data-contentpath=lead]").get_by_role("button", name="Add comment"))
    remark = page.locator("#comments textarea").last
    expect(remark).to_be_visible()
    remark.press_sequentially("@a")
    names = page.locator("#comments").get_by_role("listbox")
    expect(names.get_by_role("option", selected=True)).to_have_text("Anora")
    remark.press("ArrowDown")
    remark.press("ArrowUp")
    remark.press("Tab")
    expect(names).to_have_count(0)
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
    assert "Which river?" in mailed(author, "A remark for you: Вода")
    # Wagtail gives the focus back some time after Escape, wherever it is then; a click elsewhere ends it at once.
    page.locator("#id_lead").click()
    choose(page, "Request changes")
    dialogue = page.get_by_role("dialog")
    dialogue.get_by_role("textbox").first.fill("See the remark.")
    press(dialogue.get_by_role("button", name="Request changes"))
    expect(page.get_by_text("You sent “Вода” back to its authors.")).to_be_visible()

    # The author mends it and submits it again.
    text = mailed(author, "Вода")
    assert "Which river?" in text
    writer = opened(new_page, author, editor_link(text))
    press(writer.get_by_role("link", name="1 open remark"))
    expect(writer.locator(".comment--focused").get_by_text("Which river?")).to_be_visible()
    # The comment holds the focus until something else than its field is pressed.
    writer.locator("#id_title").click()
    writer.locator("#id_lead").fill(MENDED)
    expect_saved(writer)
    writer.locator("[name=action-submit]").click()
    go_on = writer.get_by_role("button", name="Submit all the same")
    expect(go_on).to_be_visible()
    press(go_on)
    expect(writer.get_by_text("has been submitted").first).to_be_visible()

    # The editor sees what changed since the last look, and the author answers meanwhile, and resolves the remark.
    page.goto(editor_link(mailed(editor, "Вода")))
    expect(review.get_by_text("Changed since you looked last")).to_be_visible()
    expect(review.locator("ins").filter(has_text="simple").first).to_be_visible()
    writer.goto(f"/admin/pages/{article.pk}/edit/")
    answers = writer.get_by_role("region", name="Review")
    answers.get_by_role("textbox", name="Answer").fill("The Zarafshan.")
    press(answers.get_by_role("button", name="Answer"))
    expect(answers.get_by_text("The Zarafshan.")).to_be_visible()
    press(answers.get_by_role("button", name="Resolve"))
    expect(writer.get_by_text("The remark is resolved")).to_be_visible()
    expect(answers.get_by_text("Which river?")).to_have_count(0)
    choose(page, "Approve with a comment")
    dialogue.get_by_label("Comment to the authors").fill("Both at once, please.")
    dialogue.get_by_label("Hold for the other languages").check()
    press(dialogue.get_by_role("button", name="Approve"))
    expect(page.get_by_text("it is held for the other languages.")).to_be_visible()
    assert fresh(article).lead != MENDED
    assert task_state(article).comment == "Both at once, please."

    # A chief editor publishes both languages together.
    desk = opened(new_page, chief, "/admin/reports/held/")
    press(desk.get_by_role("link", name="Вода"))
    expect(desk.get_by_role("checkbox", name="Об")).to_be_checked()
    press(desk.get_by_role("button", name="Publish what is chosen"))
    expect(desk.get_by_text("2 pages were published together.")).to_be_visible()
    assert (fresh(article).live, fresh(article).lead) == (True, MENDED)
    assert fresh(tajik).live
    assert not HeldApproval.objects.exists()


@pytest.mark.parametrize("opening", ["request for changes", pytest.param("keyboard shortcuts", marks=pytest.mark.slow)])
def test_a_dialogue_takes_the_focus_from_a_comment(new_page: Callable[..., Page], opening: str) -> None:
    """Each of Wagtail's two kinds of dialogue holds the focus, as a comment does."""
    article, editor = submitted(make_user("Journalists (ru)")), make_user("Editors (ru)")
    page = opened(new_page, editor, f"/admin/pages/{article.pk}/edit/")
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    press(page.locator("[data-contentpath=lead]").get_by_role("button", name="Add comment"))
    remark = page.locator("#comments textarea").last
    expect(remark).to_be_focused()
    page.keyboard.type("Which river?")
    press(page.locator("#comments").get_by_role("button", name="Comment", exact=True))
    holds = "() => window.comments.commentApp.store.getState().comments.forceFocus"
    assert page.evaluate(holds)
    if opening == "keyboard shortcuts":
        page.keyboard.press("?")
    else:
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
    assert errors == []
