"""What readers are shown of a search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from django.http import HttpRequest

from chorsu_search.asking import ask_engines
from chorsu_search.elsewhere import AskedElsewhere, Beside, Elsewhere, ask_elsewhere, elsewhere
from chorsu_search.engines.base import Results
from chorsu_search.facets import Filter, filters_of
from chorsu_search.forgiving.attempts import FEW, Ask, better_known, forgive
from chorsu_search.forgiving.variants import with_variants
from chorsu_search.queries import Query
from chorsu_search.shown import Found, Pages

DEEPEST = 10_000  # results beyond this are counted, not shown


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
