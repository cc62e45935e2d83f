"""Links, names, numbers and dates that a translation loses, adds or changes.

A site registers the names that it knows: ``register_names``. A name of the source must stand in the translation as the
vocabulary writes it, and a term as the glossary does; endings may differ. Which words are forms of one another, the
site's analysis says (``stated_facts.register_vocabulary``). Digits of every script, separators and Roman numerals count
as the number they mean; names of months as the month. Numbers up to twelve are often written in words, so one is
reported only where another stands in its place.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from django.utils import dates, translation
from django.utils.formats import get_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Page

from chorsu_editorial.alignment import common_edges
from chorsu_editorial.name_index import NameIndex, has_capital, words_of
from chorsu_editorial.stated_facts import cases_of, function_words, judge, token_of
from chorsu_locales.dates import find_months
from chorsu_locales.selectors import get_language_row
from chorsu_translation.findings.running import Alignment, Found, Text, register_check

_LINK = re.compile(r"<a\b([^<>]*)>")
_ATTRIBUTE = re.compile(r'\b([a-z]{1,20})="([^"]{0,2000})"')
_WRITTEN = re.compile(r"https?://[^\s<>«»“”\"]+|\bwww\.[^\s<>«»“”\"]+|[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]{1,64}")
_TAG = re.compile(r"<[^<>]*>")
# Letters that an inflected word may lose at its end and have there; behind a whole name endings may follow one another.
LOST, ENDING, ENDINGS = 2, 4, 8
LEAST_STEM = 3
IN_WORDS = 12
HOURS, A_YEAR = 24, 1000
_NUMBER = re.compile(r"\d{1,3}(?:[ \u00a0\u2009\u202f]\d{3}){1,6}(?!\d)(?:[.,٫]\d+)?|\d+(?:[.,٫٬]\d+)*")
_ROMAN = re.compile(r"\b[IVX]{2,7}\b")
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10}
_HALF_DAY = re.compile(r"\d ?[ap]\.?m\b", re.IGNORECASE)
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
    """What one thing is called in two languages. ``proper``: with a capital; ``term``: of the glossary, if it is."""

    source: str
    target: str
    proper: bool = True
    term: Any = None


NamesFunction = Callable[[str, str], Iterable[Name]]
_sources: list[NamesFunction] = []


def register_names(function: NamesFunction) -> NamesFunction:
    """Register a function that is given two language codes, once per page, and returns a vocabulary's names."""
    if function not in _sources:
        _sources.append(function)
    return function


def known_names(source_code: str, target_code: str) -> list[Name]:
    return [name for function in _sources for name in function(source_code, target_code) if name.target]


def name_index(names: Iterable[Name], language: str) -> NameIndex[Name]:
    """Return what finds names in texts of the source's language; proper ones have their capitals there."""
    index = NameIndex[Name](language)
    for name in names:
        index.add(name.source, name, *([has_capital] if name.proper else []))
    return index


def named_in(text: str, index: NameIndex[Name]) -> Iterator[tuple[str, list[Name]]]:
    """Yield what is named in a text as it is written there; where the glossary has it, its terms alone."""
    for written, names in index.longest(text):
        yield written, [name for name in names if name.term] or names


@register_check("names", gettext_lazy("Names and terms"))
def check_names(pages: Alignment) -> Found:
    language = pages.source_code
    index = name_index([n for n in known_names(language, pages.target_code) if n.proper or n.term], language)
    pairs = [(pair.source, pair.target, pair) for pair in pages.pairs if pair.source and pair.target]
    found = [{tuple(words_of(said)): names for said, names in named_in(source.text, index)} for source, *_ in pairs]
    inside = [cases_of([source.text]).inside if found[at] else frozenset() for at, (source, *_) in enumerate(pairs)]
    firsts = {
        words[0].casefold()
        for places, own in zip(found, inside, strict=True)
        for words in places
        if _only_begins(words, own)
    }
    small = cases_of(source.text for source, _target, _pair in pairs).small
    ordinary = {*small, *judge(firsts, language).small, *function_words(language)} if firsts else set()
    for places, own, (_source, target, pair) in zip(found, inside, pairs, strict=True):
        there = words_by_start(target.text) if places else {}
        missing = [
            names[0].target
            for words, names in places.items()
            if names[0].term or not (_only_begins(words, own) and _is_none(words[0].casefold(), names, ordinary))
            if not any(has_words(name.target, there, target.language) for name in names)
        ]
        if missing:
            text = _("By the glossary or the vocabularies: %(names)s")
            yield pair, text % {"names": ", ".join(dict.fromkeys(missing[:5]))}
        if wrong := [*_wrong((name for names in places.values() for name in names if name.term), target)]:
            yield pair, _("Wrong by the glossary: %(words)s") % {"words": ", ".join(dict.fromkeys(wrong[:5]))}


