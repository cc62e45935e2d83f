"""The shape of a row in the table of languages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Script = Literal["Cyrl", "Latn", "Arab", ""]
Direction = Literal["ltr", "rtl"]


@dataclass(frozen=True, slots=True)
class Quotes:
    """Quotation marks: the outer pair and the pair used inside it."""

    opening: str
    closing: str
    inner_opening: str
    inner_closing: str


@dataclass(frozen=True, slots=True)
class Keyboard:
    """A slip between two keyboard layouts: what the keys gave, and what the reader meant to type.

    ``typed`` and ``meant`` have the same length; the character at a place of one stands for that of the other.
    """

    name: str
    typed: str
    meant: str

    def __post_init__(self) -> None:
        if len(self.typed) != len(self.meant):
            message = f"Keyboard {self.name!r}: {len(self.typed)} typed characters for {len(self.meant)} meant ones."
            raise ValueError(message)

    def correct(self, text: str) -> str:
        """Return what the reader meant; characters that the slip doesn't touch stay."""
        return text.lower().translate(str.maketrans(self.typed, self.meant))


@dataclass(frozen=True, slots=True)
class Apostrophes:
    """How a language writes its apostrophes, whatever key they were typed with.

    ``variants`` are all the characters that people type. After one of the letters ``turned_after`` the character
    is ``turned`` (a part of that letter), elsewhere inside a word ``plain``.
    """

    variants: str
    turned_after: str
    turned: str
    plain: str


@dataclass(frozen=True, slots=True)
class Transliteration:
    """Latin letters for slugs: ``rules`` are (pattern, replacement) in order, on lower-case text; then ``letters``.

    What neither names is left to the general rules of ``locales.text``.
    """

    letters: Mapping[str, str] = field(default_factory=dict, hash=False)
    rules: tuple[tuple[re.Pattern[str], str], ...] = ()


@dataclass(frozen=True, slots=True)
class DatePatterns:
    """How a language writes dates, as patterns for ``str.format``.

    Fields of a pattern: ``day``, ``month`` (the name as it stands in a date), ``month_alone`` (the name by itself),
    ``number`` (of the month), ``year``, and ``end_day``, ``end_month``, ``end_month_alone``, ``end_year`` in ranges.
    ``between`` joins two whole dates (``start``, ``end``); ``moment`` joins ``date`` and ``time``.
    ``digits`` are the language's ten digits, or empty for 0-9.
    """

    months: tuple[str, ...]
    months_alone: tuple[str, ...]
    long: str
    month: str
    day: str
    same_month: str
    same_year: str
    short: str = "{day:02}.{number:02}.{year}"
    between: str = "{start} – {end}"
    time: str = "{hour:02}:{minute:02}"
    moment: str = "{date}, {time}"
    digits: str = ""


@dataclass(frozen=True, slots=True)
class Language:
    """One language of the newsroom.

    code: BCP 47 code in lower case.
    fallbacks: the codes that names and interface strings fall back to, nearest first.
    alphabet: the lower-case letters of its writing, for fonts and tests.
    substitutes: for each letter that readers can't always type, what they type or paste instead, commonest first
        (the plain letter of a foreign keyboard, then look-alikes of old fonts).
    keyboards: layout slips of its readers.
    apostrophes: the rule for apostrophes, where they are letters.
    transliteration: into Latin for slugs; None means the general rules only.
    dates: own patterns; None means Django's formats for that language.
    fonts: names of the font subsets that its text needs.
    """

    code: str
    english_name: str
    name: str
    script: Script
    direction: Direction = "ltr"
    fallbacks: tuple[str, ...] = ()
    quotes: Quotes = Quotes("«", "»", "„", "“")
    alphabet: str = ""
    substitutes: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    keyboards: tuple[Keyboard, ...] = ()
    apostrophes: Apostrophes | None = None
    transliteration: Transliteration | None = None
    dates: DatePatterns | None = None
    fonts: tuple[str, ...] = ("latin",)
