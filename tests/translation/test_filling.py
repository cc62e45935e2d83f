"""Units that are written into a page."""

from __future__ import annotations

import pytest

from chorsu_articles.models import AnalysisPage
from chorsu_editorial.reading import all_leaves, units
from chorsu_translation.filling import fill_units
from tests.story.models import StoryLink, StoryPage

pytestmark = pytest.mark.django_db


def test_a_unit_is_replaced_where_it_stands_and_nothing_else():
    body = '<p data-block-key="a1">One <b>bold</b>.</p><h2 data-block-key="b2">Two</h2><ul><li>Three</li></ul>'
    page = AnalysisPage(title="Title", lead="First\n\nSecond & third", body=[("paragraph", body)])
    (path,) = {leaf.path for leaf in all_leaves(page) if leaf.path.startswith("body")}
    wanted = {("lead", 1): "Дуюм &amp; <b>сеюм</b>", (path, 0): "Як <b>ғафс</b>.", (path, 2): "Се", ("lead", 7): "x"}
    wanted[path, 1] = "<i>\u0338a</i>"  # would join the ">" before it
    assert fill_units(page, wanted) == {("lead", 1), (path, 0), (path, 1), (path, 2)}
    assert (page.title, page.lead) == ("Title", "First\n\nДуюм & сеюм")
    (block,) = page.body.get_prep_value()
    filled = '<p data-block-key="a1">Як <b>ғафс</b>.</p><h2 data-block-key="b2"><i>\u0338a</i></h2><ul><li>Се</li></ul>'
    assert block["value"] == filled
    assert (
        next(unit.html for leaf in all_leaves(page) for unit in units(leaf) if leaf.path == path) == "Як <b>ғафс</b>."
    )


def test_rows_are_counted_and_values_stay():
    page = StoryPage(title="Fluss", body=[{"type": "count", "id": "n1", "value": {"people": 12}}])
    page.links = [StoryLink(title="Eins", remark="<p>Ein <i>Wort</i>.</p>"), StoryLink(title="Zwei")]
    wanted = {("links.0.remark", 0): "Як.", ("links.1.title", 0): "Ду", ("body.n1.people", 0): "13", ("title", 0): "Об"}
    assert fill_units(page, wanted) == wanted.keys() - {("body.n1.people", 0)}
    rows = [(row.title, row.remark) for row in page.links.all()]
    assert (page.title, rows) == ("Об", [("Eins", "<p>Як.</p>"), ("Ду", "")])
    assert page.body[0].value["people"] == 12
