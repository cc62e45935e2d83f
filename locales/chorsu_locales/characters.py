"""Which characters a text may hold: docs/decisions/characters.md."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

LOST = "\ufffd"
FORMULAS = ("=", "+", "-", "@", "\t", "\r")
LINE_BREAKS = frozenset("\v\f\x1c\x1d\x1e\x85\u2028\u2029")
# Embeddings, overrides and isolates turn round what stands behind them where they aren't closed; ALM, LRM and RLM stay,
# which touch their neighbours alone. With them what Unicode deprecated, marks of annotations, and the byte order mark.
_FORMATS = frozenset(
    map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x2070), *range(0xFFF9, 0xFFFC), 0xFEFF, 0xE0001))
)
# Letters that nobody sees; behind a black flag they spell a region, such as England.
_TAGS = re.compile("(\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f)|[\U000e0020-\U000e007f]+")
_SELECTORS = re.compile("([\ufe00-\ufe0f\U000e0100-\U000e01ef])[\ufe00-\ufe0f\U000e0100-\U000e01ef]+")
_UNSEEN = frozenset({"Cc", "Cf", "Me", "Mn", "Zl", "Zp", "Zs"})
# Blocks of pictographs: an emoji newer than this Python's table is unassigned to it.
_PICTOGRAPHS = range(0x1F000, 0x1FB00)


def permitted(text: str, lost: str = "") -> str:
    """Return the text with ``lost`` in the place of every character that no text needs; line breaks become spaces.

    Those are controls other than tab, line feed and carriage return, halves of surrogate pairs, what isn't assigned or
    is for private use, formats that turn the direction of what follows, tags outside of flags, and each variation
    selector behind another one.
    """
    if not text.isprintable():
        text = text.translate({ord(found): _instead(found, lost) for found in set(text) if not found.isprintable()})
        text = _TAGS.sub(lambda found: found[1] or lost, text)
    return text if text.isascii() else _SELECTORS.sub(rf"\1{lost}", text)


def seen(text: str) -> Iterator[str]:
    """Yield what people see of a text, character by character in its plain form (NFKC): for checks, never to be stored.

    Not the whole text at once, since to fold many marks behind one letter takes time by the square of their number.
    """
    return (unicodedata.normalize("NFKC", each) for each in text if unicodedata.category(each) not in _UNSEEN)


def no_formula(text: str) -> str:
    """Return a cell of a CSV file so that no spreadsheet takes it for a formula, whatever stands before it unseen."""
    return f"'{text}" if text.startswith(FORMULAS) or next(seen(text), "").startswith(FORMULAS) else text


def _instead(character: str, lost: str) -> str:
    if character in "\t\n\r":
        return character
    if character in LINE_BREAKS:
        return " "
    category = unicodedata.category(character)
    if category == "Cn" and ord(character) in _PICTOGRAPHS:
        return character
    return lost if category in {"Cc", "Cs", "Co", "Cn"} or character in _FORMATS else character
