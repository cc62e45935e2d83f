"""The fields of a document, their weights and the roles of leaves that fill them."""

from __future__ import annotations

from collections.abc import Mapping

# How much a word in this field counts, against a word in the body.
WEIGHTS: Mapping[str, float] = {
    "headline": 10.0,
    "lead": 4.0,
    "body": 1.0,
    "quotations": 1.0,
    "captions": 0.8,
    "people": 4.0,
    "places": 3.0,
    "topics": 3.0,
}
FIELDS = tuple(WEIGHTS)
# A word written exactly as it was asked for counts this much more.
EXACT_BOOST = 1.5

FIELD_OF_ROLE: Mapping[str, str] = {
    "headline": "headline",
    "lead": "lead",
    "heading": "body",
    "body": "body",
    "quotation": "quotations",
    "caption": "captions",
    "people": "people",
}

FACETS = ("section", "country", "topic", "person", "year")
