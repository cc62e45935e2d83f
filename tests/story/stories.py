"""Stories to test with."""

from __future__ import annotations

from typing import Any

from wagtail.models import Page

from tests.story.models import StoryLink, StoryPage, StoryVoice

BODY: list[dict[str, Any]] = [
    {
        "type": "paragraph",
        "id": "p1",
        "value": "<p>Der Fluss steigt seit dem frühen Abend, und die Leute trugen ihr Hab und Gut in "
        "die oberen Stockwerke. Niemand ging fort.</p><p>Am zweiten Tag kamen Helfer aus den Dörfern am oberen Lauf, "
        "mit Booten und mit Brot.</p><p>Niemand ging fort.</p>",
    },
    {"type": "heading", "id": "h1", "value": "Was geschah"},
    {"type": "quote", "id": "q1", "value": "Wir blieben wach."},
    {
        "type": "table",
        "id": "t1",
        "value": {
            "data": [["Ort", "Pegel"], ["Bruckdorf", "hoch"], ["Talheim", None]],
            "table_caption": "Die Pegel",
            "first_row_is_table_header": True,
            "table_header_choice": "row",
        },
    },
    {
        "type": "typed_table",
        "id": "t2",
        "value": {
            "caption": "Die Helfer",
            "columns": [
                {"type": "text", "heading": "Gruppe"},
                {"type": "rich", "heading": "Aufgabe"},
                {"type": "number", "heading": "Stunden"},
            ],
            "rows": [
                {"values": ["Feuerwehr", "<p>Pumpen und Sandsäcke</p>", 12.5]},
                {"values": ["Jugend", "<p>Essen</p>", None]},
            ],
        },
    },
    {
        "type": "fact",
        "id": "f1",
        "value": {
            "fact": "Drei Brücken sind gesperrt",
            "details": "<p>Seit gestern Abend.</p>",
            "address": "https://example.org/bruecken",
            "hidden": "Geheimer Hinweis",
        },
    },
    {
        "type": "count",
        "id": "n1",
        "value": {
            "people": 120,
            "metres": 4.5,
            "price": "12.50",
            "day": "2026-05-01",
            "hour": "10:30:00",
            "moment": "2026-05-01T10:30:00+02:00",
            "address": "https://example.org/zahlen",
            "mail": "zahlen@example.org",
            "rivers": ["elbe", "oder"],
            "look": "wide",
            "framed": False,
            "page": None,
            "picture": None,
            "document": None,
            "unread": 7,
        },
    },
    {
        "type": "list",
        "id": "l1",
        "value": [
            {"type": "item", "id": "l1a", "value": "Erster Punkt"},
            {"type": "item", "id": "l1b", "value": "Zweiter Punkt"},
        ],
    },
    {"type": "code", "id": "c1", "value": "<div class='x'>Eingebettetes Werk</div>"},
    {"type": "verse", "id": "v1", "value": "Wasser kommt und Wasser geht"},
    {
        "type": "letter",
        "id": "b1",
        "value": [{"type": "item", "id": "b1a", "value": "<p>Liebe <b>Mutter</b>!</p><p>Uns fehlt nichts.</p>"}],
    },
    {"type": "rating", "id": "r1", "value": 4},
]


def make_story(parent: Page, *, live: bool = True, **fields: Any) -> StoryPage:
    """Return a story with a text in each place that a story has; live unless told otherwise."""
    values: dict[str, Any] = {
        "title": "Hochwasser im Tal",
        "slug": "hochwasser",
        "kicker": "Reportage",
        "subtitle": "Eine lange Nacht",
        "teaser": "Was die Nacht brachte.",
        "note": "Noch einmal anrufen.",
        "draft_ideas": "Vielleicht ein Foto.",
        "mood": "calm",
        "origin": "https://example.org/quelle",
        "introduction": "<p>Es regnete seit Tagen.</p>",
        "seo_title": "Suchtitel",
        "search_description": "Beschreibung",
        "body": BODY,
        "locale": parent.locale,
    }
    story = StoryPage(**{**values, **fields, "live": False})
    story.links = [
        StoryLink(title="Karte der Pegel", remark="<p>Stündlich neu.</p>", sort_order=0),
        StoryLink(title="Spendenkonto", remark="", sort_order=1),
    ]
    story.voices = [StoryVoice(name="Frau Berg", words="So hoch war es nie.", sort_order=0, locale=parent.locale)]
    parent.add_child(instance=story)
    revision = story.save_revision()
    if live:
        revision.publish()
    return StoryPage.objects.get(pk=story.pk)
