"""Bodies that nobody means to write: the page is shown, and the editor opens."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from wagtail.documents.models import Document

from chorsu_articles.models import AnalysisPage
from tests.factories import make_article, make_picture, make_section

pytestmark = pytest.mark.django_db

GONE = 987_654
TABLE = {"columns": [{"type": "text", "heading": ""}, {"type": "number", "heading": ""}], "caption": ""}
ODD: dict[str, list[tuple[str, Any]]] = {
    "empty blocks": [
        ("paragraph", ""),
        ("heading", {"text": "", "level": "h2"}),
        ("quotation", {"text": "", "who": "", "role": "", "language": ""}),
        ("facts", {"title": "", "items": []}),
        ("pull_quote", {"text": ""}),
        ("passage", {"text": "", "language": "tg"}),
        ("footnotes", {"notes": []}),
        ("related", {"pages": []}),
        ("gallery", {"pictures": []}),
        ("video", {"url": "", "caption": ""}),
        ("picture", {"picture": None, "caption": "", "alt": "", "size": "text"}),
        ("file", {"document": None, "title": ""}),
    ],
    "a table of nothing": [("table", {"columns": [], "rows": [], "caption": ""}), ("table", None)],
    "a table with empty cells": [("table", {**TABLE, "rows": [{"values": ["", None]}, {"values": ["a", "1.50"]}]})],
    "an embed of nobody's": [("video", {"url": "https://example.org/clip?x=<b>", "caption": ""})],
    "what is deleted": [
        ("picture", {"picture": GONE, "caption": "Caption", "alt": "", "size": "half"}),
        ("gallery", {"pictures": [{"picture": GONE, "caption": "", "alt": ""}]}),
        ("file", {"document": GONE, "title": "Programme"}),
        ("related", {"pages": [GONE]}),
    ],
    "notes that point nowhere": [
        ("paragraph", "<p>One[1], none[7], and [0].</p>"),
        ("footnotes", {"notes": ["<p>First</p>", "<p></p>"]}),
    ],
    "notes without a list": [("paragraph", "<p>One[1].</p>")],
}


@pytest.fixture
def page() -> AnalysisPage:
    return make_article(make_section(), title="Odd", body=[("paragraph", "<p>Text</p>")])


def give(page: AnalysisPage, blocks: list[tuple[str, Any]]) -> None:
    """Store blocks as a version of long ago might have left them."""
    page.body = [{"type": kind, "value": value} for kind, value in blocks]
    page.save_revision().publish()


@pytest.mark.parametrize("name", ODD)
def test_the_page_is_shown_and_the_editor_opens(admin, page, name):
    give(page, ODD[name])
    assert admin.get(page.url).status_code == 200
    assert admin.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200


def test_related_articles_that_are_withdrawn_deleted_or_the_page_itself(admin, page):
    hidden = make_article(page.get_parent().specific, title="Withdrawn")
    gone = make_article(page.get_parent().specific, title="Gone")
    seen = make_article(page.get_parent().specific, title="Seen")
    give(page, [("related", {"pages": [hidden.pk, gone.pk, seen.pk, page.pk]})])
    hidden.unpublish()
    gone.delete()
    html = admin.get(page.url).content.decode()
    assert "Withdrawn" not in html
    assert "Gone" not in html
    assert ">Seen<" in html
    assert admin.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200


def test_what_a_page_shows_is_deleted_afterwards(admin, page):
    picture, document = make_picture(), Document.objects.create(title="Programme", file="programme.pdf")
    give(
        page,
        [
            ("picture", {"picture": picture.pk, "caption": "Caption stays", "alt": "", "size": "text"}),
            ("file", {"document": document.pk, "title": ""}),
        ],
    )
    assert admin.get(page.url).status_code == 200
    # By hand, past what protects files in use.
    picture.renditions.all().delete()
    for file in (picture, document):
        type(file).objects.filter(pk=file.pk)._raw_delete("default")
    assert admin.get(page.url).status_code == 200
    assert admin.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200
