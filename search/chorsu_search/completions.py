"""What readers are offered as they type: names and headlines with a word that begins so, by prefixes in an index."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import islice

from django.db.models import QuerySet
from django.http import HttpRequest

from chorsu_locales.normal_form import permitted
from chorsu_search.analysis import get_analyser
from chorsu_search.documents import findable_pages
from chorsu_search.models import NameWord
from chorsu_search.names import LETTERS, starts_with
from chorsu_search.registry import name_sources

LEAST_LETTERS = 2
LONGEST = 60  # characters of what is completed
MOST_WORDS = 5
MOST_NAMES = 4
MOST_HEADLINES = 6
CANDIDATES = 24  # rows: a headline with two such words has two, and some may be private by now


@dataclass(frozen=True, slots=True)
class Completion:
    """An offer: a text in ``language`` with its page; ``kind`` says what it is, and is empty for a headline."""

    text: str
    language: str
    url: str
    kind: str = ""


def completions(text: str, language: str, request: HttpRequest | None = None) -> list[Completion]:
    """Return names, then headlines of a language, newest first; empty below two letters.

    A handful of questions, none of which reads more than the words that begin so.
    """
    words = list(dict.fromkeys(islice(get_analyser(language).words(permitted(text[:LONGEST], " ")), MOST_WORDS)))
    if not words or len(words[-1]) < LEAST_LETTERS:
        return []
    return [*_names(words, language, request), *_headlines(words, language, request)]


def _names(words: list[str], language: str, request: HttpRequest | None) -> list[Completion]:
    found: list[Completion] = []
    for source in name_sources():
        rows = _matching(words, NameWord.objects.filter(language=language, kind__in=list(source.kinds)))
        order = list(dict.fromkeys(rows.order_by("of", "kind", "key").values_list("kind", "key")[:CANDIDATES]))
        wanted: dict[str, list[str]] = defaultdict(list)
        for kind, key in order[: MOST_NAMES * 2]:
            wanted[kind].append(key)
        entries = source.entries(wanted, request) if wanted else {}
        found += [
            Completion(entry.label.text, entry.label.language or language, entry.url, str(source.kinds[name[0]]))
            for name in order
            if (entry := entries.get(name))
        ]
    return found[:MOST_NAMES]


def _headlines(words: list[str], language: str, request: HttpRequest | None) -> list[Completion]:
    rows = _matching(words, NameWord.objects.filter(language=language, kind=NameWord.PAGE))
    keys = list(dict.fromkeys(rows.order_by("-rank", "key").values_list("key", flat=True)[:CANDIDATES]))
    if not keys:
        return []
    pages = {str(page.pk): page for page in findable_pages().filter(pk__in=keys, locale__language_code=language)}
    shown = [(page, page.get_url(request)) for key in keys if (page := pages.get(key))]
    return [Completion(page.title, language, url) for page, url in shown if url][:MOST_HEADLINES]


def _matching(words: list[str], rows: QuerySet[NameWord]) -> QuerySet[NameWord]:
    """Keep words that begin like the last one typed, of names that have words beginning like the others too."""
    *before, last = words
    for word in before:
        rows = rows.filter(key__in=_beginning(word, rows).values("key"))
    return _beginning(last, rows)


def _beginning(word: str, rows: QuerySet[NameWord]) -> QuerySet[NameWord]:
    rows = rows.filter(start__range=starts_with(word))
    return rows.filter(word__startswith=word) if len(word) > LETTERS else rows
