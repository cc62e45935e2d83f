"""Links that don't lead where the source's lead, and names that are spelled otherwise than in the site's vocabulary.

A site says which names it knows: ``register_names``. A name that the source has must stand in the translation as the
vocabulary writes it there; endings may differ.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Page

from chorsu_translation.findings.running import Alignment, Found, register_check

_LINK = re.compile(r"<a\b([^<>]*)>")
_ATTRIBUTE = re.compile(r'\b([a-z]{1,20})="([^"]{0,2000})"')
_WRITTEN = re.compile(r"https?://[^\s<>«»“”\"]+|\bwww\.[^\s<>«»“”\"]+|[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]{1,64}")
_TAG = re.compile(r"<[^<>]*>")


@register_check("links", gettext_lazy("Links"))
def check_links(pages: Alignment) -> Found:
    """Find units whose links don't lead where those of their source lead.

    A page counts as its translations do, and a site as its editions in other languages, such as Wikipedia's.
    """
    links = [
        (pair, _links(pair.source.html), _links(pair.target.html))
        for pair in pages.pairs
        if pair.source and pair.target
    ]
    keys = _translation_keys({key for _pair, *sides in links for side in sides for kind, key in side if kind == "page"})
    for pair, source, target in links:
        theirs, ours = (Counter((kind, keys.get(key, key)) for kind, key in side) for side in (source, target))
        lost, added = theirs - ours, ours - theirs
        if lost or added:
            yield pair, _said(lost, added)


def _said(lost: Counter[tuple[str, str]], added: Counter[tuple[str, str]]) -> str:
    if lost and added:
        return _("A link leads elsewhere than in the source.")
    return _("A link of the source is missing.") if lost else _("The source has no such link.")


def _links(html: str) -> list[tuple[str, str]]:
    """Return what kind of link each is, and where it leads."""
    found = []
    for match in _LINK.finditer(html):
        attributes = dict(_ATTRIBUTE.findall(match[1]))
        kind = attributes.get("linktype", "")
        found.append((kind, attributes.get("id", "")) if kind else ("", _place(unescape(attributes.get("href", "")))))
    written = unescape(_TAG.sub(" ", html))
    return found + [("written", _place(address.rstrip(".,;:!?)"))) for address in _WRITTEN.findall(written)]


def _place(address: str) -> str:
    """Return the address without what differs between editions of a site: scheme, language, and then the path."""
    try:
        parts = urlsplit(address if "://" in address else f"//{address}")
    except ValueError:
        return address
    labels = (parts.hostname or address).removeprefix("www.").split(".")
    if len(labels) > 2 and len(labels[0]) in {2, 3}:
        return ".".join(labels[1:])
    return ".".join(labels) + parts.path.rstrip("/")


def _translation_keys(ids: set[str]) -> dict[str, str]:
    numbers = [int(key) for key in ids if key.isascii() and key.isdigit() and len(key) < 10]
    rows = Page.objects.filter(pk__in=numbers).values_list("pk", "translation_key") if numbers else []
    return {str(pk): str(key) for pk, key in rows}


_WORD = re.compile(r"[^\W_]+(?:[ʻʼ’'‘-][^\W_]+)*")
_APOSTROPHES = str.maketrans("ʻʼ’‘", "''''")
LOST, ENDING = 2, 4  # letters that an inflected word may lose, and have, at its end
LEAST_STEM, LONGEST = 3, 40


@dataclass(frozen=True, slots=True)
class Name:
    """What one thing is called in two languages. ``proper``: a name with a capital letter, which is checked."""

    source: str
    target: str
    proper: bool = True


NamesFunction = Callable[[str, str], Iterable[Name]]
_sources: list[NamesFunction] = []


def register_names(function: NamesFunction) -> NamesFunction:
    """Register a function that returns the names of a vocabulary in two languages, given as codes.

    It is asked once for a page. Readers of any page may see what it returns.
    """
    if function not in _sources:
        _sources.append(function)
    return function


def known_names(source_code: str, target_code: str) -> list[Name]:
    """Return all names that are known in both languages."""
    return [name for function in _sources for name in function(source_code, target_code)]


class NameIndex:
    """Finds names in texts of the source's language, whatever their endings.

    Names are kept by what all forms of their first two words begin with, so that many who share a name cost nothing.
    """

    def __init__(self, names: Iterable[Name]) -> None:
        self._names: dict[str, dict[str, list[tuple[list[str], Name]]]] = defaultdict(lambda: defaultdict(list))
        for name in names:
            words = _words(name.source)
            if words and name.target:
                self._names[_stem(words[0])][_stem(words[1]) if words[1:] else ""].append((words, name))

    def find(self, text: str) -> Iterator[Name]:
        """Yield each name that a text has, once."""
        words = _words(text)
        seen: set[Name] = set()
        for place, word in enumerate(words):
            for parts, name in self._beginning(words[place : place + 2]):
                here = words[place : place + len(parts)]
                if name in seen or len(here) < len(parts) or not all(map(is_form, here, parts)):
                    continue
                if not name.proper or word[0] == word[0].upper():
                    seen.add(name)
                    yield name

    def _beginning(self, words: list[str]) -> Iterator[tuple[list[str], Name]]:
        for by_second in _found(self._names, words[0]):
            yield from by_second.get("", ())
            for names in _found(by_second, words[1]) if words[1:] else ():
                yield from names


def _found[T](kept: Mapping[str, T], word: str) -> Iterator[T]:
    small = word.casefold()
    return (kept[small[:size]] for size in range(1, min(len(small), LONGEST) + 1) if small[:size] in kept)


@register_check("names", gettext_lazy("Names"))
def check_names(pages: Alignment) -> Found:
    """Find units that lack a name of the vocabulary which their source has."""
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
    """Return what all forms of a word begin with."""
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
