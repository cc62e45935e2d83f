"""The fields of a document, their weights, the roles of leaves that fill them, and the filters."""

# catalogue: reader
from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

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
# What readers may filter by, in the order of the form: the label, and what stands for no filter.
FACETS: Mapping[str, tuple[Promise, Promise]] = {
    "section": (pgettext_lazy("part of the site", "Section"), pgettext_lazy("search filter", "All sections")),
    "country": (_("Country"), _("All countries")),
    "topic": (_("Topic"), _("All topics")),
    "person": (pgettext_lazy("search filter", "Person"), pgettext_lazy("search filter", "All people")),
    "year": (_("Year"), _("All years")),
}
