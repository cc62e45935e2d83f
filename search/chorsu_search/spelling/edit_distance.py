"""How likely it is that a word was typed for another one, and how to find those that may have been meant.

One edit is a letter too many, too few, another one, or two neighbours swapped (optimal string alignment). Everything at
one edit is listed and looked up, as in Peter Norvig's "How to Write a Spelling Corrector". For two edits a word is cut
into three pieces, of which two edits leave one as it was, so that the pieces are looked up and what they find is
compared: Li, Deng, Wang, Feng, "Pass-Join: A Partition-based Method for Similarity Joins", PVLDB 5(3), 2011. (A swap
over the border of two pieces breaks both: with another edit in the third, such a word isn't found.)

A word in another script is found by its sound in Latin letters, the same for every way of transliterating it: "вода"
is written "voda"; "китобхона" is "kitobkhona", "kitobxona" or "kitobhona".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice, permutations, product

from chorsu_locales.selectors import get_language_row
from chorsu_locales.table import LANGUAGES
from chorsu_locales.table.keyboards import KEY_ROWS
from chorsu_locales.text import to_latin
from chorsu_search.analysis import get_analyser
from chorsu_search.models import LONGEST_WORD

LEAST_FOR_TWO = 8  # letters of a word from which two edits are allowed
LEAST_PIECED = LEAST_FOR_TWO - 1
LONGEST_PIECED = 40
MOST = 2


def edits(word: str, letters: Iterable[str]) -> set[str]:
    """Return every text at one edit from a word; linear in the length of the word times the letters."""
    letters = list(letters)
    found: set[str] = set()
    for place in range(len(word) + 1):
        before, after = word[:place], word[place:]
        found.update(before + letter + after for letter in letters)
        if after:
            found.add(before + after[1:])
            found.update(before + letter + after[1:] for letter in letters)
        if len(after) > 1:
            found.add(before + after[1] + after[0] + after[2:])
    found -= {word, ""}
    return found


def spelt_by_ear(word: str, code: str) -> set[str]:
    """Return the texts with one letter of a folded word of a language as another one of the same sound."""
    found: set[str] = set()
    for typed, meant in likeness(code).alike:
        for place, letter in enumerate(word):
            if letter == typed:
                found.add(word[:place] + meant + word[place + 1 :])
    return found


def _bounds(length: int) -> tuple[tuple[int, int], ...]:
    size, longer = divmod(length, MOST + 1)
    sizes = [size] * (MOST + 1 - longer) + [size + 1] * longer
    return tuple((sum(sizes[:number]), sizes[number]) for number in range(MOST + 1))


def pieces(word: str) -> tuple[str, ...]:
    """Return the three pieces of a word, each behind its length; empty ones for a short or a very long one."""
    if not LEAST_PIECED <= len(word) <= LONGEST_PIECED:
        return ("",) * (MOST + 1)
    return tuple(f"{len(word):02}{word[start : start + size]}" for start, size in _bounds(len(word)))


def pieces_within_two(word: str) -> tuple[set[str], ...]:
    """Return, for each of the three, which pieces a word at two edits may have: 19 in all at most."""
    found: tuple[set[str], ...] = tuple(set() for _piece in range(MOST + 1))
    shortest, longest = max(LEAST_PIECED, len(word) - MOST), min(LONGEST_PIECED, len(word) + MOST)
    for length in range(shortest, longest + 1):
        shift = len(word) - length
        for number, (start, size) in enumerate(_bounds(length)):
            # What stands left of a piece moves it, and so does what stands right of it: as Pass-Join selects.
            first = max(start - number, start + shift - (MOST - number), 0)
            last = min(start + number, start + shift + (MOST - number), len(word) - size)
            found[number].update(f"{length:02}{word[at : at + size]}" for at in range(first, last + 1))
    return found


def within(first: str, second: str, most: int = MOST) -> bool:
    """Return whether two words are at so many edits at most."""
    while first and second and first[0] == second[0]:
        place = next(
            (place for place, (one, other) in enumerate(zip(first, second, strict=False)) if one != other),
            min(len(first), len(second)),
        )
        first, second = first[place:], second[place:]
    if first == second:
        return True
    if most == 0 or abs(len(first) - len(second)) > most:
        return False
    return (
        within(first[1:], second[1:], most - 1)
        or within(first[1:], second, most - 1)
        or within(first, second[1:], most - 1)
        or (first[:2] == second[1::-1] and len(first) > 1 and within(first[2:], second[2:], most - 1))
    )


def may_be_within_two(letters: frozenset[str], word: str) -> bool:
    """Return whether a word has enough letters in common, which is faster than ``within``."""
    return len(letters.symmetric_difference(word)) <= 2 * MOST


def cost(typed: str, meant: str, likeness: Likeness) -> float:
    """Return how unlikely it is that ``meant`` was typed as ``typed``: about 1 for an edit, less for a likely one.

    Weighted optimal string alignment; both are folded, and not long.
    """
    swapped: list[float] = []
    above = [0.0]
    for column, letter in enumerate(meant):
        above.append(above[-1] + _missing(meant, column, letter))
    for row, letter in enumerate(typed):
        line = [above[0] + _extra(typed, row, letter, likeness)]
        for column, wanted in enumerate(meant):
            best = min(
                above[column] + likeness.change(letter, wanted),
                above[column + 1] + _extra(typed, row, letter, likeness),
                line[column] + _missing(meant, column, wanted),
            )
            if row and column and letter == meant[column - 1] and typed[row - 1] == wanted and letter != wanted:
                best = min(best, swapped[column - 1] + 0.7)
            line.append(best)
        swapped, above = above, line
    # Few people get the first letter wrong.
    return above[-1] + (0.3 if typed[:1] != meant[:1] else 0.0)


def _missing(meant: str, place: int, letter: str) -> float:
    return 0.5 if place and meant[place - 1] == letter else 0.9


def _extra(typed: str, place: int, letter: str, likeness: Likeness) -> float:
    neighbours = {typed[place - 1] if place else "", typed[place + 1 : place + 2]}
    if letter in neighbours:
        return 0.5
    return 0.8 if any((letter, other) in likeness.near for other in neighbours) else 1.0


# Each row of keys stands a little further right than the one above; keys nearer than this are neighbours.
_INDENTS = (0.0, 1.5, 1.75, 2.25)
_NEAR = 1.3
_BLOCK = 64  # code points in which a language without a row is taken to have its letters


@dataclass(frozen=True, slots=True)
class Likeness:
    near: frozenset[tuple[str, str]]
    alike: frozenset[tuple[str, str]]

    def change(self, typed: str, meant: str) -> float:
        if typed == meant:
            return 0.0
        if (typed, meant) in self.alike:
            return 0.5
        return 0.7 if (typed, meant) in self.near else 1.0


@cache
def likeness(code: str) -> Likeness:
    """Return which letters of a language, folded, are typed for one another."""
    row, plain = get_language_row(code), get_analyser(code).plain
    places = {
        letter: complex(_INDENTS[number] + at, number)
        for number, keys in enumerate(KEY_ROWS)
        for at, letter in enumerate(keys)
    }
    layouts = [places]
    for keyboard in row.keyboards:
        keys = zip(keyboard.first, keyboard.second, strict=True)
        layouts.append({meant: places[key] for key, meant in keys if key in places and meant.isalpha()})
    near = {
        (plain(first), plain(second))
        for layout in layouts
        for first, second in permutations(layout, 2)
        if abs(layout[first] - layout[second]) <= _NEAR
    }
    alike = {(plain(first), plain(second)) for group in row.sounds for first, second in permutations(group, 2)}
    # A letter that the analysis leaves out ("ъ") is missed by nobody.
    return Likeness(frozenset(near), frozenset(pair for pair in alike if all(pair)))


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


LATIN = frozenset("abcdefghijklmnopqrstuvwxyz")
# In order. What is written in several ways becomes one: "shch" and "sch", "kh", "x" and "h", "iy", "ij" and "y".
_SAME = (
    ("shch", "sh"), ("sch", "sh"), ("tch", "ch"), ("kh", "h"), ("gh", "g"), ("dzh", "j"), ("dj", "j"), ("zh", "j"),
    ("tz", "ts"), ("ph", "f"), ("w", "v"), ("q", "k"), ("x", "h"), ("y", "i"), ("io", "e"), ("ie", "e"), ("ng", "n"),
)  # fmt: skip
_DOUBLED = re.compile(r"(.)\1+")
# Letters of Latin alphabets whose sound their plain letter hides; before the marks go.
_MARKED = str.maketrans({"ş": "sh", "ç": "ch", "ğ": "g", "š": "sh", "č": "ch", "ž": "zh", "ı": "i", "ə": "a"})
# What a letter may stand for besides, where people type it.
_BESIDES = {"x": ("ks",), "j": ("i",), "c": ("ts", "k"), "w": ("sh",), "y": ("u",)}


def sound(word: str, code: str) -> str:
    """Return the sound of a word of a language in a-z and digits, or an empty text."""
    return _squeezed(to_latin(word.lower().translate(_MARKED), code))


def sounds_typed(word: str, code: str) -> list[str]:
    """Return the sounds that a typed word may mean; several where a Latin letter has several values."""
    plain = word.lower().translate(_MARKED)
    found = map(_squeezed, _readings(plain)) if plain.isascii() else (sound(word, code),)
    return list(dict.fromkeys(filter(None, found)))


def _readings(word: str) -> Iterator[str]:
    """Yield a Latin word as it is, and with other values of up to three ambiguous letters, 8 in all at most."""
    word = word.replace("ch", "\0")
    ambiguous = [letter for letter in _BESIDES if letter in word][:3]
    for chosen in islice(product(*((letter, *_BESIDES[letter]) for letter in ambiguous)), 8):
        reading = word
        for letter, value in zip(ambiguous, chosen, strict=True):
            reading = reading.replace(letter, value)
        yield reading.replace("\0", "ch")


def _squeezed(latin: str) -> str:
    plain = latin if latin.isalnum() else "".join(letter for letter in latin if letter.isalnum())
    for written, same in _SAME:
        plain = plain.replace(written, same)
    return _DOUBLED.sub(r"\1", plain)[:LONGEST_WORD]
