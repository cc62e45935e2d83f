"""The sound of a word in Latin letters, the same for every way in which people transliterate it.

"вода" is written "voda"; "китобхона" is "kitobkhona", "kitobxona" or "kitobhona": all of those give one sound. So a
word of any script is found by its transliteration, and the other way round, without trying every letter that it may
stand for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

from chorsu_locales.text import to_latin
from chorsu_search.forgiving.models import LONGEST_WORD

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
_MOST_READINGS = 8


def sound(word: str, code: str) -> str:
    """Return the sound of a word of a language, in a-z and digits; empty where it has none."""
    return _squeezed(to_latin(word.lower().translate(_MARKED), code))


def sounds_typed(word: str, code: str) -> list[str]:
    """Return the sounds that a typed word may mean; several where a Latin letter has several values."""
    plain = word.lower().translate(_MARKED)
    if not plain.isascii():
        return [found] if (found := sound(word, code)) else []
    return list(dict.fromkeys(filter(None, map(_squeezed, _readings(plain)))))


def _readings(word: str) -> Iterator[str]:
    """Yield a Latin word as it is, and with other values of its ambiguous letters, few of them."""
    ambiguous = [letter for letter in _BESIDES if letter in word.replace("ch", "")][:3]
    values = [(letter, *_BESIDES[letter]) for letter in ambiguous]
    for number, chosen in enumerate(product(*values)):
        if number == _MOST_READINGS:
            return
        reading = word.replace("ch", "\0")
        for letter, value in zip(ambiguous, chosen, strict=True):
            reading = reading.replace(letter, value)
        yield reading.replace("\0", "ch")


def _squeezed(latin: str) -> str:
    plain = latin if latin.isalnum() else "".join(letter for letter in latin if letter.isalnum())
    for written, same in _SAME:
        plain = plain.replace(written, same)
    return _DOUBLED.sub(r"\1", plain)[:LONGEST_WORD]
