"""An editor and an author in the admin: approving what the screen shows, and being told why not."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from editorial.links import editor_url
from tests.editorial.desk import Desk, fresh, latest, make_desk
from tests.factories import PASSWORD

pytestmark = pytest.mark.usefixtures("newsroom")


@pytest.fixture
def desk(newsroom: None) -> Desk:
    return make_desk()


def signed_in(new_page: Callable[..., Page], user: Any) -> Page:
    """Return a page in which this person is signed in."""
    page = new_page()
    page.goto("/admin/login/")
    page.locator("input[name=username]").fill(user.username)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("button[type=submit]").click()
    page.wait_for_url("**/admin/")
    return page


def test_an_editor_mends_a_word_and_approves_it_at_once(desk: Desk, new_page: Callable[..., Page]) -> None:
    article = desk.in_review(title="Drfat")
    page = signed_in(new_page, desk.editor)
    page.goto(f"/admin/pages/{article.pk}/edit/")
    page.locator("#id_title").fill("Draft, mended")
    page.locator("footer").get_by_role("button", name=re.compile("more|Actions|Toggle", re.IGNORECASE)).last.click()
    page.get_by_role("button", name="Approve and publish").click()
    expect(page.get_by_text("You approved “Draft, mended” as your screen showed it.")).to_be_visible()
    assert fresh(article).live
    assert fresh(article).title == "Draft, mended"
    page.get_by_role("link", name="See your changes").click()
    expect(page.get_by_text("Drfat").first).to_be_visible()


def test_the_dialogue_of_the_dashboard_names_the_version_and_explains_a_refusal(
    desk: Desk, new_page: Callable[..., Page]
) -> None:
    article = desk.in_review(title="Waiting text")
    page = signed_in(new_page, desk.editor)
    row = page.get_by_role("row").filter(has_text="Waiting text").last
    row.hover()
    row.get_by_role("button", name="Actions").click()
    page.get_by_role("button", name="Approve", exact=True).click()
    dialogue = page.get_by_role("dialog")
    expect(dialogue.get_by_text("Submitted by Anora")).to_be_visible()

    version = latest(article)
    version.lead = "Another lead"
    version.save_revision(user=desk.other_editor)
    dialogue.get_by_role("button", name="Approve").click()
    expect(dialogue.get_by_role("alert")).to_contain_text("Daler changed this text after you opened it. Changed: Lead.")
    assert not fresh(article).live


def test_a_link_opens_the_editor_at_its_block(desk: Desk, new_page: Callable[..., Page]) -> None:
    article = desk.draft(body=[("paragraph", f"<p>Paragraph {number}</p>") for number in range(40)])
    block = latest(article).body[39].id
    page = signed_in(new_page, desk.author)
    # Where it scrolls to is what counts; a busy machine may stop the smooth scrolling itself.
    page.add_init_script(
        "const scroll = Element.prototype.scrollIntoView; window.scrolledTo = [];"
        "Element.prototype.scrollIntoView = function (...options) {"
        "  window.scrolledTo.push(this.dataset.contentpath); return scroll.apply(this, options); };"
    )
    page.goto(editor_url(article, f"body.{block}"))
    page.wait_for_function("block => window.scrolledTo.includes(block)", arg=block)
