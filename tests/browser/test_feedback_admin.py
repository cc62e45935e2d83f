"""An editor deals with a report in the admin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from wagtail.users.models import UserProfile

from chorsu_feedback.models import TypoReport
from chorsu_feedback.services import submit_report
from tests.browser.conftest import PHONE, sign_in
from tests.browser.test_feedback import memory_cache, picture
from tests.factories import PASSWORD, make_user
from tests.feedback.pages import PARAGRAPH, make_article
from tests.feedback.test_services import anchor_in


@pytest.fixture
def report(newsroom: None, settings: Any) -> TypoReport:
    memory_cache(settings)
    page = make_article()
    anchor = anchor_in(page, "откылась")
    submit_report(page=page, anchor=anchor, suggestion="отворилась", comment="Или так.")
    submit_report(page=page, anchor=anchor_in(page, "районов"), suggestion="областей")
    return submit_report(page=page, anchor=anchor, suggestion="открылась")


def test_an_editor_finds_a_report_opens_the_block_and_closes_it(
    report: TypoReport, new_page: Callable[..., Page]
) -> None:
    editor = make_user("Editors (ru)")
    page = new_page()
    sign_in(page, editor, PASSWORD)
    page.get_by_role("link", name="3 open typo reports").click()
    expect(page.get_by_role("row")).to_have_count(4)
    picture(page, "admin-list")
    page.get_by_role("link", name="откылась").first.click()
    expect(page.locator(".typo-report__quote mark")).to_have_text("откылась")
    picture(page, "admin-report")
    page.get_by_role("link", name="Open in the editor").click()
    page.wait_for_url(f"**/admin/pages/{report.page_id}/edit/**")
    block = page.locator(f'[data-contentpath="{PARAGRAPH.removeprefix("body.")}"]').first
    expect(block).to_be_in_viewport()
    page.goto(reverse("chorsu_feedback_admin:detail", args=[report.pk]))
    page.get_by_role("button", name="Fixed").click()
    expect(page.get_by_text("2 reports closed.")).to_be_visible()
    expect(page.get_by_role("row")).to_have_count(2)
    assert set(TypoReport.objects.filter(status="fixed").values_list("closed_by", flat=True)) == {editor.pk}


@pytest.mark.parametrize(("theme", "language"), [("dark", "en"), ("light", "fa")])
def test_the_report_is_laid_out_in_dark_right_to_left_and_on_a_phone(
    report: TypoReport, new_page: Callable[..., Page], settings: Any, theme: str, language: str
) -> None:
    settings.WAGTAILADMIN_PERMITTED_LANGUAGES = [("en", "English"), ("fa", "فارسی")]
    editor = make_user("Editors (ru)")
    page = new_page()
    sign_in(page, editor, PASSWORD)
    UserProfile.objects.filter(user=editor).update(theme=theme, preferred_language=language)
    page.goto(reverse("chorsu_feedback_admin:detail", args=[report.pk]))
    expect(page.locator(".typo-report__quote mark")).to_be_visible()
    picture(page, f"admin-{theme}-{language}")
    page.set_viewport_size(PHONE)
    page.reload()
    picture(page, f"admin-{theme}-{language}-phone")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
