"""A minor edit from its author's menu to the one place that a translator looks at, without a mouse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from chorsu_articles.models import AnalysisPage
from chorsu_translation.selectors import State, page_state, places_to_check
from tests.browser.conftest import PHONE
from tests.browser.editing import eventually, expect_saved, section
from tests.browser.keyboard import follow, tab_to
from tests.browser.test_reviewing import opened, picture
from tests.browser.test_translating import cell, live_translation, translator
from tests.editorial.desk import fresh, task_state
from tests.factories import make_user

pytestmark = pytest.mark.usefixtures("newsroom")
BEFORE, AFTER = "В 2024 году воды стало меньше, чем было.", "В 2023 году воды стало меньше, чем было."


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


def test_a_changed_year_in_a_minor_edit_is_looked_at_in_the_translation(new_page: Callable[..., Page]) -> None:
    author, editor = make_user("Journalists (ru)", first_name="Anora"), make_user("Editors (ru)")
    user = translator()
    source, target = live_pair(author, user)

    # The author mends the year and calls it minor.
    page = opened(new_page, author, f"/admin/pages/{source.pk}/edit/")
    tab_to(page.locator("#id_lead"))
    page.keyboard.press("Control+a")
    page.keyboard.type(AFTER)
    expect_saved(page)
    follow(page.locator("footer").get_by_role("button", name="Actions"))
    follow(page.get_by_role("button", name="Submit as a minor edit"), most=8)
    go_on = page.get_by_role("button", name="Submit all the same")
    expect(go_on).to_be_visible()
    follow(go_on)
    expect(page.get_by_text("has been submitted").first).to_be_visible()
    assert task_state(source).minor == "declared"

    # The approver sees what changed, confirms it and approves.
    page = opened(new_page, editor, f"/admin/pages/{source.pk}/edit/")
    review = page.get_by_role("region", name="Review")
    expect(review.locator("ins")).to_have_text("2023")
    picture(page, editor, "minor-review-1280")
    phone = opened(new_page, editor, f"/admin/pages/{source.pk}/edit/", viewport=PHONE, color_scheme="dark")
    expect(phone.get_by_role("button", name="Confirm the minor edit")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    picture(phone, editor, "minor-review-phone")
    follow(review.get_by_role("button", name="Confirm the minor edit"))
    expect(page.get_by_text("Once this is approved, its translations stay up to date.")).to_be_visible()
    expect(review.get_by_role("button", name="It is more than that")).to_be_visible()
    picture(page, editor, "minor-confirmed-1280")
    follow(review.get_by_role("button", name="To the decision"))
    follow(page.get_by_role("button", name="Approve and publish"), most=8)
    expect(page.get_by_text("You approved").first).to_be_visible()
    assert fresh(source).lead == AFTER
    assert (page_state(target), [place.path for place in places_to_check(target)]) == (State.LIVE, ["lead"])

    # The translator's desk leads to the one place.
    page = opened(new_page, user, "/admin/translations/")
    row = page.get_by_role("row").filter(has_text=source.title)
    expect(row.get_by_text("Check a place")).to_be_visible()
    picture(page, user, "minor-desk-1280")
    follow(row.locator("td").nth(2).get_by_role("link"))
    expect(page.locator("[data-units-to-do]")).to_have_count(1)
    expect(cell(page, "lead").locator("ins")).to_have_text("2023")
    picture(page, user, "minor-place-1280")
    expect(page.locator("#id_lead")).to_be_focused()
    page.keyboard.press("Alt+Enter")
    eventually(lambda: not places_to_check(target))
    page.goto("/admin/translations/")
    expect(row).to_be_visible()
    expect(row.get_by_text("Check a place")).to_have_count(0)
    assert page_state(target) == State.LIVE
