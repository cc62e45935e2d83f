"""Which letters of a language are typed for one another: those of neighbouring keys, and those that sound alike."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import permutations

from chorsu_locales.selectors import get_language_row
from chorsu_locales.table import LANGUAGES
from chorsu_locales.table.keyboards import KEY_ROWS
from chorsu_search.analysis import get_analyser

# Each row of keys stands a little further right than the one above; keys nearer than this are neighbours.
_INDENTS = (0.0, 1.5, 1.75, 2.25)
_NEAR = 1.3
_BLOCK = 64  # code points in which a language without a row is taken to have its letters


@dataclass(frozen=True, slots=True)
class Likeness:
    """Pairs of letters, in both orders."""

    near: frozenset[tuple[str, str]]
    alike: frozenset[tuple[str, str]]

    def are_near(self, first: str, second: str) -> bool:
        """Return whether two letters are on neighbouring keys."""
        return (first, second) in self.near

    def change(self, typed: str, meant: str) -> float:
        """Return the cost of one letter in the place of another."""
        if typed == meant:
            return 0.0
        if (typed, meant) in self.alike:
            return 0.5
        return 0.7 if (typed, meant) in self.near else 1.0


@cache
def likeness(code: str) -> Likeness:
    """Return which letters of a language, folded, are typed for one another."""
    row, analyser = get_language_row(code), get_analyser(code)

    def fold(letter: str) -> str:
        return analyser.fold(letter).lower()

    places = {
        letter: complex(_INDENTS[number] + at, number)
        for number, keys in enumerate(KEY_ROWS)
        for at, letter in enumerate(keys)
    }
    layouts = [places]
    layouts += [
        {
            meant: places[key]
            for key, meant in zip(keyboard.first, keyboard.second, strict=True)
            if key in places and meant.isalpha()
        }
        for keyboard in row.keyboards
    ]
    near = {
        (fold(first), fold(second))
        for layout in layouts
        for first, second in permutations(layout, 2)
        if abs(layout[first] - layout[second]) <= _NEAR
    }
    # A letter that the analysis leaves out ("ъ") is missed by nobody.
    alike = {
        (fold(first), fold(second))
        for group in row.sounds
        for first, second in permutations(group, 2)
        if fold(first) and fold(second)
    }
    return Likeness(frozenset(near), frozenset(alike))


@cache
def letters(code: str) -> frozenset[str]:
    """Return the letters that a folded word of a language can have, as far as its row says."""
    analyser = get_analyser(code)
    return frozenset("".join(analyser.words(" ".join(get_language_row(code).alphabet))))


def letters_for(word: str, code: str) -> frozenset[str]:
    """Return the letters that may be missing in a word: the language's, or else those of its script."""
    found = letters(code)
    if found:
        return found
    known = frozenset[str]().union(*(letters(other) for other in LANGUAGES if letters(other) & set(word)))
    if known:
        return known | frozenset(filter(str.isalpha, word))
    starts = {ord(letter) // _BLOCK * _BLOCK for letter in word if letter.isalpha()}
    nearby = (chr(code_point) for start in starts for code_point in range(start, start + _BLOCK))
    return frozenset(letter for letter in nearby if letter.isalpha() and letter == letter.lower())
