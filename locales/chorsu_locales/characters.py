"""Which characters a text may hold: docs/decisions/characters.md."""

from __future__ import annotations

import unicodedata

LOST = "\ufffd"
FORMULAS = ("=", "+", "-", "@", "\t", "\r")
LINE_BREAKS = frozenset("\v\f\x1c\x1d\x1e\x85\u2028\u2029")
# Embeddings, overrides and isolates turn round what stands behind them where they aren't closed; ALM, LRM and RLM stay,
# which touch their neighbours alone. With them what Unicode deprecated, marks of annotations, and the byte order mark.
_FORMATS = frozenset(
    map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x2070), *range(0xFFF9, 0xFFFC), 0xFEFF, 0xE0001))
)
# Blocks of pictographs: an emoji newer than this Python's table is unassigned to it.
_PICTOGRAPHS = range(0x1F000, 0x1FB00)


def permitted(text: str, lost: str = "") -> str:
    """Return the text with ``lost`` in the place of every character that no text needs; line breaks become spaces.

    Those are controls other than tab, line feed and carriage return, halves of surrogate pairs, what isn't assigned or
    is for private use, and formats that turn the direction of what follows.
    """
    if text.isprintable():
        return text
    return text.translate({ord(found): _instead(found, lost) for found in set(text) if not found.isprintable()})


def no_formula(text: str) -> str:
    """Return a cell of a CSV file so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(FORMULAS) else text


def _instead(character: str, lost: str) -> str:
    if character in "\t\n\r":
        return character
    if character in LINE_BREAKS:
        return " "
    category = unicodedata.category(character)
    if category == "Cn" and ord(character) in _PICTOGRAPHS:
        return character
    return lost if category in {"Cc", "Cs", "Co", "Cn"} or character in _FORMATS else character
