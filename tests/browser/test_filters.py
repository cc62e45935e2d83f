"""The filters of a section in the browser: they apply themselves, and wait for a keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from chorsu_articles.models import SectionPage
from tests.cms.content import make_full_article
from tests.factories import make_article


@pytest.fixture
def section(newsroom) -> str:
    """Return the address of a section with an article about Tajikistan and another one."""
    found = SectionPage.objects.get(locale__language_code="ru", kind="analysis")
    make_full_article(found)
    make_article(found, title="Another")
    return str(found.url)


def test_a_choice_applies_itself_and_leaves_no_empty_parameters(page, section):
    page.goto(section)
    expect(page.locator(".filter-bar button")).to_be_hidden()
    page.locator("select[name=country]").select_option("tj")
    expect(page).to_have_url(re.compile(r"/\?country=tj$"))
    expect(page.locator(".list .headline")).to_have_count(1)
    page.go_back()
    expect(page.locator("select[name=country]")).to_have_value("")
    page.go_forward()
    page.locator("select[name=country]").select_option("")
    expect(page).to_have_url(section)


def test_a_keyboard_changes_values_without_leaving_the_page(page, section):
    page.goto(section)
    field = page.locator("select[name=country]")
    field.focus()
    page.keyboard.press("ArrowDown")
    expect(field).not_to_have_value("")
    button = page.locator(".filter-bar button")
    expect(button).to_be_visible()
    expect(page).to_have_url(section)
    button.press("Enter")
    expect(page).to_have_url(re.compile(r"\?country="))
