"""Two people in one text, whose admins speak two languages: both versions by block, and nothing is lost."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from wagtail.users.models import UserProfile

from tests.browser.editing import EDITOR, edit, eventually, expect_saved, journalist, ready, section
from tests.editorial.desk import latest
from tests.factories import make_article, make_user

pytestmark = pytest.mark.usefixtures("newsroom")


def write(page: Page, number: int, words: str) -> None:
    """Write behind the words of a block."""
    page.locator(EDITOR).nth(number).click()
    page.keyboard.press("ControlOrMeta+End")
    page.keyboard.type(words)


def test_both_write_and_nothing_is_lost(new_page):
    author, colleague = journalist(), make_user("Editors (en)", first_name="Zarina")
    UserProfile.objects.filter(user=colleague).update(preferred_language="ru")
    body: Any = [("paragraph", f"<p>{text}.</p>") for text in ("One bridge", "Two roads", "Three wells")]
    article = make_article(section(), live=False, owner=author, body=body)
    article.save_revision(user=author)
    one, other = edit(new_page, author, article), edit(new_page, colleague, article)
    write(one, 0, " Old.")
    write(one, 1, " Dry.")
    expect_saved(one)
    eventually(lambda: "Dry" in str(latest(article).body))

    write(other, 0, " New.")
    write(other, 2, " Deep.")
    expect(other.locator(".footer__save-warning b")).to_be_in_viewport(ratio=1)
    # It is in reach beside an open panel, too.
    other.get_by_role("button", name="Переключить комментарии").click()
    other.locator("footer").get_by_role("button", name="Сравнить обе версии").click()
    both = other.get_by_role("group", name="(блок 1)")
    expect(both.locator("ins")).to_have_text([" Old.", " New."])
    both.get_by_text("Zarina").click()
    other.get_by_role("button", name="Сохранить одной версией").click()
    ready(other)
    expect(other.locator(EDITOR)).to_have_text(["One bridge. New.", "Two roads. Dry.", "Three wells. Deep."])

    # Who was overtaken goes on in the same way: of what they alone changed nothing is asked.
    write(one, 1, " Wide.")
    one.locator("footer").get_by_role("button", name="Compare both versions").click()
    one.get_by_role("button", name="Save as one version").click()
    ready(one)
    expect(one.locator(EDITOR)).to_have_text(["One bridge. New.", "Two roads. Dry. Wide.", "Three wells. Deep."])
