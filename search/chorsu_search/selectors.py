"""What readers are shown of a search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.http import HttpRequest

from chorsu_search.asking import ask_engines
from chorsu_search.engines.base import Results
from chorsu_search.facets import Filter, filters_of
from chorsu_search.forgiving.attempts import FEW, Ask, better_known, forgive
from chorsu_search.forgiving.corrections import correct
from chorsu_search.forgiving.variants import with_variants
from chorsu_search.queries import Query
from chorsu_search.shown import Found, Pages

DEEPEST = 10_000  # results beyond this are counted, not shown
SHOWN_ELSEWHERE = 3
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


@dataclass(frozen=True, slots=True)
class Answer:
    """What a search gave.

    ``degraded``: another engine than the first answered. ``available``: some engine did. ``corrected``: the results
    are for this text, since there are none for the one typed; ``did_you_mean``: a text that finds more. ``missing`` are
    typed words that no result shown holds. ``elsewhere``: what other languages have, where that was asked for.
    """

    total: int = 0
    found: Sequence[Found] = ()
    filters: Sequence[Filter] = ()
    degraded: bool = False
    available: bool = True
    corrected: str = ""
    did_you_mean: str = ""
    missing: Sequence[str] = ()
    elsewhere: Elsewhere = field(default_factory=Elsewhere)


def find(
    query: Query, *, request: HttpRequest | None = None, exact: bool = False, beside: Beside | None = None
) -> Answer:
    """Answer a reader's query with pages that this reader may see now, whatever the index still holds.

    Where nothing fits, the answer is for other readings of the words or for fewer words; ``exact`` keeps to the words
    as they were typed, and offers the other reading. ``beside`` asks for other languages too.
    """
    degraded = False

    def ask(question: Query) -> Results:
        nonlocal degraded
        answered = ask_engines(lambda engine: engine.search(question))
        if answered is None:
            raise _NoEngineError
        degraded = degraded or answered.degraded
        return answered.value

    try:
        answer = _answer(query, ask, request, beside, exact=exact)
    except _NoEngineError:
        return Answer(available=False)
    return replace(answer, degraded=degraded)


class _NoEngineError(Exception):
    """No engine answers."""


def _answer(query: Query, ask: Ask, request: HttpRequest | None, beside: Beside | None, *, exact: bool) -> Answer:
    asked = query if exact else with_variants(query)
    results = ask(asked)
    forgiven = forgive(query, ask) if not results.total else None
    if forgiven and not exact:
        asked, results = forgiven.query, forgiven.results
    others = ask_elsewhere(query, beside, results.total, exact=exact) if beside else AskedElsewhere(query)
    tell = forgiven.results.hits if forgiven else ()
    preferred = beside.preferred if beside else ""
    pages = Pages([*results.hits, *tell], request, also=others.results.hits, in_=preferred)
    found = pages.shown(results.hits, asked)
    total = max(results.total - (len(results.hits) - len(found)), 0)
    answer = Answer(
        total,
        found,
        filters_of(results, asked),
        elsewhere=elsewhere(others, found, total, preferred, pages) if beside else Elsewhere(),
    )
    # Words of pages that this reader may not see are not told.
    if forgiven and exact:
        may_tell = bool(pages.shown(forgiven.results.hits, forgiven.query))
        return replace(answer, did_you_mean=forgiven.corrected) if may_tell else answer
    if forgiven and found:
        return replace(answer, corrected=forgiven.corrected, missing=forgiven.missing)
    if 0 < results.total < FEW:
        return replace(answer, did_you_mean=better_known(query, results, ask))
    return answer


# --- the other languages ----------------------------------------------------------------------------------------


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
    return Elsewhere({code: count for code, count in counts.items() if count}, chosen[:SHOWN_ELSEWHERE])
