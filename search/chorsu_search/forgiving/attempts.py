"""The ladder of questions after a query that found nothing: other readings of its words, then fewer words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from chorsu_search.analysis import get_analyser
from chorsu_search.engines.base import Hit, Results
from chorsu_search.forgiving.corrections import Correction, correct, reread
from chorsu_search.forgiving.variants import with_variants
from chorsu_search.queries import Query

FEW = 3  # results; with fewer, a commoner word that may have been meant is offered
TEN_TIMES = 10  # how much commoner it is
MOST_TRIES = 3  # of leaving one word out

Ask = Callable[[Query], Results]


@dataclass(frozen=True, slots=True)
class Forgiven:
    """What was found in the end, by which query; ``corrected`` is its text, ``missing`` the typed words left out."""

    query: Query
    results: Results
    corrected: str = ""
    missing: tuple[str, ...] = ()


def forgive(query: Query, ask: Ask) -> Forgiven | None:
    """Return the best answer to a query that finds nothing as it was typed; None where nothing helps."""
    correction = correct(query.text, query.languages)
    if not correction.unknown and correction.places and (found := _corrected(query, correction, ask)):
        return found
    if not correction.unknown and not correction.places:
        again = reread(correction, query.languages)
        if again.places and (found := _corrected(query, again, ask)):
            return found
    return _without_words(query, correction, ask)


def better_known(query: Query, results: Results, ask: Ask) -> str:
    """Return the text with a much commoner word in the place of one that hardly any page holds; empty without such."""
    correction = correct(query.text, query.languages)
    rare = {word: pages for word, pages in correction.pages.items() if pages <= FEW}
    again = reread(replace(correction, pages=rare), query.languages, commoner=TEN_TIMES)
    if not again.places:
        return ""
    text = again.reading()
    return text if ask(replace(query, text=text, offset=0, limit=0)).total > results.total else ""


def _corrected(query: Query, correction: Correction, ask: Ask, missing: tuple[str, ...] = ()) -> Forgiven | None:
    """Ask for every reading at once, and name the readings that the best result holds."""
    left_out = frozenset(word.lower() for word in missing)
    everything = replace(correction.query(query), left_out=left_out)
    results = ask(everything)
    if not results.total:
        return None
    best = results.hits if not query.offset else ask(replace(everything, offset=0, limit=1)).hits
    text = correction.reading(_held_readings(correction, best[0]) if best else None)
    named = with_variants(replace(query, text=text, left_out=left_out))
    if results.total > 1 and any(len(place.readings) > 1 for place in correction.places):
        results = ask(named)
    return Forgiven(named, results, corrected=text, missing=missing)


def _held_readings(correction: Correction, hit: Hit) -> list[str]:
    tokens = _tokens(hit)
    analyser = get_analyser(hit.language)
    return [
        next((reading for reading in place.readings if tokens.issuperset(analyser.tokens(reading))), place.readings[0])
        for place in correction.places
    ]


def _without_words(query: Query, correction: Correction, ask: Ask) -> Forgiven | None:
    """Leave words out: those that no page holds, then one more, then all but the rarest."""
    typed = {word.lower(): word for word in (*correction.pages, *correction.unknown)}
    words = correction.query(query).words if correction.places else query.words
    for left_out in _missing(words, correction):
        missing = tuple(typed.get(word, word) for word in left_out)
        if correction.places:
            if found := _corrected(query, correction, ask, missing):
                return found
            continue
        tried = with_variants(replace(query, left_out=frozenset(left_out)))
        results = ask(tried)
        if results.total:
            return Forgiven(tried, results, missing=_held_by_none(missing, results.hits))
    return None


def _missing(demanded: Sequence[str], correction: Correction) -> Iterator[tuple[str, ...]]:
    """Yield words to leave out, fewest first; the commonest first, since the rarest says most."""
    unknown = tuple(word for word in dict.fromkeys(word.lower() for word in correction.unknown) if word in demanded)
    known = [word for word in demanded if word not in unknown]
    if not known:
        return
    if unknown:
        yield unknown
    pages = {word.lower(): number for word, number in correction.pages.items()}
    known.sort(key=lambda word: -pages.get(word, 0))
    if len(known) > 1:
        for word in known[:MOST_TRIES]:
            yield (*unknown, word)
    if len(known) > 2:
        yield (*unknown, *known[:-1])


def _held_by_none(words: Sequence[str], hits: Sequence[Hit]) -> tuple[str, ...]:
    """Return the words that none of the hits holds."""
    held = [(get_analyser(hit.language), _tokens(hit)) for hit in hits]
    return tuple(
        word for word in words if not any(tokens.issuperset(analyser.tokens(word)) for analyser, tokens in held)
    )


def _tokens(hit: Hit) -> set[str]:
    analyser = get_analyser(hit.language)
    return {token for text in hit.texts.values() for token in analyser.tokens(text)}
