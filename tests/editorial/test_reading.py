"""Leaves, their paths and units, on pages in memory: no database."""

from __future__ import annotations

from typing import Any

import pytest
from django.template import Context, Template

from chorsu_articles.models import AnalysisPage, EventReportPage, InfoPage
from chorsu_editorial.links import editor_url
from chorsu_editorial.markup import readable_text
from chorsu_editorial.reading import Leaf, get_leaf, public_leaves, units, with_leaf

BODY: list[dict[str, Any]] = [
    {"type": "paragraph", "id": "p1", "value": "<p>First  <b>one</b>.</p><p>Second&nbsp;one.</p>"},
    {"type": "heading", "id": "h1", "value": {"text": "The heading", "level": "h3"}},
    {
        "type": "quotation",
        "id": "q1",
        "value": {"text": "<p>Сухан</p>", "who": "A witness", "role": "Farmer", "language": "tg"},
    },
    {"type": "picture", "id": "i1", "value": {"picture": 999, "caption": "A dam", "alt": "", "size": "wide"}},
    {
        "type": "gallery",
        "id": "g1",
        "value": {
            "pictures": [{"type": "item", "id": "g1a", "value": {"picture": 998, "caption": "One", "alt": "Two"}}]
        },
    },
    {
        "type": "facts",
        "id": "f1",
        "value": {"title": "Facts", "items": [{"type": "item", "id": "f1a", "value": "<p>Fact</p>"}, "<p>Old</p>"]},
    },
    {
        "type": "table",
        "id": "t1",
        "value": {
            "caption": "Numbers",
            "columns": [{"type": "text", "heading": "Name"}, {"type": "number", "heading": "How many"}],
            "rows": [{"values": ["Bread", "4.5"]}, {"values": ["Salt", None]}],
        },
    },
    {"type": "related", "id": "r1", "value": {"pages": [{"type": "item", "id": "r1a", "value": 997}]}},
    {"type": "removed_long_ago", "id": "x1", "value": "Text of a block that is no more"},
]


def article(**values: Any) -> AnalysisPage:
    """Return an article in memory, with a block of nearly every kind."""
    return AnalysisPage(**{"content_type_id": 1, "title": "Headline", "lead": "Lead", "body": BODY, **values})


def test_every_leaf_in_reading_order_with_role_and_language():
    found = [(leaf.path, leaf.text, leaf.role, leaf.language) for leaf in public_leaves(article())]
    assert found == [
        ("title", "Headline", "headline", None),
        ("lead", "Lead", "lead", None),
        ("body.p1", "First one. Second one.", "body", None),
        ("body.h1.text", "The heading", "heading", None),
        ("body.q1.text", "Сухан", "quotation", "tg"),
        ("body.q1.who", "A witness", "people", None),
        ("body.q1.role", "Farmer", "caption", None),
        ("body.i1.caption", "A dam", "caption", None),
        ("body.g1.pictures.g1a.caption", "One", "caption", None),
        ("body.g1.pictures.g1a.alt", "Two", "caption", None),
        ("body.f1.title", "Facts", "heading", None),
        ("body.f1.items.f1a", "Fact", "body", None),
        ("body.f1.items.1", "Old", "body", None),
        ("body.t1.caption", "Numbers", "caption", None),
        ("body.t1.columns.0.heading", "Name", "heading", None),
        ("body.t1.columns.1.heading", "How many", "heading", None),
        ("body.t1.rows.0.values.0", "Bread", "body", None),
        ("body.t1.rows.1.values.0", "Salt", "body", None),
    ]


def test_leaves_are_the_same_once_the_blocks_were_used():
    page = article(body=[block for block in BODY if block["type"] in {"paragraph", "heading", "quotation"}])
    before = list(public_leaves(page))
    for block in page.body:
        assert block.value is not None
    assert list(public_leaves(page)) == before


def test_with_leaf_reaches_an_empty_leaf_and_one_that_has_been_used():
    page = article()
    assert page.body[1].value["text"] == "The heading"
    with_leaf(page, "body.h1.text", "Another")
    with_leaf(page, "body.i1.alt", "A dam from above")
    assert page.body[1].value["text"] == "Another"
    assert page.body[1].id == "h1"
    assert get_leaf(page, "body.i1.alt").text == "A dam from above"  # type: ignore[union-attr]
    assert BODY[1]["value"]["text"] == "The heading", "the data that the page was made of is not shared"


