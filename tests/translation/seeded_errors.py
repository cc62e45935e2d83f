"""Translations with one error put in on purpose: what the checks are held against.

An error is made of a correct translation and its source, in memory, by a random choice of a seed: the same seed makes
the same errors.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils import translation
from django.utils.dates import MONTHS
from wagtail.models import Page

from chorsu_editorial.name_index import NameIndex
from chorsu_editorial.reading import get_leaf, with_leaf
from chorsu_locales.selectors import get_language_row
from chorsu_locales.text import local_digits
from chorsu_translation.findings.numbers_and_names import Name, known_names, months_of, name_index
from chorsu_translation.findings.running import Alignment, Pair, find, side_by_side
from chorsu_translation.models import TranslationLink

SENTENCE = re.compile(r"(?<=[.!?…؟]) ")
LOOK_ALIKE = str.maketrans("аеосрхуАВЕКМНОРСТХaceopxyABCEHKMOPTX", "aeocpxyABEKMHOPCTXасеорхуАВСЕНКМОРТХ")
LINK = '<a href="https://example.org/report/2026">'


@dataclass(frozen=True, slots=True)
class Seeded:
    """A source and its translation with one error of a ``kind``; found when one of ``checks`` says so at ``path``."""

    kind: str
    source: Page
    target: Page
    path: str
    checks: frozenset[str]

    def is_found(self) -> bool:
        """Return whether the checks find it, at its path or below."""
        return any(
            finding.check in self.checks and f"{finding.path}.".startswith(f"{self.path}.")
            for finding in find(self.source, self.target)
        )


@dataclass(slots=True)
class _Place:
    """A pair of two pages, and whose choice it is."""

    pages: Alignment
    pair: Pair
    random: random.Random
    names: NameIndex[Name] = field(default_factory=lambda: name_index((), ""))

    @property
    def source(self) -> str:
        return self.pair.source.html if self.pair.source else ""

    @property
    def target(self) -> str:
        return self.pair.target.html if self.pair.target else ""

    def replaced(self, old: str, new: str) -> str | None:
        return self.target.replace(old, new, 1) if old and old in self.target and old != new else None


Change = Callable[[_Place], str | None]


def _copied(place: _Place) -> str | None:
    return place.source if len(re.findall(r"[^\W\d_]{3,}", place.source)) > 3 else None


def _sentence_left(place: _Place) -> str | None:
    ours, theirs = SENTENCE.split(place.target), SENTENCE.split(place.source)
    number = place.random.randrange(len(ours))
    if len(ours) != len(theirs) or len(ours) < 2 or len(theirs[number].split()) < 6:
        return None
    return " ".join([*ours[:number], theirs[number], *ours[number + 1 :]])


def _lost(place: _Place) -> str | None:
    return "" if len(place.target) > 20 else None


def _paragraph_added(place: _Place) -> str | None:
    return f"<p>{place.target}</p><p>{place.target}</p>" if _is_rich(place) else None


def _number(place: _Place, change: Callable[[str], str]) -> str | None:
    numbers = re.findall(r"(?<![\d.,])\d{2,}(?![\d.,])", re.sub("<[^>]*>", " ", place.target))
    chosen = [number for number in numbers if int(number) > 12]
    if not chosen:
        return None
    number = place.random.choice(chosen)
    return place.replaced(number, change(number))


def _number_changed(place: _Place) -> str | None:
    def swap(number: str) -> str:
        other = str(int(number) + place.random.choice([1, 9, 10]))
        return local_digits(other, place.pages.target_code)

    return _number(place, swap)


def _number_lost(place: _Place) -> str | None:
    return _number(place, lambda _number: "")


def _month_changed(place: _Place) -> str | None:
    code = place.pages.target_code
    dates = get_language_row(code).dates
    sides = (place.pair.source, place.pair.target)
    theirs, found = ([month for month, _dated in months_of(side.text, side.language)] if side else [] for side in sides)
    if not found or theirs != found:
        return None
    for names in (dates.months, dates.months_alone) if dates else (_django_months(code),):
        changed = place.replaced(names[found[0] - 1], names[(found[0] + 3) % 12])
        if changed:
            return changed
    return None


def _django_months(code: str) -> list[str]:
    with translation.override(code):
        return [str(MONTHS[number]) for number in range(1, 13)]


def _link_lost(place: _Place) -> str | None:
    return place.target if _is_rich(place) else None  # the source gets a link


def _link_elsewhere(place: _Place) -> str | None:
    words = place.target.split(" ")
    if not _is_rich(place) or "<" in place.target:
        return None
    return " ".join([f'<a href="https://example.com/other">{words[0]}</a>', *words[1:]])


def _marks_of_another_language(place: _Place) -> str | None:
    quotes = get_language_row(place.pages.target_code).quotes
    other = ("“", "”") if quotes.opening == "«" else ("«", "»")
    new = place.random.choice([other, ('"', '"')])
    text = re.sub("<[^>]*>", "", place.target)
    if quotes.opening not in text or quotes.opening not in place.target:
        return None
    return place.target.replace(quotes.opening, new[0]).replace(quotes.closing, new[1])


def _mark_not_closed(place: _Place) -> str | None:
    quotes = get_language_row(place.pages.target_code).quotes
    return place.replaced(quotes.closing, "") if quotes.opening != quotes.closing else None


def _letter_of_another_alphabet(place: _Place) -> str | None:
    words = [word for word in re.findall(r"[^\W\d_]{4,}", place.target) if word.translate(LOOK_ALIKE) != word]
    if not words or "<" in place.target or place.pages.target_code == "fa":
        return None
    word = place.random.choice(words)
    letters = [n for n, letter in enumerate(word) if letter.translate(LOOK_ALIKE) != letter]
    n = place.random.choice(letters)
    return place.replaced(word, word[:n] + word[n].translate(LOOK_ALIKE) + word[n + 1 :])


def _name_misspelled(place: _Place) -> str | None:
    for name, _words in place.names.find(place.pair.source.text if place.pair.source else ""):
        for word in sorted(re.findall(r"[^\W\d_]{4,}", name.target), key=len, reverse=True):
            stem = word[:-1]
            if stem in place.target:
                n = place.random.randrange(1, len(stem) - 1)
                return place.replaced(stem, stem[:n] + stem[n + 1] + stem[n] + stem[n + 2 :])
    return None


def _cut(place: _Place) -> str | None:
    return place.target[: len(place.target) * 2 // 5] if len(place.source) > 80 and "<" not in place.target else None


def _doubled(place: _Place) -> str | None:
    return f"{place.target} {place.target}" if len(place.source) > 80 else None


def _is_rich(place: _Place) -> bool:
    leaf = get_leaf(place.pages.target_page, place.pair.path)
    same = sum(pair.path == place.pair.path for pair in place.pages.pairs)
    return leaf is not None and leaf.kind == "rich_text" and same == 1 and "<p>" in leaf.source


KINDS: dict[str, tuple[Change, set[str]]] = {
    "the source's text": (_copied, {"untranslated"}),
    "a sentence of the source": (_sentence_left, {"untranslated"}),
    "a text is missing": (_lost, {"structure"}),
    "a paragraph too many": (_paragraph_added, {"structure"}),
    "a paragraph is missing": (_paragraph_added, {"structure"}),  # the source gets it
    "another number": (_number_changed, {"numbers"}),
    "a number is missing": (_number_lost, {"numbers"}),
    "another month": (_month_changed, {"numbers"}),
    "a link is missing": (_link_lost, {"links"}),
    "a link leads elsewhere": (_link_elsewhere, {"links"}),
    "another language's quotation marks": (_marks_of_another_language, {"quotation_marks"}),
    "a quotation isn't closed": (_mark_not_closed, {"quotation_marks"}),
    "a letter of another alphabet": (_letter_of_another_alphabet, {"alphabet"}),
    "a name is misspelled": (_name_misspelled, {"names"}),
    "half of a text": (_cut, {"length"}),
    "a text twice": (_doubled, {"length"}),
}


def seeded_errors(translations: Iterable[tuple[Page, Page]], *, number: int, seed: int = 1) -> list[Seeded]:
    """Return so many errors, of every kind equally many, each in a translation of its own."""
    choice = random.Random(seed)
    pages = [(side_by_side(source, target), source, target) for source, target in translations]
    indexes = {
        key: name_index([name for name in known_names(*key) if name.proper], key[0])
        for key in {(found.source_code, found.target_code) for found, _source, _target in pages}
    }
    places = [(found, pair) for found, _source, _target in pages for pair in found.pairs]
    kinds = [*KINDS, "a picture is missing"]
    found: list[Seeded] = []
    for kind in kinds:
        wanted = number // len(kinds) + (kinds.index(kind) < number % len(kinds))
        made = _without_pictures(pages, choice) if kind not in KINDS else _changed(kind, places, indexes, choice)
        found += [error for error, _number in zip(made, range(wanted), strict=False)]
    return found


def _changed(
    kind: str,
    places: list[tuple[Alignment, Pair]],
    indexes: dict[tuple[str, str], NameIndex[Name]],
    choice: random.Random,
) -> Iterator[Seeded]:
    change, checks = KINDS[kind]
    for pages, pair in choice.sample(places, len(places)):
        place = _Place(pages, pair, choice, indexes[pages.source_code, pages.target_code])
        # Another paragraph of the same text would have to be kept: places with one paragraph are enough.
        leaf = get_leaf(pages.target_page, pair.path)
        if leaf is None or sum(each.path == pair.path for each in pages.units) != 1:
            continue
        text = change(place)
        if text is None or (text == place.target and kind not in {"a link is missing"}):
            continue
        source, target = _copy(pages.source_page), _copy(pages.target_page)
        rich = leaf.kind == "rich_text"
        if kind == "a paragraph is missing":
            source = with_leaf(source, pair.path, f"<p>{place.source}</p><p>{place.source}</p>")
            text = place.target
        elif kind in {"a link is missing", "a link leads elsewhere"}:
            words = place.source.split(" ")
            source = with_leaf(source, pair.path, "<p>" + " ".join([f"{LINK}{words[0]}</a>", *words[1:]]) + "</p>")
        if rich and not text.startswith("<p>"):
            text = f"<p>{text}</p>" if text else ""
        yield Seeded(kind, source, with_leaf(target, pair.path, text), pair.path, frozenset(checks))


def _without_pictures(pages: list[tuple[Alignment, Page, Page]], choice: random.Random) -> Iterator[Seeded]:
    for _found, source, target in choice.sample(pages, len(pages)):
        blocks = target.body.get_prep_value()
        pictures = [block["id"] for block in blocks if block["type"] == "picture"]
        if pictures:
            short = _copy(target)
            short.body = [block for block in blocks if block["id"] != pictures[0]]
            path = f"body.{pictures[0]}"
            yield Seeded("a picture is missing", source, short, path, frozenset({"pictures", "structure"}))


def _copy(page: Any) -> Any:
    return type(page).from_serializable_data(page.serializable_data())


def demo_translations() -> list[tuple[Page, Page]]:
    """Return the demo's translations with their sources, each as its latest version."""
    links = TranslationLink.objects.select_related("source", "target").order_by("pk")
    return [
        (link.source.get_latest_revision_as_object(), link.target.get_latest_revision_as_object()) for link in links
    ]


def outcomes(errors: Iterable[Seeded]) -> tuple[Counter[str], Counter[str]]:
    """Return how many errors there were of each kind, and how many were found."""
    there: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for error in errors:
        there[error.kind] += 1
        found[error.kind] += error.is_found()
    return there, found
