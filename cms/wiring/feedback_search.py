"""Joins feedback and search: the same mistake on other pages is found by the index."""

from __future__ import annotations

from chorsu_feedback.elsewhere import MOST_PAGES
from chorsu_feedback.registry import register_finder
from chorsu_search.asking import ask_engines
from chorsu_search.queries import Query


def find(words: str, language: str) -> list[int] | None:
    """Return the pages with these words as a phrase; None where no engine answers."""
    phrase = words.replace('"', " ")
    query = Query(f'"{phrase}"', (language,), limit=MOST_PAGES, with_facets=False)
    answered = ask_engines(lambda engine: engine.search(query))
    return [hit.page_id for hit in answered.value.hits] if answered else None


register_finder(find)
