"""How much of a query each of its words is: what decides among pages that hold only some of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import chain, product
from math import log

from chorsu_search.analysis import Analyser, get_analyser
from chorsu_search.models import PageWords
from chorsu_search.queries import WHOLE, Query
from chorsu_search.spelling.vocabulary import known_tokens, pages_with


def with_shares(query: Query) -> Query:
    """Return the query that finds pages with most of its words, too; the query itself where it has no other word.

    A word's share grows with its rarity, log(1 + pages / pages that hold it), the inverse document frequency of BM25.
    A word that no page holds has none. It makes two queries.
    """
    analysers = [get_analyser(code) for code in query.languages]
    words = [word for word in query.words if not all(each.is_function_word(word) for each in analysers)]
    if len(query.parsed.groups) < 2 or not words:
        return query
    texts = {word: (word, *(other.text for other in query.alternatives.get(word, ()))) for word in words}
    known = known_tokens(_all_tokens(chain.from_iterable(texts.values()), analysers), query.languages)
    every = PageWords.objects.filter(language__in=query.languages).count()
    rarities: dict[str, float] = {}
    for word, some in texts.items():
        pages = max(pages_with(text, query.languages, known) for text in some)
        if pages:
            rarities[word] = log(1 + every / pages)
    whole = sum(rarities.values())
    return replace(query, shares={word: max(1, round(WHOLE * each / whole)) for word, each in rarities.items()})


def _all_tokens(texts: Iterable[str], analysers: Iterable[Analyser]) -> set[str]:
    tokens: set[str] = set()
    for text, analyser in product(texts, analysers):
        tokens.update(analyser.tokens(text))
    return tokens
