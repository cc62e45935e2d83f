"""A page type of another site in the editor for two: cells of tables and child rows stand at their fields."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from chorsu_editorial.reading import all_leaves, get_leaf, with_leaf
from chorsu_translation.models import UnitMark
from tests.browser.editing import eventually, section
from tests.browser.test_translating import cell, opened, save, started, texts
from tests.editorial.desk import latest
from tests.factories import make_user
from tests.story.models import StoryPage
from tests.story.stories import make_story

pytestmark = pytest.mark.usefixtures("newsroom")


def begun() -> tuple[StoryPage, StoryPage, Any]:
    user = make_user(superuser=True)
    source = make_story(section(code="ru"))
    return source, started(source, user), user


def test_cells_and_child_rows_stand_at_their_fields_and_are_copied_and_marked(new_page):
    _source, target, user = begun()
    before = texts(latest(target))
    for path in ("body.t1.rows.1.values.0", "body.t2.rows.0.values.0", "body.t2.columns.1.heading"):
        with_leaf(target, path, "Чизи дигар")
    rows = list(target.links.all())
    rows[0].title = "Чизи дигар"
    target.links = rows
    target.save_revision()
    page = opened(new_page, target, user)
    expect(page.locator(".chorsu-units__rest .chorsu-units__cell")).to_have_count(0)
    grid = cell(page, "body.t1.rows.1.values.0")
    grid.hover()
    grid.get_by_role("button", name="Copy the source into the translation").click()
    expect(page.locator(".handsontable tbody tr").nth(1).locator("td").first).to_have_text("Bruckdorf")
    for path in ("body.t2.rows.0.values.0", "body.t2.columns.1.heading", "links.0.title", "body.t1.caption"):
        cell(page, path).get_by_role("button", name="Copy the source into the translation").click()
    expect(page.locator("#id_links-0-title")).to_have_value("Karte der Pegel")
    marked = ("body.t1.rows.0.values.1", "links.1.title")
    first, second = (cell(page, path).get_by_role("button", name="Done") for path in marked)
    # The first answer, which draws all cells anew, comes while the second button is pressed.
    with page.expect_response("**/units/mark/") as answered:
        first.click()
        second.hover()
        page.mouse.down()
    answered.value.finished()
    page.evaluate("() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    page.mouse.up()
    for path in marked:
        eventually(lambda path=path: UnitMark.objects.filter(path=path).exists())
    save(page)
    assert [*texts(latest(target)).values()] == [*before.values()]


def test_a_removed_paragraph_is_taken_out_or_kept(new_page):
    source, target, user = begun()
    for leaf in list(all_leaves(target)):
        with_leaf(target, leaf.path, leaf.source.replace("Niemand ging fort", "Ҳеҷ кас нарафт").replace("Der", "Дарё"))
    with_leaf(target, "body.p1", "<p>Як.</p><p>Ду.</p><p>Се.</p>").save_revision()
    source = StoryPage.objects.get(pk=source.pk)
    first_paragraph = get_leaf(source, "body.p1").source.partition("</p>")[0]
    with_leaf(source, "body.p1", f"{first_paragraph}</p>").save_revision().publish()
    page = opened(new_page, target, user)
    gone = page.locator(".chorsu-units__cell", has=page.get_by_role("button", name="Keep it on purpose"))
    expect(gone).to_have_count(2)
    gone.first.get_by_role("button", name="Keep it on purpose").click()
    expect(gone.first).not_to_have_attribute("data-units-to-do", "")
    assert UnitMark.objects.get().kept
    gone.nth(1).get_by_role("button", name="Take it out of the translation").click()
    editor = page.locator('[data-contentpath="p1"] [contenteditable=true]')
    expect(editor.locator("[data-block]")).to_have_text(["Як.", "Ду."])
    save(page)
    assert texts(latest(target))["body.p1"] == "Як. Ду."
