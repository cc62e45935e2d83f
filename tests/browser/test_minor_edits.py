"""A minor edit from its author's menu to the approval, without a mouse."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from chorsu_articles.models import AnalysisPage
from chorsu_translation.selectors import State, page_state
from tests.browser.conftest import PHONE
from tests.browser.editing import expect_saved, opened, section
from tests.browser.keyboard import follow, tab_to
from tests.browser.test_translating import live_translation, translator
from tests.editorial.desk import fresh, task_state
from tests.factories import make_user

pytestmark = pytest.mark.usefixtures("newsroom")
SUBMIT = re.compile("^Submit")
BEFORE, AFTER = "В 2024 году воды стало меньше, чем было.", "В 2024 году воды стало намного меньше, чем было."


def live_pair(author: Any, user: Any) -> tuple[Any, Any]:
    """Return a live article that states a year, and its live translation."""
    source = AnalysisPage(
        title="Вода и ледники",
        slug="voda",
        lead=BEFORE,
        body=[("paragraph", "<p>Первый абзац.</p>")],
        live=False,
        owner=author,
    )
    section(code="ru").add_child(instance=source)
    source.save_revision(user=author).publish()
    return fresh(source), live_translation(fresh(source), user)


def test_a_minor_edit_leaves_the_translation_up_to_date(new_page: Callable[..., Page]) -> None:
    author, editor = make_user("Journalists (ru)", first_name="Anora"), make_user("Editors (ru)")
    source, target = live_pair(author, translator())

    # The author mends a word, ticks the box in the menu and submits.
    page = opened(new_page, author, f"/admin/pages/{source.pk}/edit/")
    tab_to(page.locator("#id_lead"))
    page.keyboard.press("Control+a")
    page.keyboard.type(AFTER)
    expect_saved(page)
    follow(page.locator("footer").get_by_role("button", name="Actions"))
    tab_to(page.get_by_role("checkbox", name="Minor edit"))
    page.keyboard.press("Space")
    follow(page.locator("footer").get_by_role("button", name=SUBMIT), "Shift+Tab")
    go_on = page.get_by_role("button", name="Submit all the same")
    expect(go_on).to_be_visible()
    follow(go_on)
    expect(page.get_by_text("has been submitted").first).to_be_visible()
    assert task_state(source).is_minor

    # The approver sees that it is minor and what changed, and approves.
    page = opened(new_page, editor, f"/admin/pages/{source.pk}/edit/")
    review = page.get_by_role("region", name="Review")
    expect(review.locator("ins")).to_have_text("намного")
    expect(review.get_by_role("button", name="It is more than that")).to_be_visible()
    phone = opened(new_page, editor, f"/admin/pages/{source.pk}/edit/", viewport=PHONE, color_scheme="dark")
    expect(phone.get_by_role("button", name="It is more than that")).to_be_visible()
    expect(phone.get_by_role("region", name="Review").locator("ins")).to_have_text("намного")
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    follow(review.get_by_role("button", name="To the decision"))
    follow(page.get_by_role("button", name="Approve and publish"), most=8)
    expect(page.get_by_text("You approved").first).to_be_visible()
    assert (fresh(source).lead, page_state(target)) == (AFTER, State.LIVE)
