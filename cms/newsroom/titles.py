"""Titles of what ``setup_newsroom`` makes, in every language of the table."""

from __future__ import annotations

from django.utils import translation

from chorsu_articles.models import Publication, plural_of
from chorsu_locales.selectors import fallback_chain, get_language_row


def get_title(key: str, code: str) -> str:
    """Return a title in a language, or in the nearest of its fallbacks that has one, or in English."""
    rows = (get_language_row(candidate) for candidate in (*fallback_chain(code), "en"))
    return next(row.titles[key] for row in rows if key in row.titles)


def get_section_title(model: type[Publication], code: str) -> str:
    """Return the title of the section of a kind; of a kind that isn't ours, the kind's own name in the plural."""
    if model.kind in get_language_row("en").titles:
        return get_title(model.kind, code)
    with translation.override(code):
        return plural_of(model)
