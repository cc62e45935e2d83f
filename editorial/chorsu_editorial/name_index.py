"""Finds names in texts, in any of their forms: which words are forms of one another says ``stated_facts.token_of``."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator

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
        words, tokens = self._read(name)
        if 0 < len(tokens) <= MOST_WORDS:
            self._names[tuple(tokens)].append((words, named, fits))
            self._lengths[tokens[0]].add(len(tokens))

    def find(self, text: str) -> Iterator[tuple[Named, tuple[str, ...]]]:
        """Yield what is named with its words as they stand there, once with each first word."""
        words, tokens = self._read(text)
        seen: set[tuple[Named, str]] = set()
        for at, token in enumerate(tokens):
            for length in self._lengths.get(token, ()):
                here = tuple(words[at : at + length])
                for own, named, fits in self._names.get(tuple(tokens[at : at + length]), ()):
                    if (named, here[0]) not in seen and all(map(fits, here, own)):
                        seen.add((named, here[0]))
                        yield named, here

    def _read(self, text: str) -> tuple[list[str], list[str]]:
        read = [(word, token) for word in words_of(text) if (token := token_of(word, self._language))]
        return [word for word, _token in read], [token for _word, token in read]