@pytest.mark.parametrize("path", ["", "body", "body.zz", "body.i1.picture", "body.h1.level", "owner", "body.t1.rows.0"])
def test_with_leaf_refuses_a_path_without_leaf(path):
    page = article()
    assert get_leaf(page, path) is None
    with pytest.raises(KeyError):
        with_leaf(page, path, "Text")


def test_page_types_name_their_fields_or_get_title_and_rich_texts(monkeypatch):
    report = EventReportPage(
        content_type_id=1,
        title="Report",
        city="Dushanbe",
        participants=[{"type": "participant", "id": "a", "value": {"name": "Someone"}}],
    )
    assert [(leaf.path, leaf.role) for leaf in public_leaves(report)] == [
        ("title", "headline"),
        ("city", "body"),
        ("participants.a.name", "people"),
    ]

    monkeypatch.setattr(InfoPage, "readable_fields", None)
    page = InfoPage(content_type_id=1, title="About", body="<p>Us</p>", search_description="Not for reading here")
    assert [leaf.path for leaf in public_leaves(page)] == ["title", "body"]


def test_text_is_in_nfc_with_white_space_folded():
    page = article(title="  Й\u200aи\n", body=[])
    assert next(public_leaves(page)).text == "Й и"


def test_units_are_paragraphs_headings_and_list_items():
    source = (
        "<h2>One</h2><p>Two <a href='/'>link</a><br/>line</p>"
        "<ul><li>Three<ol><li>Four</li></ol></li></ul>loose &amp; <hr/><p> </p>"
    )
    leaf = get_leaf(article(body=[{"type": "paragraph", "id": "p", "value": source}]), "body.p")
    assert leaf is not None
    assert [(unit.index, unit.text, unit.html, unit.role) for unit in units(leaf)] == [
        (0, "One", "One", "heading"),
        (1, "Two link line", 'Two <a href="/">link</a><br>line', "body"),
        (2, "Three", "Three", "body"),
        (3, "Four", "Four", "body"),
        (4, "loose &", "loose &amp;", "body"),
    ]
    assert leaf.text == "One Two link line Three Four loose &"


def test_units_of_plain_text_are_its_lines():
    leaf = get_leaf(article(lead="One <b>\r\n\r\n two"), "lead")
    assert leaf is not None
    assert [(unit.text, unit.html) for unit in units(leaf)] == [("One <b>", "One &lt;b&gt;"), ("two", "two")]


@pytest.mark.parametrize(
    "html", ["", "<", "<p", "</p>", "<p>a</p", "&#0;", "<!--", "<p>a<!-- b --></p>", "\x00", "<![x"]
)
def test_broken_html_is_read_as_far_as_it_goes(html):
    found = list(units(Leaf("body", "rich_text", html, html)))
    assert [readable_text(unit.html, rich=True) for unit in found] == [unit.text for unit in found]


def test_editor_url_opens_at_the_block():
    assert editor_url(article(pk=7), "").endswith("/pages/7/edit/")
    for path, block in (
        ("title", "title"),
        ("body.q1.text", "body.q1.text"),
        ("body.t1.rows.0.values.1", "body.t1"),
        ("body.t1.columns.1.heading", "body.t1"),
    ):
        assert editor_url(article(pk=7), path).endswith(f"/pages/7/edit/#:w:contentpath={block}")


def test_tags_write_the_paths_that_leaves_have():
    template = Template(
        "{% load chorsu_editorial_tags %}"
        "{% for block in page.body %}{% with path='body'|subpath:block %}"
        "{% if block.block_type == 'paragraph' %}<p {% content_path path %}>{% endif %}"
        "{% if block.block_type == 'quotation' %}<p {% content_path path 'text' %}>{% endif %}"
        "{% if block.block_type == 'facts' %}"
        "{% for item in block.value.items.bound_blocks %}<p {% content_path path 'items' item %}>"
        "<p {% content_path path|subpath:'items'|subpath:item %}>{% endfor %}{% endif %}"
        "{% if block.block_type == 'table' %}<p {% content_path path 'rows' 0 'values' 0 %}>{% endif %}"
        "{% endwith %}{% endfor %}<p {% content_path nothing 'text' %}>"
    )
    html = template.render(
        Context({"page": article(body=[b for b in BODY if b["type"] not in {"picture", "gallery", "related"}])})
    )
    assert html == (
        '<p data-content-path="body.p1"><p data-content-path="body.q1.text">'
        '<p data-content-path="body.f1.items.f1a"><p data-content-path="body.f1.items.f1a"><p ><p >'
        '<p data-content-path="body.t1.rows.0.values.0"><p >'
    )
