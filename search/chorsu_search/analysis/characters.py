"""Which characters are folded before a text is split into words."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache

from chorsu_locales.table import Analysis

APOSTROPHES = "'`´ʹʻʼʽ‘’‛′ʾʿꞋꞌ＇"
JOINER = "\u200c"
# Characters that a reader doesn't see: soft hyphen, zero-width and direction marks, Arabic tatweel, vowel signs and
# stress marks. Texts are in NFC, so a combining mark that is left belongs to no letter of its own.
_INVISIBLE = (
    "\u00ad\u0640\u0670\u200b\u200d\u200e\u200f\u2060\ufeff"
    + "".join(map(chr, (*range(0x0300, 0x0370), *range(0x064B, 0x0660))))
    + "".join(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
)
_DIGITS = {chr(start + digit): str(digit) for start in (0x0660, 0x06F0) for digit in range(10)}
# Python and Java lower these differently.
_CASES = {"İ": "i", "Σ": "σ", "ς": "σ"}
_LATIN_AND_GREEK = ((0x00C0, 0x0250), (0x0370, 0x0400), (0x1E00, 0x1F00), (0x1F00, 0x2000))
_UNDECOMPOSED = {
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "þ": "th", "ħ": "h", "ŋ": "ng",
}  # fmt: skip


def _with_capitals(folds: Mapping[str, str]) -> dict[str, str]:
    """Add the capital forms of each key; what is folded is lower-case text already."""
    return {form: value for key, value in folds.items() for form in {key, key.upper(), key.capitalize()}} | dict(folds)


@cache
def accents() -> Mapping[str, str]:
    """Return Latin and Greek letters with marks, and what they are without."""
    folds: dict[str, str] = {}
    for start, end in _LATIN_AND_GREEK:
        for character in map(chr, range(start, end)):
            if not unicodedata.category(character).startswith("L"):
                continue
            parts = unicodedata.normalize("NFKD", character)
            plain = "".join(part for part in parts if not unicodedata.combining(part)).lower()
            if plain != character.lower() and plain.isalpha():
                folds[character] = plain
    capitals = {key.upper(): value for key, value in _UNDECOMPOSED.items() if len(key.upper()) == 1}
    return folds | _UNDECOMPOSED | capitals | {"ẞ": "ss"}


def exact_map(analysis: Analysis) -> dict[str, str]:
    """Return the folds of the exact form: nothing but what a reader doesn't see or type."""
    inside = "" if analysis.apostrophes == "join" else " "
    return {
        **dict.fromkeys(_INVISIBLE, ""),
        JOINER: "" if analysis.joiner == "join" else " ",
        **dict.fromkeys(APOSTROPHES, inside),
        **_DIGITS,
        **_CASES,
    }


def fold_map(analysis: Analysis) -> dict[str, str]:
    """Return every fold of a language; its own come before the general ones."""
    return {**accents(), **exact_map(analysis), **_with_capitals(analysis.folds)}
