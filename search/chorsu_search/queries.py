"""A reader's text as a query: cleaned, cut to a length, and split into words and phrases."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice

from chorsu_locales.characters import permitted
from chorsu_locales.text import nfc
from chorsu_search.analysis import get_analyser
from chorsu_search.analysis.analyser import word_pattern

LONGEST_QUERY = 300  # characters; more is a paste, not a query
MOST_WORDS = 24
# Whichever mark a keyboard gives, a pair of them holds a phrase; only guillemets tell opening from closing.
_PHRASE = re.compile(r'["“”„‟＂]([^"“”„‟＂]+)["“”„‟＂]|«([^«»]+)»|‹([^‹›]+)›')


def clean(text: str) -> str:
    """Return a query in NFC without control characters or lone surrogates, white space folded, shortened."""
    return " ".join(nfc(permitted(text[: LONGEST_QUERY * 4], " ")).split())[:LONGEST_QUERY].strip()


def _shorten(text: str) -> str:
    """Return a text up to its last word that counts; empty where it has no word."""
    words = list(islice(word_pattern().finditer(text), MOST_WORDS))
    return text[: words[-1].end()].strip() if words else ""


@dataclass(frozen=True, slots=True)
class Clause:
    """Words that must all be there (``phrase``: next to one another), as typed."""

    text: str
    phrase: bool = False


@dataclass(frozen=True, slots=True)
class Terms:
    """Tokens that follow one another (one token for a plain word), stemmed and as typed."""

    tokens: tuple[str, ...]
    exact: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """One question to an engine.

    ``languages`` are codes; ``filters`` maps facets to the value wanted; ``offset`` and ``limit`` count results.
    """

    text: str
    languages: tuple[str, ...]
    filters: Mapping[str, str] = field(default_factory=dict)
    offset: int = 0
    limit: int = 10

    @property
    def clauses(self) -> list[Clause]:
        """Return the parts of the query: phrases in quotation marks and the words around them."""
        phrases = [_shorten("".join(filter(None, match.groups()))) for match in _PHRASE.finditer(self.text)]
        rest = _shorten(_PHRASE.sub(" ", self.text))
        return [*([Clause(rest)] if rest else []), *(Clause(text, phrase=True) for text in phrases if text)]

    def terms(self, language: str) -> list[Terms]:
        """Return the tokens to look for in a language; empty where nothing but signs was typed."""
        analyser = get_analyser(language)
        found: list[Terms] = []
        for clause in self.clauses:
            tokens = tuple(analyser.tokens(clause.text))
            exact = tuple(analyser.exact(clause.text))
            if clause.phrase:
                found.extend([Terms(tokens, exact)] if tokens else [])
            else:
                same = exact if len(exact) == len(tokens) else tokens
                found.extend(Terms((token,), (word,)) for token, word in zip(tokens, same, strict=True))
        return list(dict.fromkeys(found))[:MOST_WORDS]
