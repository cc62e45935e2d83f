"""Spelling correction of a query that finds nothing as it was typed: other words, then most of the words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise

from chorsu_locales.dates import calendar_words
from chorsu_locales.selectors import get_language_row
from chorsu_search.analysis import get_analyser, other_layouts, word_pattern, written_word_pattern
from chorsu_search.documents import SearchDocument
from chorsu_search.engines.base import Results
from chorsu_search.queries import Alternative, Clause, Query, clean
from chorsu_search.spelling.edit_distance import LEAST_FOR_TWO, MOST
from chorsu_search.spelling.groups import with_variants
from chorsu_search.spelling.shares import with_shares
from chorsu_search.spelling.vocabulary import (
    LONGEST,
    MOST_WORDS,
    SAME_SOUND,
    Known,
    Meant,
    known_tokens,
    pages_with,
    words_begun,
    words_meant,
)

MOST_CANDIDATES = 8  # for one stretch
# How much less likely than the best a candidate may be. Where other words narrow the choice, it may be much.
ALONE, TOGETHER = 0.35, 1.2
# Slips, by how likely they are by themselves: letters doubled or of one sound; neighbouring keys and letters swapped; a
# letter left out; any one letter, or two likely slips.
SURE, LIKELY, OMISSION, FARTHEST = 0.5, 0.7, 0.9, 1.4
# How unlikely a slip may be in a word that has so many letters more than a short one of its language.
BY_LETTERS = ((6, MOST + 1.0), (2, FARTHEST), (1, OMISSION), (0, SURE))
SEVERAL = 2  # pages that hold a word: so it is likelier to be meant, as if the typed one had a letter more
# Keys that give letters on another layout are part of what was typed; quotation marks and the sign of OR aren't.
_CHUNK = re.compile(r"[^\s\"“”„‟＂«»‹›|]+")
_MINUS = frozenset("-−")
_AROUND = ".,:;!?()[]{}'-"


@dataclass(frozen=True, slots=True)
class Replacement:
    """A stretch of a query's text, and the candidates that may have been meant, likeliest first.

    ``begun``: the stretch is the beginning of each, and all of them are meant.
    """

    start: int
    end: int
    candidates: tuple[str, ...]
    begun: bool = False


@dataclass(frozen=True, slots=True)
class Correction:
    """A query's text with the stretches that may be replaced.

    ``unknown`` are words without a candidate; ``pages`` says how many pages hold each of the other words.
    """

    text: str
    replacements: tuple[Replacement, ...] = ()
    unknown: tuple[str, ...] = ()
    pages: Mapping[str, int] = field(default_factory=dict)

    def corrected(self, chosen: Sequence[str] | None = None) -> str:
        """Return the text with a candidate in each stretch: the likeliest, or those given."""
        text = self.text
        chosen = chosen or [each.candidates[0] for each in self.replacements]
        for each, candidate in reversed(list(zip(self.replacements, chosen, strict=True))):
            text = text[: each.start] + candidate + text[each.end :]
        return clean(text)

    def query(self, query: Query) -> Query:
        """Return the query with the likeliest candidates, and the others as alternatives of these."""
        alternatives = dict(query.alternatives)
        for each in self.replacements:
            first, *others = each.candidates
            alternatives[first.lower()] = tuple(
                Alternative(text, max(0.9 - 0.1 * number, 0.3)) for number, text in enumerate(others)
            )
        return replace(query, text=self.corrected(), alternatives=alternatives)


# Characters between spaces and quotation marks: words with their places, and what the same keys give on other layouts,
# with the stretch: the whole and, where signs are around it, what they enclose ("," is a letter somewhere).
_Chunk = tuple[tuple[tuple[int, str], ...], tuple[tuple[int, int, str], ...]]


def correct(text: str, languages: Sequence[str]) -> Correction:
    """Return candidates for the words of a text that no page in one of the languages holds.

    Exclusions stay as they are. Words within a phrase are corrected like others.
    """
    chunks = [_chunk(match, languages) for match in _CHUNK.finditer(text) if match.group() != "OR"]
    texts = {word for words, _layouts in chunks for _start, word in words}
    alone = len(texts) == 1
    texts |= {reading for _words, layouts in chunks for _start, _end, reading in layouts}
    known = known_tokens({token for each in texts for code in languages for token in _tokens(each, code)}, languages)
    replacements: list[Replacement] = []
    unresolved: list[tuple[int, str]] = []
    pages = {word: pages_with(word, languages, known) for words, _layouts in chunks for _start, word in words}
    for words, layouts in chunks:
        unknown = [(start, word) for start, word in words if not pages[word]]
        if unknown or not words:
            if found := _on_other_layout(layouts, languages, known):
                replacements.append(found)
            else:
                unresolved += unknown
    unresolved_words = [word for _start, word in unresolved]
    company = 1 if replacements or any(pages.values()) else -1
    if alone:
        company = 0
    if len(languages) > 1:
        company = -1  # there are more words that may be a slip away by chance
    meant = _likely(unresolved_words, languages, company=company)
    begun = words_begun([word.lower() for word in unresolved_words], languages)
    for start, word in unresolved:
        if replacement := _replacement(start, word, meant[word], begun.get(word.lower(), ()), alone=alone):
            replacements.append(replacement)
    resolved = {replacement.start for replacement in replacements}
    unknown_words = [word for start, word in unresolved if start not in resolved]
    return Correction(
        text,
        tuple(sorted(replacements, key=lambda each: each.start)),
        tuple(dict.fromkeys(unknown_words)),
        {word: number for word, number in pages.items() if number},
    )


def _replacement(
    start: int, word: str, meant: Sequence[Meant], begun: Iterable[str], *, alone: bool
) -> Replacement | None:
    """Return what a word is replaced by: a likely slip's cause, before words that begin so, before any other's."""
    end = start + len(word)
    beginnings = tuple(begun)[:MOST_CANDIDATES]
    if beginnings and not (meant and meant[0].slip <= LIKELY):
        return Replacement(start, end, beginnings, begun=True)
    if not meant:
        return None
    limit = meant[0].cost + (ALONE if alone else TOGETHER)
    near = dict.fromkeys(candidate.written for candidate in meant if candidate.cost <= limit)
    return Replacement(start, end, tuple(near)[:MOST_CANDIDATES])


def _likely(words: Sequence[str], languages: Sequence[str], *, company: int) -> dict[str, list[Meant]]:
    """Return, by typed word, which words are likely to be meant, likeliest first; all words have a row.

    ``company``: 1 beside words that pages hold, -1 beside others alone, 0 beside none.
    """
    short = max(get_language_row(code).short_word for code in languages)
    possible = _possible(words, languages)
    return {
        word: [meant for meant in possible[word] if _is_likely(meant, len(word) - short, company)] for word in words
    }


def _is_likely(meant: Meant, letters: int, company: int) -> bool:
    """Return whether a slip is likely in a word that has so many letters more than a short one of its language.

    The shorter a word, the more others are a slip away by chance. What else speaks for the word that is meant counts
    as a letter more; none is too short to be written by its sound.
    """
    if letters > 0:
        letters += company
    if letters > 0 and company >= 0 and meant.documents >= SEVERAL:
        letters += 1
    farthest = next((slip for least, slip in BY_LETTERS if letters >= least), SAME_SOUND)
    return meant.slip <= farthest


def _possible(words: Sequence[str], languages: Sequence[str], *, most: int = MOST) -> dict[str, list[Meant]]:
    """Return, by typed word, which words may be meant, likeliest first; all words have a row.

    A word of the calendar or of the language's table means itself, and of a name only a likely slip makes a word that
    pages write small.
    """
    typed = [word for word in words if not any(_means_itself(word, code) for code in languages)]
    meant = words_meant([word.lower() for word in typed], languages, most=most)
    possible: dict[str, list[Meant]] = {word: [] for word in words}
    for word in typed:
        is_name = word[:1].isupper() and not word.isupper()
        farthest = FARTHEST if len(word) >= LEAST_FOR_TWO else LIKELY
        possible[word] = [
            candidate
            for candidate in meant.get(word.lower(), ())
            if candidate.slip <= farthest or not (is_name and candidate.written.islower())
        ]
    return possible


def _means_itself(word: str, language: str) -> bool:
    if get_analyser(language).knows(word):
        return True
    tokens = _tokens(word, language)
    return bool(tokens) and _calendar(language).issuperset(tokens)


@cache
def _calendar(language: str) -> frozenset[str]:
    return frozenset(_tokens(" ".join(calendar_words(language)), language))


LEAST_PART = 3  # letters of a part of a compound
JOINED_WEIGHT = 0.9  # two words as one: behind pages with both as they were typed


def with_compounds(query: Query, *, parted: bool = False) -> Query:
    """Return the query with two neighbouring words as one too, where pages hold that: "tea house" is "teahouse".

    ``parted``: one word as two instead, which have to stand next to one another. Returns the query itself where there
    is nothing to add.
    """
    ways: list[tuple[tuple[str, ...], str]] = []
    if parted:
        for word in query.words[:MOST_WORDS]:
            places = range(LEAST_PART, min(len(word), LONGEST) - LEAST_PART + 1)
            ways += [((word,), f"{word[:place]} {word[place:]}") for place in places]
    else:
        # What is a choice already, or a phrase, which has no word, has no neighbour.
        lone = [group[0] if len(group) == 1 else Clause("") for group in query.parsed.groups]
        for first, second in pairwise(lone):
            if min(len(first.word), len(second.word)) >= LEAST_PART:
                ways.append(((first.word, second.word), first.text + second.text))
        for clause in lone:
            if clause.word and len(parts := word_pattern().findall(clause.text)) > 1:  # with a joiner between them
                ways.append(((clause.word,), "".join(parts)))
    tokens = {token for _words, text in ways for code in query.languages for token in _tokens(text, code)}
    known = known_tokens(tokens, query.languages)
    found: dict[str, tuple[Alternative, ...]] = {}
    for words, text in ways:
        if pages_with(text, query.languages, known):
            other = Alternative(text) if parted else Alternative(text, JOINED_WEIGHT)
            found |= {word: (*found.get(word, query.alternatives.get(word, ())), other) for word in words}
    return replace(query, alternatives={**query.alternatives, **found}) if found else query


def correct_known(correction: Correction, languages: Sequence[str], *, commoner: int = 0) -> Correction:
    """Return candidates for words that pages do hold: a typing error may have made another word of one.

    The first is the word itself. ``commoner``: only the best other candidate, and only if so many times as many pages
    hold it.
    """
    spans = [match for match in written_word_pattern().finditer(correction.text) if match.group() in correction.pages]
    meant = _possible([match.group() for match in spans], languages, most=1)
    replacements = []
    for match in spans:
        word = match.group()
        near = [
            each.written
            for each in meant[word]
            if each.cost <= FARTHEST and each.documents >= commoner * correction.pages[word]
            if all(_tokens(each.written, code) != _tokens(word, code) for code in languages)
        ]
        if near:
            candidates = near[:1] if commoner else dict.fromkeys((word, *near))
            replacements.append(Replacement(*match.span(), tuple(candidates)[:MOST_CANDIDATES]))
    return replace(correction, replacements=tuple(replacements))


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


def _on_other_layout(
    layouts: Sequence[tuple[int, int, str]], languages: Sequence[str], known: Known
) -> Replacement | None:
    """Return what pages hold of a chunk on other layouts: the longest stretch, the commonest candidate first."""
    pages = {layout: pages_with(layout[2], languages, known) for layout in layouts}
    found = [layout for layout, number in pages.items() if number]
    found.sort(key=lambda layout: (layout[0] - layout[1], -pages[layout]))
    if not found:
        return None
    start, end, _reading = found[0]
    return Replacement(
        start, end, tuple(reading for *where, reading in found if where == [start, end])[:MOST_CANDIDATES]
    )


def _tokens(text: str, language: str) -> list[str]:
    return get_analyser(language).tokens(text)


FEW = 3  # results; with fewer, a commoner word that may have been meant is offered
TEN_TIMES = 10  # how much commoner it is

Ask = Callable[[Query], Results]


@dataclass(frozen=True, slots=True)
class CorrectedResults:
    """What was found in the end, by which query; ``corrected`` is its text where that isn't what was typed."""

    query: Query
    results: Results
    corrected: str = ""


