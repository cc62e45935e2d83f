"""What lines of text state: their numbers, their names, what they quote. Compared, never understood."""

from __future__ import annotations

import unicodedata
from collections.abc import Container, Iterable, Iterator
from functools import cache

from django.utils import dates, translation

from chorsu_locales.selectors import get_language_row

_OPENING = "«“„‚‹「『"
_CLOSING = "»”“’›」』"
_MARKS = f"{_OPENING}{_CLOSING}\"'‘"
_AROUND = f"{_MARKS}.,;:!?…()[]{{}}،؛؟"
_ENDS = (".", "!", "?", "…", "؟", ":")
_TABLES = (dates.MONTHS, dates.MONTHS_ALT, dates.WEEKDAYS)


def small_words(texts: Iterable[str]) -> set[str]:
    """Return the words that are written in small letters."""
    return {word.strip(_AROUND) for text in texts for word in text.split() if word.islower()}


def numbers(texts: Iterable[str], language: str) -> list[tuple[str, str]]:
    """Return the numbers and the names in dates, each number with the word behind it; digits are one script's."""
    found: list[tuple[str, str]] = []
    months = _calendar(language)
    for text in texts:
        words = [_plain_digits(word.strip(_AROUND)) for word in text.split()]
        for number, word in enumerate(words):
            if any(letter.isnumeric() for letter in word):
                behind = words[number + 1].casefold() if number + 1 < len(words) else ""
                found.append((word, behind if behind[:1].isalpha() else ""))
            elif _is_of_calendar(word, months):
                found.append((word.casefold(), ""))
    return found


def _plain_digits(word: str) -> str:
    return "".join(str(unicodedata.decimal(letter, letter)) for letter in word)


@cache
def _calendar(language: str) -> frozenset[str]:
    """Return the names of months and weekdays in a language, as they are written there and in small letters."""
    row = get_language_row(language)
    own = (*row.dates.months, *row.dates.months_alone) if row.dates else ()
    with translation.override(language):
        names = [str(name) for table in _TABLES for name in table.values()]
    named = {name for name in (*own, *names) if name}
    # "may" in English is a word of its own.
    return frozenset(named | {name.casefold() for name in named if name.casefold() != "may"})


def _is_of_calendar(word: str, names: frozenset[str]) -> bool:
    """Return whether a word is a name of the calendar, or a longer one with an ending."""
    small = word.casefold()
    return word in names or small in names or any(small[:size] in names for size in range(5, len(small)))


def names(texts: Iterable[str], ordinary: Container[str]) -> list[str]:
    """Return the words with a capital letter, or of a script without capitals.

    The first word of a sentence is left out where ``ordinary``, words in small letters, has it too.
    """
    found: list[str] = []
    for text in texts:
        starts = True
        for token in text.split():
            word = token.strip(_AROUND)
            starts = starts or token[:1] in _OPENING
            first = next((letter for letter in word if letter.isalpha()), "")
            capitals = sum(letter.isupper() for letter in word)
            begins = starts and capitals == 1 and word.casefold() in ordinary
            if (first and unicodedata.category(first) == "Lo") or (capitals and not begins):
                found.append(word)
            if word:
                starts = token.rstrip(_MARKS + ")]").endswith(_ENDS)
    return found


def in_marks(text: str) -> Iterator[str]:
    """Yield what outer quotation marks hold; a mark that nobody closes holds the rest of the paragraph."""
    inside: list[str] = []
    depth = 0
    for number, letter in enumerate(text):
        before, behind = text[number - 1 : number], text[number + 1 : number + 2]
        straight = letter == '"'
        opens = (letter in _OPENING and not (letter == "“" and depth)) or (straight and not depth)
        if letter in "‘'" and not before.isalnum() and not depth:
            opens = True
        closes = depth and (letter in _CLOSING or straight or letter == "'")
        if letter in "’'" and (before.isalnum() and behind.isalnum()):
            closes = False
        if opens:
            depth += 1
        elif closes:
            depth -= 1
            if not depth:
                yield "".join(inside)
                inside = []
        elif depth:
            inside.append(letter)
    if depth:
        yield "".join(inside)
