"""The newsroom's own menu in a real browser, by keyboard and finger."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from chorsu_articles.models import Topic
from cms.outlet import MenuEntry, Outlet
from tests.browser.conftest import PHONE
from tests.browser.editing import section
from tests.factories import make_article


@pytest.fixture
def _menu(newsroom):
    """Put six topics into the menu; something in Russian and something in Persian is about each."""
    topics = [Topic.objects.create(name_ru=f"Тема {number}", name_fa=f"موضوع {number}") for number in range(6)]
    for code in ("ru", "fa"):
        article = make_article(section(code=code))
        article.topics = topics
        article.save()
    outlet = Outlet.objects.get()
    outlet.menu_entries.set([MenuEntry(label_ru="Темы"), *(MenuEntry(topic=topic, inside=True) for topic in topics)])
    outlet.save()


@pytest.mark.journey
@pytest.mark.usefixtures("_menu")
def test_the_menu_opens_and_closes_by_keyboard_and_finger(new_page):
    page = new_page()
    page.goto("/ru/")
    opener, links = page.locator("nav.nav summary"), page.locator(".nav-panel a")
    expect(links.first).to_be_hidden()
    opener.focus()
    page.keyboard.press("Enter")
    # All topics, and six of them.
    for number in range(7):
        page.keyboard.press("Tab")
        expect(links.nth(number)).to_be_focused()
    page.keyboard.press("Escape")
    expect(links.first).to_be_hidden()
    expect(opener).to_be_focused()
    phone = new_page(viewport=PHONE, has_touch=True)
    phone.goto("/fa/")
    phone.locator("nav.nav summary").tap()
    # Playwright taps only what nothing covers or cuts off.
    phone.locator(".nav-panel a").last.tap()
    expect(phone).to_have_url(re.compile("/topics/"))
