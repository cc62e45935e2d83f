"""A geologist without an account reads a draft and says what is wrong with a paragraph."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from wagtail.users.models import UserProfile

from tests.browser.conftest import PHONE
from tests.browser.editing import opened
from tests.editorial.desk import make_desk

pytestmark = pytest.mark.usefixtures("newsroom")


def test_a_reader_without_an_account_opens_a_draft_and_leaves_a_remark(new_page):
    desk = make_desk()
    UserProfile.objects.filter(user=desk.editor).update(preferred_language="ru")
    body = [("paragraph", "<p>Первый абзац.</p><p>Ледник Федченко вырос.</p>")]
    text = desk.draft(title="Ледники Памира", body=body)
    editor = opened(new_page, desk.editor, f"/admin/pages/{text.pk}/edit/")
    editor.get_by_role("button", name="Действия").first.click()
    editor.get_by_role("link", name="Ссылка для читателя").click()
    editor.get_by_label("Кто читает").fill("Нигора, геолог")
    editor.get_by_role("button", name="Дать ссылку").click()
    address = editor.get_by_label("Адрес для «Нигора, геолог»").input_value()

    guest = new_page(viewport=PHONE, java_script_enabled=False)
    guest.goto(f"/guest/{address.partition('/guest/')[2]}")
    guest.get_by_role("link", name="Открыть текст").click()
    expect(guest.get_by_role("heading", name="Ледники Памира")).to_be_visible()
    guest.get_by_role("link", name="Оставить замечание").click()
    paragraph = guest.locator("section").filter(has_text="Ледник Федченко")
    paragraph.get_by_text("Оставить замечание").click()
    paragraph.get_by_label("Ваше замечание к этому абзацу").fill("Он тает с 1933 года.")
    paragraph.get_by_role("button", name="Отправить").click()
    # Where it was left, so that the reader goes on from there.
    expect(paragraph.get_by_role("status")).to_have_text("Спасибо. Редакция получила ваше замечание.")
    expect(paragraph.get_by_role("status")).to_be_in_viewport()
    assert not guest.context.cookies()

    editor.goto("/admin/")
    remark = editor.get_by_role("region", name="Замечания для меня")
    expect(remark).to_contain_text("Нигора, геолог (без учётной записи) о «Ледник Федченко вырос.»")
    remark.get_by_role("link", name="Ледники Памира").click()
    expect(editor.locator(".comment")).to_contain_text("Он тает с 1933 года.")
