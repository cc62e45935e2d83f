"""Links, names, numbers and dates that a translation loses, adds or changes.

A site registers the names that it knows: ``register_names``. A name of the source must stand in the translation as the
vocabulary writes it; endings may differ. Digits of every script, separators and Roman numerals count as the number they
mean; names of months as the month. Numbers up to twelve are often written in words, so one is reported only where
another stands in its place.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from html import unescape
from urllib.parse import urlsplit

from django.utils import dates, translation
from django.utils.formats import get_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Page

from chorsu_locales.selectors import get_language_row
from chorsu_translation.findings.running import Alignment, Found, Text, register_check

_LINK = re.compile(r"<a\b([^<>]*)>")
_ATTRIBUTE = re.compile(r'\b([a-z]{1,20})="([^"]{0,2000})"')
_WRITTEN = re.compile(r"https?://[^\s<>«»“”\"]+|\bwww\.[^\s<>«»“”\"]+|[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]{1,64}")
_TAG = re.compile(r"<[^<>]*>")
_WORD = re.compile(r"[^\W_]+(?:[ʻʼ’'‘-][^\W_]+)*")
_APOSTROPHES = str.maketrans("ʻʼ’‘", "''''")
LOST, ENDING = 2, 4  # letters that an inflected word may lose, and have, at its end
LEAST_STEM, LONGEST = 3, 40
IN_WORDS = 12
HOURS, A_YEAR = 24, 1000
MONTH_STEM, MONTH_ENDING, LONGEST_MONTH = 3, 4, 12  # letters of the name of a month
_NUMBER = re.compile(r"\d{1,3}(?:[ \u00a0\u2009\u202f]\d{3}){1,6}(?!\d)(?:[.,٫]\d+)?|\d+(?:[.,٫٬]\d+)*")
_ROMAN = re.compile(r"\b[IVX]{2,7}\b")
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10}
_HALF_DAY = re.compile(r"\d ?[ap]\.?m\b", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W\d_]+")
_TABLES = (dates.MONTHS, dates.MONTHS_ALT)
_NOTE = re.compile(r"\[\d{1,3}\]")
_NEAR = 12  # characters between a month and the number beside it


@register_check("links", gettext_lazy("Links"))
def check_links(pages: Alignment) -> Found:
    """Find units whose links lead elsewhere; translations of a page, and editions of a site, count as one."""
    links = [
        (pair, _links(pair.source.html), _links(pair.target.html))
        for pair in pages.pairs
        if pair.source and pair.target
    ]
    ids = {key for _pair, *sides in links for side in sides for kind, key in side if kind == "page"}
    page_ids = [int(key) for key in ids if key.isascii() and key.isdigit() and len(key) < 10]
    rows = Page.objects.filter(pk__in=page_ids).values_list("pk", "translation_key") if page_ids else []
    keys = {str(pk): str(key) for pk, key in rows}
    for pair, source, target in links:
        theirs, ours = (Counter((kind, keys.get(key, key)) for kind, key in side) for side in (source, target))
        lost, added = theirs - ours, ours - theirs
        if lost and added:
            yield pair, _("A link leads elsewhere than in the source.")
        elif lost or added:
            yield pair, _("A link of the source is missing.") if lost else _("The source has no such link.")


def _links(html: str) -> list[tuple[str, str]]:
    """Return the kind of each link, and where it leads."""
    found = []
    for match in _LINK.finditer(html):
        attributes = dict(_ATTRIBUTE.findall(match[1]))
        kind = attributes.get("linktype", "")
        found.append(
            (kind, attributes.get("id", "")) if kind else ("", _site_and_path(unescape(attributes.get("href", ""))))
        )
    written = unescape(_TAG.sub(" ", html))
    return found + [("written", _site_and_path(address.rstrip(".,;:!?)"))) for address in _WRITTEN.findall(written)]


def _site_and_path(address: str) -> str:
    """Return the address without what differs between editions of a site: scheme, language, and with that the path."""
    try:
        parts = urlsplit(address if "://" in address else f"//{address}")
    except ValueError:
        return address
    labels = (parts.hostname or address).removeprefix("www.").split(".")
    if len(labels) > 2 and len(labels[0]) in {2, 3}:
        return ".".join(labels[1:])
    return ".".join(labels) + parts.path.rstrip("/")


@dataclass(frozen=True, slots=True)
class Name:
    """What one thing is called in two languages. ``proper``: a name with a capital letter, which is checked."""

    source: str
    target: str
    proper: bool = True


NamesFunction = Callable[[str, str], Iterable[Name]]
_sources: list[NamesFunction] = []


def register_names(function: NamesFunction) -> NamesFunction:
    """Register a function that is given two language codes, once per page, and returns a vocabulary's names."""
    if function not in _sources:
        _sources.append(function)
    return function


def known_names(source_code: str, target_code: str) -> list[Name]:
    return [name for function in _sources for name in function(source_code, target_code)]


