"""Queries: lists of publications, values of filters, what an article shows."""

from __future__ import annotations

from chorsu_articles.selectors.article import load_renditions, prefetch_article, seen_by_all
from chorsu_articles.selectors.facets import Facets, FacetValue, section_facets
from chorsu_articles.selectors.front import Front, Part, front_of, midnight_before
from chorsu_articles.selectors.lists import (
    by_country,
    by_organisation,
    by_person,
    by_topic,
    cards_of,
    in_section,
    narrowed,
    newest_by_section,
    open_to_all,
    own_field_has,
    private_paths,
    private_paths_from,
    publications,
    published,
    section_publications,
    translated_by,
)
from chorsu_articles.selectors.related import latest_beside, related_to

__all__ = [
    "FacetValue",
    "Facets",
    "Front",
    "Part",
    "by_country",
    "by_organisation",
    "by_person",
    "by_topic",
    "cards_of",
    "front_of",
    "in_section",
    "latest_beside",
    "load_renditions",
    "midnight_before",
    "narrowed",
    "newest_by_section",
    "open_to_all",
    "own_field_has",
    "prefetch_article",
    "private_paths",
    "private_paths_from",
    "publications",
    "published",
    "related_to",
    "section_facets",
    "section_publications",
    "seen_by_all",
    "translated_by",
]
