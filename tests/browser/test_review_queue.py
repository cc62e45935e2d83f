"""An editor who approves one text after another, with a thumb."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from wagtail.users.models import UserProfile

from tests.browser.conftest import PHONE, bounding_box
from tests.browser.editing import opened
from tests.editorial.desk import MENDED, fresh, make_desk

pytestmark = pytest.mark.usefixtures("newsroom")


def test_texts_are_approved_by_one_tap_each(new_page):
    desk = make_desk()
    UserProfile.objects.filter(user=desk.editor).update(preferred_language="ru")
    texts = []
    for number in range(2):
        text = desk.in_review(title=f"Текст {number}", body=[("paragraph", "<p>Слово.</p>" * 30)])
        desk.decide(desk.other_editor, text)
        desk.submit(desk.author, text, lead=MENDED)
        texts.append(text)
    page = opened(new_page, desk.editor, "/admin/to-approve/", viewport=PHONE, has_touch=True, is_mobile=True)
    page.get_by_role("link", name="Текст 0").tap()
    for number in range(2):
        expect(page.locator("#id_title")).to_have_value(f"Текст {number}")
        review = page.locator(".chorsu-review")
        expect(review.locator("ins")).to_have_text("simple")
        review.get_by_text("… 30 абзацев без изменений").tap()
        expect(review.get_by_text("Слово.").first).to_be_visible()
        # With all of it open the decision is still where the thumb is, and nothing lies over it.
        approve = page.get_by_role("button", name="Одобрить и опубликовать")
        expect(approve).to_be_in_viewport(ratio=1)
        assert bounding_box(approve)["y"] > PHONE["height"] / 2
        approve.tap()
        expect(page.get_by_text(f"Вы одобрили «Текст {number}»")).to_be_visible()
    expect(page.get_by_text("Сейчас вам нечего проверять.")).to_be_visible()
    assert [(fresh(text).live, fresh(text).lead) for text in texts] == [(True, MENDED)] * 2
