"""Numbers as the items of lists have them before their text. The module needs no Django."""

from __future__ import annotations

from typing import Literal

# As CSS calls them, and those of Word's Russian lists.
NumeralStyle = Literal[
    "decimal", "lower-alpha", "upper-alpha", "lower-russian", "upper-russian", "lower-roman", "upper-roman"
]
# The Russian ones are those of ECMA-376, part 1, 17.18.59 (``russianLower``).
ALPHABETS = {"alpha": "abcdefghijklmnopqrstuvwxyz", "russian": "абвгдежзиклмнопрстуфхцчшщыэюя"}
ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
    (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
LARGEST_ROMAN = 3999


def numeral(number: int, style: NumeralStyle) -> str:
    """Return a number in a style; in decimal digits where the style can't write it."""
    case, _hyphen, letters = style.partition("-")
    written = ""
    if letters in ALPHABETS:
        written = _alphabetic(number, ALPHABETS[letters])
    elif letters == "roman" and number <= LARGEST_ROMAN:
        written = _roman(number)
    if not written:
        return str(number)
    return written.upper() if case == "upper" else written


def _alphabetic(number: int, alphabet: str) -> str:
    """Return "a" to "z", then "aa"; nothing below 1."""
    written = ""
    while number > 0:
        number, place = divmod(number - 1, len(alphabet))
        written = alphabet[place] + written
    return written


def _roman(number: int) -> str:
    """Return a numeral of at most ``LARGEST_ROMAN`` in lower case; nothing below 1."""
    written = ""
    for value, letters in ROMAN:
        while number >= value:
            number -= value
            written += letters
    return written
