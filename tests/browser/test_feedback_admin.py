"""An editor deals with a report in the admin."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect
from wagtail.models import Page as WagtailPage
from wagtail.users.models import UserProfile

from chorsu_feedback.anchors import read_page
from chorsu_feedback.models import TypoReport
from chorsu_feedback.reports import submit_report
from tests.browser.conftest import PHONE
from tests.browser.editing import opened
from tests.factories import make_user
from tests.feedback.pages import anchor_in, detail_url, make_article


@pytest.fixture
def report(newsroom, memory_cache) -> TypoReport:
    page = make_article()
    anchor = anchor_in(page, "откылась")
    submit_report(page=page, anchor=anchor, suggestion="отворилась", comment="Или так.")
    submit_report(page=page, anchor=anchor_in(page, "районов"), suggestion="районам")
    return submit_report(page=page, anchor=anchor, suggestion="открылась")


def words_of(report: TypoReport) -> str:
    """Return what readers read on the page now."""
    return " ".join(leaf.text for leaf in read_page(WagtailPage.objects.get(pk=report.page_id).specific))


@pytest.mark.journey
def test_two_keys_mend_a_live_page_and_a_third_undoes_it(report, new_page):
    editor = make_user("Editors (ru)")
    page = opened(new_page, editor, reverse("chorsu_feedback_admin:index") + "?status=open")
    rows = page.locator("[data-typo] a")
    place = rows.filter(has_text="район")
    expect(rows).to_have_count(2)
    page.keyboard.press("j")
    expect(rows.first).to_be_focused()
    page.keyboard.press("j")
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(rows.first).to_be_focused()
    place.focus()
    page.keyboard.press("a")
    expect(page.get_by_text("Mended, and live.")).to_be_visible()
    assert "со всех районам." in words_of(report)
    page.keyboard.press("u")
    expect(page.get_by_text("The words are as they were")).to_be_visible()
    assert "со всех районов." in words_of(report)
    page.wait_for_load_state()
    place.focus()
    page.keyboard.press("n")
    expect(page.get_by_text("1 report closed.")).to_be_visible()
    rows.first.focus()
    page.keyboard.press("e")
    page.wait_for_url("**/reports/typos/*/")


def test_the_keys_of_the_list_act_on_a_report_that_the_desk_leads_to(report, new_page):
    page = opened(new_page, make_user("Editors (ru)"), "/admin/")
    page.get_by_role("link", name="районов → районам").click()
    field = page.get_by_label("What it should be")

    def press(key):
        page.wait_for_load_state()  # the script that takes the keys has run
        page.keyboard.press(key)

    expect(field).to_have_value("районам")
    press("j")
    expect(field).to_have_value("отворилась")
    press("j")
    press("x")
    expect(field).to_have_value("отворилась")
    press("k")
    expect(field).to_have_value("районам")
    press("e")
    expect(field).to_be_focused()
    page.keyboard.type("ja")
    expect(field).to_have_value(re.compile("ja"))
    page.reload()
    press("a")
    expect(page.get_by_text("Mended, and live.")).to_be_visible()
    assert "со всех районам." in words_of(report)


def test_the_report_is_no_wider_than_a_phone_right_to_left(report, new_page, settings):
    settings.WAGTAILADMIN_PERMITTED_LANGUAGES = [("en", "English"), ("fa", "فارسی")]
    editor = make_user("Editors (ru)")
    UserProfile.objects.filter(user=editor).update(theme="dark", preferred_language="fa")
    page = opened(new_page, editor, detail_url(report), viewport=PHONE)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
