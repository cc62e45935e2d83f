"""An editor reads a new text as its readers will, and decides at its end."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from wagtail.users.models import UserProfile

from tests.browser.conftest import PHONE, bounding_box
from tests.browser.editing import opened
from tests.editorial.desk import MENDED, fresh, make_desk

pytestmark = pytest.mark.usefixtures("newsroom")


def test_a_new_text_is_read_before_it_is_approved_and_a_changed_one_begins_with_what_changed(new_page):
    desk = make_desk()
    UserProfile.objects.filter(user=desk.editor).update(preferred_language="ru")
    text = '<p>Первое слово.</p><p><a href="/ru/about/">Ссылка.</a></p>' + "<p>Слово.</p>" * 60 + "<p>Последнее.</p>"
    article = desk.in_review(title="Вода", body=[("paragraph", text)])
    edit = f"/admin/pages/{article.pk}/edit/"
    page = opened(new_page, desk.editor, edit, viewport=PHONE, has_touch=True, is_mobile=True)
    approve = page.locator("footer").get_by_role("button", name="Одобрить и опубликовать")
    to_end = page.get_by_role("button", name="К концу текста")
    frame = page.frame_locator("[data-chorsu-text] iframe")
    expect(frame.get_by_role("heading", name="Вода")).to_be_in_viewport()
    expect(to_end).to_be_in_viewport(ratio=1)
    expect(approve).to_be_hidden()
    page.locator("footer .w-dropdown__toggle").tap()
    expect(page.get_by_role("button", name="Вернуть на доработку")).to_be_visible()
    expect(page.get_by_role("button", name="Одобрить с комментарием")).to_be_hidden()
    page.keyboard.press("Escape")
    # The frame is as long as its text: there is one thing to scroll.
    expect(frame.get_by_text("Последнее.")).not_to_be_in_viewport()
    page.wait_for_function(
        "() => { const frame = document.querySelector('[data-chorsu-text] iframe');"
        " return frame.clientHeight >= frame.contentDocument.documentElement.scrollHeight; }"
    )
    link = frame.get_by_role("link", name="Ссылка.")
    with page.context.expect_page():
        link.tap()
    expect(approve).to_be_hidden()
    to_end.tap()
    expect(page.get_by_text("Конец текста", exact=True)).to_be_in_viewport()
    expect(frame.get_by_text("Последнее.")).to_be_in_viewport()
    expect(approve).to_be_focused()
    expect(to_end).to_have_count(0)
    assert bounding_box(approve)["y"] > PHONE["height"] / 2
    approve.tap()
    expect(page.get_by_text("Вы одобрили «Вода»")).to_be_visible()
    assert fresh(article).live

    desk.submit(desk.author, article, lead=MENDED)
    page.goto(edit)
    expect(page.locator(".chorsu-review ins")).to_be_in_viewport()
    expect(approve).to_be_in_viewport(ratio=1)