def find_corrected(query: Query, ask: Ask) -> CorrectedResults | None:
    """Return the best results for a query that finds nothing as it was typed; None where nothing helps."""
    correction = correct(query.text, query.languages)
    if not correction.unknown:
        tried = correction if correction.replacements else correct_known(correction, query.languages)
        found = _corrected(query, tried, ask) if tried.replacements else None
        # Where all words are known, another one for each of them is another question.
        if found and (tried is correction or len(query.words) < 2 or set(found.query.words) & set(query.words)):
            return found
    return _most_words(query, correction, ask)


def commoner_text(query: Query, results: Results, ask: Ask) -> str:
    """Return the text with a much commoner word in the place of one that hardly any page holds; empty without such."""
    correction = correct(query.text, query.languages)
    rare = {word: pages for word, pages in correction.pages.items() if pages <= FEW}
    again = correct_known(replace(correction, pages=rare), query.languages, commoner=TEN_TIMES)
    if not again.replacements:
        return ""
    text = again.corrected()
    return text if ask(replace(query, text=text, offset=0, limit=0)).total > results.total else ""


def _corrected(query: Query, correction: Correction, ask: Ask, *, partial: bool = False) -> CorrectedResults | None:
    """Ask for all candidates at once, then name those that the best result holds; ``partial``: of most words."""
    everything = correction.query(query)
    if partial:
        everything = with_shares(everything)
    results = ask(everything)
    if not results.total:
        return None
    best = results.hits if not query.offset else ask(replace(everything, offset=0, limit=1)).hits
    chosen = [each.candidates[0] for each in correction.replacements]
    if best:
        chosen = [
            first if each.begun else next(_held(each.candidates, best[:1]), first)
            for each, first in zip(correction.replacements, chosen, strict=True)
        ]
    text = correction.corrected(chosen)
    begun = {
        each.candidates[0].lower(): tuple(Alternative(other, 1.0) for other in each.candidates[1:])
        for each in correction.replacements
        if each.begun
    }
    named = with_variants(replace(query, text=text, alternatives={**query.alternatives, **begun}))
    if partial:
        named = with_shares(named)
    if results.total > 1 and any(len(each.candidates) > 1 for each in correction.replacements):
        results = ask(named)
    return CorrectedResults(named, results, corrected=text)


