"""Names that are spelled otherwise than in the site's vocabulary.

A site says which names it knows: ``register_names``. A name that the source has must stand in the translation as the
vocabulary writes it there; endings may differ.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chorsu_translation.findings.alignment import Alignment
from chorsu_translation.findings.registry import Found, register_check

_WORD = re.compile(r"[^\W_]+(?:[ʻʼ’'‘-][^\W_]+)*")
_APOSTROPHES = str.maketrans("ʻʼ’‘", "''''")
ENDING = 4  # letters that an inflected word may have more, or lose, at its end
MOST_ALIKE = 40  # names that begin with the same three letters


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
    """Finds names in texts of the source's language, whatever their endings."""

    def __init__(self, names: Iterable[Name]) -> None:
        self._by_start: dict[str, list[tuple[list[str], Name]]] = defaultdict(list)
        for name in names:
            words = _words(name.source)
            if words and name.target:
                alike = self._by_start[_start(words[0])]
                if len(alike) < MOST_ALIKE:
                    alike.append((words, name))

    def find(self, text: str) -> Iterator[Name]:
        """Yield each name that a text has, once."""
        words = _words(text)
        seen: set[Name] = set()
        for place, word in enumerate(words):
            for parts, name in self._by_start.get(_start(word), ()):
                here = words[place : place + len(parts)]
                if name not in seen and len(here) == len(parts) and all(map(is_form, here, parts)):
                    if name.proper and not (here[0][0].isupper() or here[0][0].upper() == here[0][0]):
                        continue
                    seen.add(name)
                    yield name


@register_check("names", gettext_lazy("Names"))
def check_names(pages: Alignment) -> Found:
    """Find units that lack a name of the vocabulary which their source has."""
    index = NameIndex(name for name in known_names(pages.source_code, pages.target_code) if name.proper)
    for pair in pages.pairs:
        if pair.source is None or pair.target is None:
            continue
        found = list(index.find(pair.source.text))
        words = _by_start(pair.target.text) if found else {}
        missing = [
            name.target
            for name in found
            if not all(any(is_form(word, part) for word in words.get(_start(part), ())) for part in _words(name.target))
        ]
        if missing:
            yield pair, _("The vocabulary writes: %(names)s") % {"names": ", ".join(dict.fromkeys(missing[:5]))}


def is_form(word: str, name: str) -> bool:
    """Return whether a word is a name with another ending: the stems agree, and the ends are short."""
    word, name = word.casefold(), name.casefold()
    if word == name:
        return True
    stem = next((n for n, (one, other) in enumerate(zip(word, name, strict=False)) if one != other), None)
    shared = min(len(word), len(name)) if stem is None else stem
    return shared >= max(3, len(name) - 2) and len(word) - shared <= ENDING


def _by_start(text: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for word in _words(text):
        found[_start(word)].add(word)
    return found


def _start(word: str) -> str:
    return word.casefold()[:3]


def _words(text: str) -> list[str]:
    return _WORD.findall(text.translate(_APOSTROPHES))
