"""What people read when a file is refused."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.articles.pictures import file_of
from tests.browser.conftest import enter
from tests.browser.editing import journalist

pytestmark = pytest.mark.usefixtures("newsroom")


def half() -> dict[str, Any]:
    """Return a half of a picture as Playwright chooses it."""
    return {"name": "half.png", "mimeType": "image/png", "buffer": file_of("png")[:60]}


def test_the_sentence_stands_alone_beside_each_refused_picture(page):
    enter(page, journalist())
    page.goto("/admin/images/multiple/add/")
    page.set_input_files("#fileupload", [half()])
    row = page.locator("#upload-list li")
    expect(row.get_by_text("The file is broken")).to_be_visible()
    expect(row.locator("p.error-message").first).to_be_hidden()
    # One that is taken still asks for its description.
    page.set_input_files("#fileupload", [half() | {"name": "whole.png", "buffer": file_of("png")}])
    expect(page.locator("#upload-list li").nth(1).locator("form")).to_be_visible()
    expect(page.locator("#upload-list li").nth(1).locator("p.error-message").first).to_be_visible()
