"""Joins feedback and search: the index finds the same mistake on other pages, the vocabulary tells a slip."""

from __future__ import annotations

from chorsu_feedback.elsewhere import MOST_PAGES
from chorsu_feedback.registry import register_finder, register_slips
from chorsu_search.analysis import get_analyser
from chorsu_search.engines import ask_engines
from chorsu_search.queries import Query
from chorsu_search.spelling.corrections import TEN_TIMES
from chorsu_search.spelling.vocabulary import known_tokens, words_meant


def find(words: str, language: str) -> list[int] | None:
    """Return the pages with these words as a phrase; None where no engine answers."""
    phrase = words.replace('"', " ")
    query = Query(f'"{phrase}"', (language,), limit=MOST_PAGES, with_facets=False)
    answered = ask_engines(lambda engine: engine.search(query))
    return [hit.page_id for hit in answered.value.hits] if answered else None


def is_slip(old: str, new: str, language: str) -> bool:
    """Return whether only the mended page, if any, has the old word, and search offers the new one, which many have."""
    known = known_tokens(get_analyser(language).tokens(old), (language,))
    meant = words_meant([old.lower()], (language,)).get(old.lower(), ())
    likely = {each.written.lower() for each in meant if each.documents >= TEN_TIMES}
    return max(known.values(), default=0) <= 1 and new.lower() in likely


register_finder(find)
register_slips(is_slip)