def _most_words(query: Query, correction: Correction, ask: Ask) -> CorrectedResults | None:
    """Return the pages that hold most of a query, corrected where some words can be."""
    beside = _beside_the_rest(query, correction, ask)
    if beside.replacements:
        return _corrected(query, beside, ask, partial=True)
    asked = with_shares(with_variants(query))
    results = ask(asked) if asked.shares else Results()
    return CorrectedResults(asked, results) if results.total else None


def _beside_the_rest(query: Query, correction: Correction, ask: Ask) -> Correction:
    """Return the correction with what a page holds beside a word as it was typed; all of it where none is known.

    It asks once for each replacement.
    """
    analysers = [get_analyser(code) for code in query.languages]
    typed = [word for word in correction.pages if not any(each.is_function_word(word) for each in analysers)]
    if not typed:
        return correction
    any_typed = " OR ".join(typed)
    beside = []
    for replacement in correction.replacements:
        text = f"{any_typed} {replacement.candidates[0]}"
        last = replace(replacement, start=len(any_typed) + 1, end=len(text))
        both = Correction(text, (last,)).query(query)
        if ask(replace(both, offset=0, limit=0)).total:
            beside.append(replacement)
    return replace(correction, replacements=tuple(beside))


def _held(words: Iterable[str], hits: Iterable[SearchDocument]) -> Iterator[str]:
    """Yield the words that one of the hits holds."""
    held = [
        (hit.language, {token for text in hit.texts.values() for token in _tokens(text, hit.language)}) for hit in hits
    ]
    for word in words:
        if any(tokens.issuperset(_tokens(word, language)) for language, tokens in held):
            yield word
