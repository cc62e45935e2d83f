"""What a text says, with its numbers and names apart: the same words about others are translated the same way.

And its sentences, its words, and the names that must not be in it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cache
from hashlib import blake2b
from html import escape, unescape
from itertools import accumulate, pairwise, product

from django.utils.translation import ngettext, override

from chorsu_editorial.markup import VOID, canonical_html, fold, readable_text, tokens, without_emphasis
from chorsu_editorial.name_index import NameIndex, words_of
from chorsu_locales.sentences import sentences
from chorsu_translation.findings.numbers_and_names import (
    LEAST_STEM,
    Name,
    decimal_mark,
    is_form,
    known_names,
    name_index,
)
from chorsu_translation.snapshots import unit_hash

_TAG, _NUMBER = "<[^<>]*>", r"\d{1,9}(?:[.,:]\d+)*"
# Characters of a text that is compared with others; words of a sentence, by their beginnings: endings differ.
# Numbers and names that may be changed: each is looked for in all of a text.
LONGEST, MOST_WORDS, BEGINNING, MOST_CHANGED = 2000, 8, 6, 50
# Functions that return, in whatever language, names that must not stand in the memory.
_withheld: list[Callable[[], Iterable[str]]] = []
register_withheld = _withheld.append


class Reader:
    """Reads texts that are translated into another language. Names count where they stand as vocabularies write them:
    in another form they may have another role. ``names``: where ``known_names`` were read already.
    """

    def __init__(self, source_code: str, target_code: str, names: Iterable[Name] | None = None) -> None:
        if names is None:
            names = known_names(source_code, target_code)
        names = [name for name in names if name.proper and not name.term]
        self._language, self._index = target_code, name_index(names, source_code)
        self._mark = decimal_mark(source_code)
        self._targets = defaultdict[str, set[str]](set)
        for name in names:
            self._targets[name.source].add(name.target)
        self.parts = cache(self._parts)

    def _parts(self, html: str) -> list[str]:
        """Return what a text says in parts; each second one is a tag, a number or a name."""
        said = fold(without_emphasis(canonical_html(html), targets=True))
        found = dict(self._index.longest(said)) if len(said) <= LONGEST else {}
        names = (each for each in sorted(found, key=len, reverse=True) if each in self._targets)
        return re.split(f"({'|'.join((_TAG, *map(_alone, names), _NUMBER))})", said)

    def key(self, html: str) -> str:
        """Return the key by which a pair is stored: texts that differ in numbers and names alone have the same."""
        return unit_hash("\0".join(self.parts(html)[::2]))

    def adapt(self, html: str, source: str, other: str) -> str | None:
        """Return the translation of a source as that of another with other numbers or names; None where it isn't sure.

        Each must stand in it once, by itself, as the vocabulary writes it, a decimal with the mark of the language; a
        number must take the same plural.
        """
        was, now = self.parts(source), self.parts(other)
        pairs = [(old, new) for old, new in zip(was, now, strict=False) if old != new]
        if was[::2] != now[::2] or len(pairs) > MOST_CHANGED or (pairs and len(html) > LONGEST):
            return None
        changed: dict[str, str] = {}
        for old, new in pairs:
            sides = [self._translations(each) for each in (old, new)]
            if was.count(old) > 1 or [*map(len, sides)] != [1, 1] or self._plural(old) != self._plural(new):
                return None
            changed[min(sides[0])] = min(sides[1])
        text = readable_text(html, rich=True)
        stems = [word for each in changed for word in words_of(each) if len(word) > LEAST_STEM and word.isalpha()]
        if any(sum(is_form(word, stem, self._language) for word in words_of(text)) > 1 for stem in stems):
            return None
        written = {escape(old, quote=False): escape(new, quote=False) for old, new in changed.items()}
        parts = re.split(f"({'|'.join((_TAG, *map(_alone, written)))})", html)
        is_sure = all(_count(unescape(old), text) == parts[1::2].count(old) == 1 for old in written)
        return "".join(written.get(each, each) for each in parts) if is_sure else None

    def _translations(self, part: str) -> set[str]:
        """Return how a number or a name of the source is written in the translation; nothing where that isn't known."""
        if part.isdecimal():
            return {part}
        if self._is_decimal(part):
            return {part.replace(self._mark, decimal_mark(self._language))}
        return self._targets.get(part, set())

    def _is_decimal(self, part: str) -> bool:
        """Tell whether a part is digits, the source's decimal mark and digits: elsewhere that mark parts thousands."""
        whole, mark, fraction = part.partition(self._mark)
        return bool(mark) and whole.isdecimal() and fraction.isdecimal()

    def _plural(self, part: str) -> str:
        """Return the form of a noun that a number takes; beside a year, a decimal, or of a name, it is the same."""
        if self._is_decimal(part):
            return "decimal"
        if not part.isdecimal() or re.fullmatch("(19|20)[0-9]{2}", part):
            return "year" if part.isdecimal() else "name"
        with override(self._language):
            return ngettext("%(words)s word", "%(words)s words", int(part))


def _alone(text: str) -> str:
    return rf"(?<![\w-])(?<!\d[.,:]){re.escape(text)}(?![\w-]|[.,:\s]\d)"


def _count(part: str, text: str) -> int:
    """Return how often a name stands in a text, or a number that isn't part of a longer run of digits."""
    if not part[0].isdecimal():
        return text.count(part)
    sides = pairwise(text.split(part))
    return sum(not (before[-1:].isdecimal() or after[:1].isdecimal()) for before, after in sides)


def word_hashes(html: str, source_code: str, target_code: str) -> set[int]:
    """Return the hashes by which texts like this one are found: of the beginnings of its longest words."""
    words = {word for word in words_of(readable_text(html, rich=True)[:LONGEST]) if not word.isdecimal()}
    longest = sorted(words, key=lambda word: (-len(word), word))[:MOST_WORDS]
    found = {f"{source_code} {target_code} {word[:BEGINNING].casefold()}".encode() for word in longest}
    return {int.from_bytes(blake2b(word, digest_size=8).digest(), signed=True) for word in found}


def withheld_between(*languages: str) -> Callable[..., bool]:
    """Return a function that tells whether any of texts in these languages, as HTML, has such a name in any form."""
    names = {name for function in _withheld for name in function()}
    indexes = [NameIndex[str](language) for language in languages if names]
    for index, name in product(indexes, names):
        index.add(name, name)
    return lambda *htmls: any(
        any(index.find(readable_text(html, rich=True))) for index, html in zip(indexes, htmls, strict=False)
    )


def cut(html: str, language: str) -> list[str]:
    """Return the sentences of a unit's canonical inner HTML, cut where no element is open; joined they are the HTML."""
    places, text, depth = dict[int, int](), "", 0  # where in the HTML a place of its text is, outside of elements
    for token in tokens(html):
        depth += token.kind == "begin" and not token.closed and token.name not in VOID
        depth -= token.kind == "end" and depth > 0
        written = [escape(letter, quote=False) for letter in token.text]
        start = token.end if token.kind in {"begin", "end"} else token.start
        text += " " if token.name == "br" else ""
        if not depth and "".join(written) == html[start : token.end]:
            for place, at in enumerate(accumulate(map(len, written), initial=start), len(text)):
                places.setdefault(place, at)
        text += token.text
    ends = accumulate(map(len, sentences(text, language)[:-1]))
    cuts = [0, *(places[end] for end in ends if end in places), len(html)]
    return [html[start:end] for start, end in pairwise(cuts) if html]
