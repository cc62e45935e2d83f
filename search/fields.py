"""The fields of a document, their weights and the roles of leaves that fill them."""

from __future__ import annotations

from collections.abc import Mapping

# How often a word in this field counts, against a word in the body. None counts less than once: Elasticsearch's
# combined_fields query refuses that.
WEIGHTS: Mapping[str, float] = {
    "headline": 10.0,
    "lead": 4.0,
    "body": 1.0,
    "quotations": 1.0,
    "captions": 1.0,
    "people": 4.0,
    "places": 3.0,
    "topics": 3.0,
}
FIELDS = tuple(WEIGHTS)
# A word that is written exactly as it was asked for is counted once more, by these.
EXACT_WEIGHTS: Mapping[str, float] = {name: WEIGHTS[name] if name == "headline" else 1.0 for name in WEIGHTS}

FIELD_OF_ROLE: Mapping[str, str] = {
    "headline": "headline",
    "lead": "lead",
    "heading": "body",
    "body": "body",
    "quotation": "quotations",
    "caption": "captions",
    "people": "people",
}

FACET_LENGTH = 100  # of a value
FACETS = ("section", "country", "topic", "person", "year")
