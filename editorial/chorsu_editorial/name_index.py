"""Finds names in texts, in any of their forms: which words are forms of one another says ``stated_facts.token_of``."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator
from itertools import groupby
from operator import itemgetter

from chorsu_editorial.stated_facts import token_of

_WORD = re.compile(r"[^\W_]+(?:[ʻʼ’'‘-][^\W_]+)*")
_APOSTROPHES = str.maketrans("ʻʼ’‘", "''''")
MOST_WORDS = 40  # of a name: each word of a text begins so many pieces at most

Fits = Callable[[str, str], bool]


def words_of(text: str) -> list[str]:
    """Return the words of a text as they are written, with one spelling of the apostrophe."""
    return _WORD.findall(text.translate(_APOSTROPHES))


def has_capital(word: str, name: str) -> bool:
    """Tell whether a word has a capital where that of the name has one."""
    return not name[0].isupper() or word[0].isupper()


class NameIndex[Named: Hashable]:
    """Names of a language by their tokens; finding takes time by the length of the text alone."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._names: dict[tuple[str, ...], list[tuple[list[str], Named, Fits]]] = defaultdict(list)
        self._lengths: dict[str, set[int]] = defaultdict(set)

    def add(self, name: str, named: Named, fits: Fits = lambda _word, _name: True) -> None:
        """Add a name of something; ``fits`` says of each word of a text and of the name whether it may be meant."""
        words, tokens, _spans = self._read(name)
        if 0 < len(tokens) <= MOST_WORDS:
            self._names[tuple(tokens)].append((words, named, fits))
            self._lengths[tokens[0]].add(len(tokens))

    def find(self, text: str) -> Iterator[tuple[Named, tuple[str, ...]]]:
        """Yield what is named with its words as they stand there, once with each first word."""
        seen: set[tuple[Named, str]] = set()
        for named, words, _start, _end in self._places(text):
            if (named, words[0]) not in seen:
                seen.add((named, words[0]))
                yield named, words

    def longest(self, text: str) -> Iterator[tuple[str, list[Named]]]:
        """Yield names as they are written in the text, with all that each may name, but none inside another."""
        places = sorted(self._places(text), key=lambda place: (place[2], -place[3]))
        last = 0
        for (start, end), found in groupby(places, key=itemgetter(2, 3)):
            if end > last:
                last = end
                yield text[start:end], [named for named, *_ in found]

    def _places(self, text: str) -> Iterator[tuple[Named, tuple[str, ...], int, int]]:
        words, tokens, spans = self._read(text)
        for at, token in enumerate(tokens):
            for length in self._lengths.get(token, ()):
                here = tuple(words[at : at + length])
                for own, named, fits in self._names.get(tuple(tokens[at : at + length]), ()):
                    if len(here) == length and all(map(fits, here, own)):
                        yield named, here, spans[at][0], spans[at + length - 1][1]

    def _read(self, text: str) -> tuple[list[str], list[str], list[tuple[int, int]]]:
        matches = _WORD.finditer(text.translate(_APOSTROPHES))
        read = [(each[0], token, each.span()) for each in matches if (token := token_of(each[0], self._language))]
        return [word for word, *_ in read], [token for _word, token, _span in read], [span for *_, span in read]
