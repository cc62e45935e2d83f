"""The page of one's own account."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import enter
from tests.factories import make_user


@pytest.mark.usefixtures("newsroom")
def test_every_time_zone_on_offer_is_one_that_the_browser_knows(new_page: Callable[..., Page]) -> None:
    page = new_page()
    enter(page, make_user(superuser=True))
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto("/admin/account/")
    # Wagtail adds the distance from UTC to each zone.
    expect(page.locator("#id_locale-current_time_zone option", has_text="Asia/Dushanbe")).to_contain_text("GMT+5")
    assert not problems
