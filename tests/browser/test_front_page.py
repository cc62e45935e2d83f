"""The newsroom's own arrangement in a real browser: menu by keyboard and finger, the latest as high as the lead."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE


@pytest.mark.usefixtures("whole_site")
@pytest.mark.journey
def test_the_menu_opens_and_closes_by_keyboard_and_finger(new_page: Callable[..., Page]):
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
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Water")

    phone = new_page(viewport=PHONE, has_touch=True)
    phone.goto("/fa/")
    phone.locator("nav.nav summary").tap()
    # Playwright taps only what nothing covers or cuts off.
    phone.locator(".nav-panel a").last.tap()
    expect(phone).to_have_url(re.compile("/topics/"))