class NameIndex:
    """Finds names in texts of the source's language, whatever their endings, by the stems of their first two words."""

    def __init__(self, names: Iterable[Name]) -> None:
        self._names: dict[str, dict[str, list[tuple[list[str], Name]]]] = defaultdict(lambda: defaultdict(list))
        for name in names:
            words = _words(name.source)
            if words and name.target:
                self._names[_stem(words[0])][_stem(words[1]) if words[1:] else ""].append((words, name))

    def find(self, text: str) -> Iterator[Name]:
        words = _words(text)
        seen: set[Name] = set()
        for at, word in enumerate(words):
            for parts, name in self._beginning(words[at : at + 2]):
                here = words[at : at + len(parts)]
                if name in seen or len(here) < len(parts) or not all(map(is_form, here, parts)):
                    continue
                if not name.proper or word[0] == word[0].upper():
                    seen.add(name)
                    yield name

    def _beginning(self, words: list[str]) -> Iterator[tuple[list[str], Name]]:
        for by_second in _with_prefix_of(self._names, words[0]):
            yield from by_second.get("", ())
            for names in _with_prefix_of(by_second, words[1]) if words[1:] else ():
                yield from names


def _with_prefix_of[T](by_prefix: Mapping[str, T], word: str) -> Iterator[T]:
    small = word.casefold()
    return (by_prefix[small[:size]] for size in range(1, min(len(small), LONGEST) + 1) if small[:size] in by_prefix)


@register_check("names", gettext_lazy("Names"))
def check_names(pages: Alignment) -> Found:
    index = NameIndex(name for name in known_names(pages.source_code, pages.target_code) if name.proper)
    for pair in pages.pairs:
        if pair.source is None or pair.target is None:
            continue
        found = list(index.find(pair.source.text))
        words = _by_start(pair.target.text) if found else {}
        missing = [name.target for name in found if not all(_is_there(part, words) for part in _words(name.target))]
        if missing:
            yield pair, _("The vocabulary writes: %(names)s") % {"names": ", ".join(dict.fromkeys(missing[:5]))}


def is_form(word: str, name: str) -> bool:
    """Return whether a word is a name with another ending: the stems agree, and the ends are short."""
    word, name = word.casefold(), name.casefold()
    stem = _stem(name)
    if word == name or not word.startswith(stem) or len(stem) < LEAST_STEM:
        return word == name
    shared = next((n for n, (one, two) in enumerate(zip(word, name, strict=False)) if one != two), None)
    return len(word) - (min(len(word), len(name)) if shared is None else shared) <= ENDING


def _stem(name: str) -> str:
    return name.casefold()[: max(LEAST_STEM, len(name) - LOST)][:LONGEST]


def _by_start(text: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for word in _words(text):
        found[word.casefold()[:LEAST_STEM]].add(word)
    return found


def _is_there(part: str, words: Mapping[str, set[str]]) -> bool:
    return any(is_form(word, part) for word in words.get(part.casefold()[:LEAST_STEM], ()))


def _words(text: str) -> list[str]:
    return _WORD.findall(text.translate(_APOSTROPHES))


@register_check("numbers", gettext_lazy("Numbers and dates"))
def check_numbers(pages: Alignment) -> Found:
    for pair in pages.pairs:
        if pair.source and pair.target and (message := _difference(pair.source, pair.target)):
            yield pair, message


def _difference(source: Text, target: Text) -> str:
    here, there = ({Decimal(n) for n in numbers(side.text, side.language)} for side in (source, target))
    has_half_days = [bool(_HALF_DAY.search(side.text)) for side in (source, target)]
    lost, added = _without_same(here - there, there - here, clock=has_half_days[0] != has_half_days[1])
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


def months_of(text: str, language: str) -> Iterator[tuple[int, bool]]:
    """Yield the months of a text, from 1 to 12, and whether a number stands beside each."""
    known = _months(language)
    text = _NOTE.sub("", text)
    for match in _LETTERS.finditer(text):
        word = match[0].casefold()
        stems = (
            word[:n]
            for n in range(min(len(word) - 1, LONGEST_MONTH), max(MONTH_STEM, len(word) - MONTH_ENDING) - 1, -1)
        )
        month = known.get(word) or next((known[stem] for stem in stems if stem in known), 0)
        if month and (language != "en" or match[0][0].isupper()):  # "may", "march"
            around = text[max(0, match.start() - _NEAR) : match.end() + _NEAR]
            yield month, any(letter.isdecimal() for letter in around)


@cache
def _months(language: str) -> dict[str, int]:
    """Return the lower-case names of months, and the common beginning of each month's forms, with their numbers."""
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
        if len(common) >= MONTH_STEM:
            found[common] = number
    return found


def _month_names(months: set[int], side: Text) -> str:
    row = get_language_row(side.language)
    with translation.override(side.language):
        return ", ".join(row.dates.months_alone[n - 1] if row.dates else str(dates.MONTHS[n]) for n in sorted(months))


def _listed(found: set[Decimal]) -> str:
    return ", ".join(f"{number:f}" for number in sorted(found)[:5])
