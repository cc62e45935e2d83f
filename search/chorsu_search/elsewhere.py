"""Results in the other languages of the site: how many in each, and the best of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from chorsu_search.asking import ask_engines
from chorsu_search.engines.base import Results
from chorsu_search.forgiving.corrections import correct
from chorsu_search.forgiving.variants import with_variants
from chorsu_search.queries import Query
from chorsu_search.shown import Found, Pages

SHOWN = 3
CANDIDATES = 15  # an article may be there in five languages


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """``languages`` are codes with the number of results in each; ``found`` are some of them, each article once."""

    languages: Mapping[str, int] = field(default_factory=dict)
    found: Sequence[Found] = ()


@dataclass(frozen=True, slots=True)
class Beside:
    """What to ask beside a query: in which languages, and in which one an article is shown that has it."""

    languages: Sequence[str]
    preferred: str


@dataclass(frozen=True, slots=True)
class AskedElsewhere:
    """A query in the other languages, and what an engine answered."""

    query: Query
    results: Results = field(default_factory=Results)


def ask_elsewhere(query: Query, beside: Beside, total: int, *, exact: bool) -> AskedElsewhere:
    """Ask the other languages: for numbers and, on the last page of the ``total`` results, for the best.

    Where nothing is found in any language, words that the reader's language doesn't know are read otherwise, but with
    ``exact``.
    """
    others = tuple(code for code in beside.languages if code not in query.languages)
    limit = CANDIDATES if total <= query.offset + query.limit else 0
    wide = replace(query, languages=others, offset=0, limit=limit, with_facets=False)
    if not others:
        return AskedElsewhere(wide)
    if not total and not exact:
        wide = with_variants(wide)
    answered = ask_engines(lambda engine: engine.search(wide))
    nothing = answered and not answered.value.total and not total
    if nothing and not exact and not _is_known(query):
        correction = correct(query.text, others)
        if correction.places and not correction.unknown:
            corrected = correction.query(wide)
            answered, wide = ask_engines(lambda engine: engine.search(corrected)), corrected
    return AskedElsewhere(wide, answered.value) if answered else AskedElsewhere(wide)


def _is_known(query: Query) -> bool:
    own = correct(query.text, query.languages)
    return not (own.places or own.unknown)


def elsewhere(asked: AskedElsewhere, own: Sequence[Found], total: int, preferred: str, pages: Pages) -> Elsewhere:
    """Return what is shown of the other languages: numbers, and the best results where they were asked for.

    An article that exists in the ``preferred`` language is shown in that, and not at all where it is among ``own``, the
    ``total`` results in that language, or may be on another page of them, or may hold a word that was excluded.
    """
    results = asked.results
    counts = results.languages or dict.fromkeys(asked.query.languages[:1], results.total)
    found = pages.shown(results.hits, asked.query)
    preferred_pages = pages.of_articles(preferred) if found else {}
    complete = total <= len(own) and not asked.query.parsed.excluded
    seen = {item.page.translation_key for item in own}
    chosen: list[Found] = []
    for item in found:
        key = item.page.translation_key
        page = preferred_pages.get(key)
        if key in seen or (page and not complete):
            continue
        seen.add(key)
        chosen.append((pages.as_found(page) if page else None) or item)
    return Elsewhere({code: count for code, count in counts.items() if count}, chosen[:SHOWN])
