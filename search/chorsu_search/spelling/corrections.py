"""What a query may mean that finds nothing as it was typed: other readings of its words, then fewer words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from chorsu_search.analysis import get_analyser, other_layouts, written_word_pattern
from chorsu_search.engines.base import Hit, Results
from chorsu_search.queries import Alternative, Query, clean
from chorsu_search.spelling.groups import with_variants
from chorsu_search.spelling.vocabulary import Known, known_tokens, words_meant

MOST_READINGS = 8  # of one place
# How much less likely than the best a reading may be. Where other words narrow the choice, it may be wide.
ALONE, TOGETHER = 0.35, 1.2
FARTHEST = 1.4  # what a reading of a word that pages hold may cost
# Keys that give letters on another layout are part of what was typed; quotation marks and the sign of OR aren't.
_CHUNK = re.compile(r"[^\s\"“”„‟＂«»‹›|]+")
_MINUS = frozenset("-−")
_AROUND = ".,:;!?()[]{}'-"


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of a query's text that no page holds, and what may have been meant, likeliest first."""

    start: int
    end: int
    readings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Correction:
    """A query's text with the places that may be read otherwise.

    ``unknown`` are words for which there is no reading; ``pages`` says how many pages hold each of the others.
    """

    text: str
    places: tuple[Place, ...] = ()
    unknown: tuple[str, ...] = ()
    pages: Mapping[str, int] = field(default_factory=dict)

    def reading(self, chosen: Sequence[str] | None = None) -> str:
        """Return the text with a reading in each place: the likeliest, or those given."""
        text = self.text
        readings = chosen or [place.readings[0] for place in self.places]
        for place, reading in reversed(list(zip(self.places, readings, strict=True))):
            text = text[: place.start] + reading + text[place.end :]
        return clean(text)

    def query(self, query: Query) -> Query:
        """Return the query with the likeliest readings, and the others as alternatives of these."""
        alternatives = dict(query.alternatives)
        for place in self.places:
            first, *others = place.readings
            weights = (0.9 - 0.1 * number for number in range(len(others)))
            alternatives[first.lower()] = tuple(
                Alternative(text, max(weight, 0.3)) for text, weight in zip(others, weights, strict=True)
            )
        return replace(query, text=self.reading(), alternatives=alternatives)


# Characters between spaces and quotation marks: words with their places, and what the same keys give elsewhere, with
# where that stands: of the whole and, where signs are around it, of what they enclose ("," is a letter somewhere).
_Chunk = tuple[tuple[tuple[int, str], ...], tuple[tuple[int, int, str], ...]]


def correct(text: str, languages: Sequence[str]) -> Correction:
    """Return other readings of the words of a text that no page in one of the languages holds.

    Exclusions stay as they are. Words within a phrase are read like others.
    """
    chunks = [_chunk(match, languages) for match in _CHUNK.finditer(text) if match.group() != "OR"]
    texts = {word for words, _layouts in chunks for _start, word in words}
    alone = len(texts) == 1
    texts |= {reading for _words, layouts in chunks for _start, _end, reading in layouts}
    tokens = {token for each in texts for code in languages for token in get_analyser(code).tokens(each)}
    known = known_tokens(tokens, languages)
    places: list[Place] = []
    unresolved: list[tuple[int, str]] = []
    pages = {word: _pages_with(word, languages, known) for words, _layouts in chunks for _start, word in words}
    for words, layouts in chunks:
        unknown = [(start, word) for start, word in words if not pages[word]]
        if unknown or not words:
            if place := _on_other_layout(layouts, languages, known):
                places.append(place)
            else:
                unresolved += unknown
    meant = words_meant([word.lower() for _start, word in unresolved], languages)
    unknown_words = []
    for start, word in unresolved:
        if found := meant.get(word.lower()):
            limit = found[0].cost + (ALONE if alone else TOGETHER)
            near = dict.fromkeys(each.written for each in found if each.cost <= limit)
            places.append(Place(start, start + len(word), tuple(near)[:MOST_READINGS]))
        else:
            unknown_words.append(word)
    return Correction(
        text,
        tuple(sorted(places, key=lambda place: place.start)),
        tuple(dict.fromkeys(unknown_words)),
        {word: number for word, number in pages.items() if number},
    )


def reread(correction: Correction, languages: Sequence[str], *, commoner: int = 0) -> Correction:
    """Return other readings of words that pages do hold: a slip may have made another word of one.

    ``commoner``: only readings that so many times as many pages hold, and that are the only sensible ones.
    """
    spans = [match for match in written_word_pattern().finditer(correction.text) if match.group() in correction.pages]
    meant = words_meant([match.group().lower() for match in spans], languages, most=1)
    places = []
    for match in spans:
        own = {code: get_analyser(code).tokens(match.group()) for code in languages}
        near = [
            each.written
            for each in meant.get(match.group().lower(), ())
            if each.cost <= FARTHEST and each.documents >= commoner * correction.pages[match.group()]
            if all(get_analyser(code).tokens(each.written) != own[code] for code in languages)
        ]
        if near:
            most = 1 if commoner else MOST_READINGS
            places.append(Place(match.start(), match.end(), tuple(dict.fromkeys(near))[:most]))
    return replace(correction, places=tuple(places))


def _chunk(match: re.Match[str], languages: Sequence[str]) -> _Chunk:
    whole, first = match.group(), match.start()
    words = ((first + word.start(), word.group()) for word in written_word_pattern().finditer(whole))
    layouts: dict[tuple[int, int, str], None] = {}
    for text in dict.fromkeys((whole, whole.strip(_AROUND))):
        start = first + whole.index(text)
        for reading in (reading for code in languages for reading in other_layouts(text, code)):
            if reading[0].isalpha():
                layouts[start, start + len(text), reading] = None
    return () if whole[0] in _MINUS else tuple(words), tuple(layouts)


def _on_other_layout(layouts: Sequence[tuple[int, int, str]], languages: Sequence[str], known: Known) -> Place | None:
    """Return what pages hold of a chunk's readings on other layouts: first of all its keys, then the commonest."""
    pages = {layout: _pages_with(layout[2], languages, known) for layout in layouts}
    found = [layout for layout, number in pages.items() if number]
    found.sort(key=lambda layout: (layout[0] - layout[1], -pages[layout]))
    if not found:
        return None
    start, end, _reading = found[0]
    return Place(start, end, tuple(reading for *where, reading in found if where == [start, end])[:MOST_READINGS])


def _pages_with(text: str, languages: Sequence[str], known: Known) -> int:
    """Return about how many pages hold all the words of a text, by its rarest; 0 where one is unknown."""
    most = 0
    for language in languages:
        tokens = get_analyser(language).tokens(text)
        most = max(most, min((known.get((language, token), 0) for token in tokens), default=1))
    return most


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
