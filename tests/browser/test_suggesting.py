"""An approver's changes as suggestions, which the author takes by one key each."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from wagtail.users.models import UserProfile

from chorsu_editorial.comments import open_comments
from tests.browser.editing import EDITOR, expect_saved, opened
from tests.browser.test_reviewing import press
from tests.editorial.desk import latest, make_desk

pytestmark = pytest.mark.usefixtures("newsroom")


def test_an_author_takes_suggestions_by_key(new_page):
    """The approver's admin is in English, the author's in Russian."""
    desk = make_desk()
    UserProfile.objects.filter(user=desk.author).update(preferred_language="ru")
    html = "<p>The lake rose by two metres in May.</p><p>Nobody saw it.</p>"
    article = desk.in_review(lead="Nine vilages stood under water.", body=[("paragraph", html)])
    url = f"/admin/pages/{article.pk}/edit/"

    page = opened(new_page, desk.editor, url)
    page.locator("#id_lead").fill("Nine villages stood under water.")
    page.locator("#id_title").fill("The lake rises")
    page.locator(EDITOR).first.click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" But we did.")
    expect_saved(page)
    press(page.locator("footer .w-dropdown__toggle"))
    press(page.locator("footer").get_by_role("button", name="Send back with suggestions"))
    page.wait_for_url("**/admin/pages/*/")

    page = opened(new_page, desk.author, url)
    shown = page.locator("section", has=page.locator("#chorsu-suggestions"))
    expect(shown.get_by_role("listitem")).to_have_count(3)
    expect(shown.locator("ins").nth(1)).to_have_text("villages")
    first = shown.get_by_role("button", name="Принять", exact=True).first
    expect(first).to_be_focused()
    page.keyboard.press("Enter")
    expect(shown.get_by_role("listitem")).to_have_count(2)
    expect(first).to_be_focused()
    # What isn't saved yet goes with it.
    press(shown.get_by_role("link", name="Лид"))
    expect(page.locator("#id_lead")).to_be_focused()
    page.keyboard.press("Control+Home")
    page.keyboard.type("All ")
    press(shown.get_by_role("button", name="Отклонить").first)
    expect(shown.get_by_role("listitem")).to_have_count(1)
    expect(first).to_be_focused()
    page.keyboard.press("Enter")
    expect(shown).to_have_count(0)
    version = latest(article)
    assert (version.title, version.lead) == ("The lake rises", "All Nine vilages stood under water.")
    assert "Nobody saw it. But we did." in version.body[0].value.source
    assert not open_comments(article)
