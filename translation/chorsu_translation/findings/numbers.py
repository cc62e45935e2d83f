"""Numbers and dates that a translation changes, loses or adds.

Digits of every script, separators and Roman numerals count as the number they mean; names of months, beside a number,
as the month. Numbers up to twelve are often written in words, so one is found only where another stands in its place.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache

from django.utils import dates, translation
from django.utils.formats import get_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chorsu_locales.selectors import get_language_row
from chorsu_translation.findings.running import Alignment, Found, Text, register_check

IN_WORDS = 12
HOURS, A_YEAR = 24, 1000
STEM, ENDING, LONGEST = 3, 4, 12  # letters of the name of a month
_NUMBER = re.compile(r"\d{1,3}(?:[ \u00a0\u2009\u202f]\d{3}){1,6}(?!\d)(?:[.,٫]\d+)?|\d+(?:[.,٫٬]\d+)*")
_ROMAN = re.compile(r"\b[IVX]{2,7}\b")
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10}
_HALF_DAY = re.compile(r"\d ?[ap]\.?m\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_TABLES = (dates.MONTHS, dates.MONTHS_ALT)
_NOTE = re.compile(r"\[\d{1,3}\]")
_NEAR = 12  # characters between a month and the number beside it


@register_check("numbers", gettext_lazy("Numbers and dates"))
def check_numbers(pages: Alignment) -> Found:
    """Find units whose numbers or months aren't those of their source."""
    for pair in pages.pairs:
        if pair.source and pair.target and (message := _difference(pair.source, pair.target)):
            yield pair, message


def _difference(source: Text, target: Text) -> str:
    here, there = ({Decimal(n) for n in numbers(side.text, side.language)} for side in (source, target))
    lost, added = _without_same(here - there, there - here, clock=_half_days(source) != _half_days(target))
    if not (lost and added):
        lost, added = ({number for number in side if number > IN_WORDS} for side in (lost, added))
    sides = [list(months_of(side.text, side.language)) for side in (source, target)]
    months = [{month for month, _dated in side} for side in sides]
    if not months[1]:
        months[0] = {month for month, dated in sides[0] if dated}
    said = [
        _("not in the translation: %(what)s") % {"what": _listed(lost)} if lost else "",
        _("not in the source: %(what)s") % {"what": _listed(added)} if added else "",
    ]
    if months[0] - months[1] and (not months[1] or months[1] - months[0]):
        said.append(_("the month isn't the same: %(what)s") % {"what": _month_names(months[0] - months[1], source)})
    return capfirst("; ".join(filter(None, said)))


def numbers(text: str, language: str) -> Iterator[str]:
    """Yield the numbers of a text, each as a plain decimal number."""
    plain = "".join(str(unicodedata.decimal(letter, letter)) for letter in text)
    for match in _NUMBER.finditer(plain):
        yield from _values(match[0], language)
    for match in _ROMAN.finditer(plain):
        yield str(_roman(match[0]))


def _values(written: str, language: str) -> Iterable[str]:
    """Return the number that digits with separators mean; several where it is a date, or a chapter."""
    written = re.sub(r"\s", "", written).replace("٬", "")
    marks = re.findall(r"[.,٫]", written)
    parts = re.split(r"[.,٫]", written)
    if not marks:
        return [str(int(written[:30]))]
    thousands = all(len(part) == 3 for part in parts[1:]) and parts[0] != "0"
    if len(marks) > 1:
        if len(set(marks)) == 1:
            return ["".join(parts)[:30]] if thousands else [str(int(part[:30])) for part in parts]
        whole = "".join(parts[:-1])
        return [_decimal(whole, parts[-1])]
    if thousands and marks[0] not in {"٫", _decimal_mark(language)}:
        return ["".join(parts)[:30]]
    return [_decimal(*parts)]


def _decimal(whole: str, fraction: str) -> str:
    fraction = fraction[:30].rstrip("0")
    return f"{int(whole[:30])}.{fraction}" if fraction else str(int(whole[:30]))


@cache
def _decimal_mark(language: str) -> str:
    return str(get_format("DECIMAL_SEPARATOR", language, use_l10n=True))


def _roman(written: str) -> int:
    values = [_ROMAN_VALUES[letter] for letter in written]
    return sum(
        -value if any(later > value for later in values[i + 1 : i + 2]) else value for i, value in enumerate(values)
    )


def _without_same(lost: set[Decimal], added: set[Decimal], *, clock: bool) -> tuple[set[Decimal], set[Decimal]]:
    """Leave out what both sides write in two ways: "1990s" and "90s"; with ``clock`` also "8 p.m." and "20"."""
    same: set[Decimal] = set()
    for side, other in ((lost, added), (added, lost)):
        for one in side:
            two = one % 100 if one >= A_YEAR else one - 12 if clock and one <= HOURS else None
            if two in other:
                same |= {one, two}
    return lost - same, added - same


def _half_days(side: Text) -> bool:
    return bool(_HALF_DAY.search(side.text))


def months_of(text: str, language: str) -> Iterator[tuple[int, bool]]:
    """Yield the months of a text, from 1 to 12, and whether a number stands beside each."""
    known = _months(language)
    text = _NOTE.sub("", text)
    for match in _WORD.finditer(text):
        word = match[0].casefold()
        stems = (word[:n] for n in range(min(len(word) - 1, LONGEST), max(STEM, len(word) - ENDING) - 1, -1))
        month = known.get(word) or next((known[stem] for stem in stems if stem in known), 0)
        if month and (language != "en" or match[0][0].isupper()):  # "may", "march"
            around = text[max(0, match.start() - _NEAR) : match.end() + _NEAR]
            yield month, any(letter.isdecimal() for letter in around)


@cache
def _months(language: str) -> dict[str, int]:
    """Return the names of months in small letters, and what the forms of each have in common, with their numbers."""
    row = get_language_row(language)
    found: dict[str, int] = {}
    for number in range(1, 13):
        with translation.override(language):
            forms = {str(table[number]).casefold() for table in _TABLES}
        if row.dates:
            own = {row.dates.months[number - 1], row.dates.months_alone[number - 1]}
            forms = {form.casefold() for form in own} | (forms if row.script != "Latn" or language == "en" else set())
        first, last = min(forms), max(forms)
        common = next((first[:n] for n in range(len(first), 0, -1) if last.startswith(first[:n])), "")
        found |= dict.fromkeys(forms, number)
        if len(common) >= STEM:
            found[common] = number
    return found


def _month_names(months: set[int], side: Text) -> str:
    row = get_language_row(side.language)
    with translation.override(side.language):
        return ", ".join(row.dates.months_alone[n - 1] if row.dates else str(dates.MONTHS[n]) for n in sorted(months))


def _listed(found: set[Decimal]) -> str:
    return ", ".join(f"{number:f}" for number in sorted(found)[:5])
