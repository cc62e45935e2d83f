"""What a query may mean that finds nothing as it was typed: other words of the pages in the place of unknown ones."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from chorsu_search.analysis import get_analyser, other_layouts
from chorsu_search.analysis.analyser import written_word_pattern
from chorsu_search.forgiving.selectors import Known, known_tokens, words_meant
from chorsu_search.queries import Alternative, Query, clean

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


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Characters between spaces and quotation marks.

    ``words`` are its words with their places; ``layouts`` what the same keys give elsewhere, with where that stands:
    of the whole and, where signs are around it, of what they enclose, since "," is a letter on some layouts.
    """

    words: tuple[tuple[int, str], ...]
    layouts: tuple[tuple[int, int, str], ...]


def correct(text: str, languages: Sequence[str]) -> Correction:
    """Return other readings of the words of a text that no page in one of the languages holds.

    Exclusions stay as they are. Words within a phrase are read like others.
    """
    chunks = [_chunk(match, languages) for match in _CHUNK.finditer(text) if match.group() != "OR"]
    texts = {word for chunk in chunks for _start, word in chunk.words}
    alone = len(texts) == 1
    texts |= {reading for chunk in chunks for _start, _end, reading in chunk.layouts}
    tokens = {token for each in texts for code in languages for token in get_analyser(code).tokens(each)}
    known = known_tokens(tokens, languages)
    places: list[Place] = []
    unresolved: list[tuple[int, str]] = []
    pages = {word: _pages_with(word, languages, known) for chunk in chunks for _start, word in chunk.words}
    for chunk in chunks:
        unknown = [(start, word) for start, word in chunk.words if not pages[word]]
        if unknown or not chunk.words:
            if place := _on_other_layout(chunk, languages, known):
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
    return _Chunk(() if whole[0] in _MINUS else tuple(words), tuple(layouts))


def _on_other_layout(chunk: _Chunk, languages: Sequence[str], known: Known) -> Place | None:
    """Return what pages hold of a chunk's readings on other layouts: first of all its keys, then the commonest."""
    pages = {layout: _pages_with(layout[2], languages, known) for layout in chunk.layouts}
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
