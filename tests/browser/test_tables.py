"""Wide tables on a phone: the first column stays, headers wrap, an edge shows that there is more, keys scroll."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.browser.editing import section
from tests.cms.content import block
from tests.factories import make_article

WIDE = {
    "columns": [
        {"type": "text", "heading": "City"},
        *({"type": "number", "heading": f"Precipitation measured in the year 202{year}"} for year in range(5)),
    ],
    "rows": [
        {"values": [f"Khorog and its districts {row}", *(f"{row}.{year}" for year in range(5))]} for row in range(3)
    ],
    "caption": "Rain by city",
}


def left_of(element: Any) -> float:
    return element.evaluate("element => element.getBoundingClientRect().left")


def test_a_wide_table_scrolls_under_its_first_column(new_page, newsroom):
    page = new_page(viewport=PHONE)
    page.goto(make_article(section(code="fa"), body=[block("table", WIDE)]).url)
    region = page.get_by_role("region", name="Rain by city")
    inside, outside = region.evaluate("element => [element.scrollWidth, element.clientWidth]")
    assert inside > outside + 100
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    first, second = region.locator("tbody tr").first.locator("th, td").nth(0), region.locator("td").first
    before = [left_of(first), left_of(second)]
    region.focus()
    page.keyboard.press("ArrowLeft")
    expect(region).not_to_have_js_property("scrollLeft", 0)
    region.evaluate("element => element.scrollTo({ left: element.scrollWidth * Math.sign(element.scrollLeft) })")
    assert left_of(first) == pytest.approx(before[0], abs=1)
    assert abs(left_of(second) - before[1]) > 100
    assert first.evaluate("element => getComputedStyle(element).backgroundColor") != "rgba(0, 0, 0, 0)"
    # The first column leaves the others most of the width.
    assert first.evaluate("element => element.offsetWidth") < 0.5 * PHONE["width"]

    # Headers wrap.
    heading = page.get_by_role("columnheader", name="Precipitation").first
    assert heading.evaluate("element => element.offsetHeight / parseFloat(getComputedStyle(element).lineHeight)") > 2
    assert heading.evaluate("element => element.offsetWidth") < 0.5 * PHONE["width"]