def _wrong(terms: Iterable[Name], target: Text) -> Iterator[str]:
    """Yield wrong translations of terms that stand in a text as they are written, outside forms of right ones."""
    for name in terms:
        words, right = words_of(target.text), words_of(name.target)
        wrong = {_spaced(words_of(wording)): wording for wording in name.term.forbidden.splitlines()}
        for at in range(len(words) - len(right) + 1) if any(each in _spaced(words) for each in wrong) else ():
            forms = map(is_form, words[at : at + len(right)], right, [target.language] * len(right))
            if all(forms) and _spaced(words[at : at + len(right)]) not in wrong:
                words[at : at + len(right)] = "/" * len(right)
        yield from (wording for each, wording in wrong.items() if each in _spaced(words))


def _spaced(words: Iterable[str]) -> str:
    return f" {' '.join(words)} ".casefold()


def _only_begins(words: Sequence[str], inside: Container[str]) -> bool:
    """Return whether the one capital may be that of a sentence's first word."""
    return words[0].casefold() not in inside and not any(word[0].isupper() for word in words[1:])


def _is_none(first: str, names: Sequence[Name], ordinary: Container[str]) -> bool:
    """Return whether a sentence's first word is small elsewhere, or doesn't begin with a whole name."""
    return first in ordinary or not first.startswith(tuple(words_of(name.source)[0].casefold() for name in names))


def is_form(word: str, name: str, language: str) -> bool:
    """Return whether a word is a form of a name: by the site's vocabulary, or by a short ending.

    No analysis knows every ending of every name, and a wrong ending that passes disturbs less than a right one that
    doesn't.
    """
    if token_of(word, language) == token_of(name, language):
        return True
    shared, _end = common_edges(word.casefold(), name.casefold())
    longest = ENDINGS if shared == len(name) else ENDING
    return shared >= max(LEAST_STEM, len(name) - LOST) and len(word) - shared <= longest


def words_by_start(text: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for word in words_of(text):
        found[word.casefold()[:LEAST_STEM]].add(word)
    return found


def has_words(name: str, words: Mapping[str, set[str]], language: str) -> bool:
    """Return whether all words of a name are among the ``words_by_start`` of a text, in any form."""
    begun = ((part, words.get(part.casefold()[:LEAST_STEM], ())) for part in words_of(name))
    return all(any(is_form(word, part, language) for word in found) for part, found in begun)


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
    if thousands and marks[0] not in {"٫", decimal_mark(language)}:
        return ["".join(parts)[:30]]
    return [_decimal(*parts)]


def _decimal(whole: str, fraction: str) -> str:
    fraction = fraction[:30].rstrip("0")
    return f"{int(whole[:30])}.{fraction}" if fraction else str(int(whole[:30]))


@cache
def decimal_mark(language: str) -> str:
    """Return what parts whole and fraction in a language."""
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
    text = _NOTE.sub("", text)
    for month, start, end in find_months(text, language):
        around = text[max(0, start - _NEAR) : end + _NEAR]
        yield month, any(letter.isdecimal() for letter in around)


def _month_names(months: set[int], side: Text) -> str:
    row = get_language_row(side.language)
    with translation.override(side.language):
        return ", ".join(row.dates.months_alone[n - 1] if row.dates else str(dates.MONTHS[n]) for n in sorted(months))


def _listed(found: set[Decimal]) -> str:
    return ", ".join(f"{number:f}" for number in sorted(found)[:5])
