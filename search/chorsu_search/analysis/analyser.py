"""The analysis of a language in Python."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from typing import Any, NamedTuple

from chorsu_locales.selectors import get_language_row
from chorsu_locales.table import Analysis
from chorsu_locales.text import nfc
from chorsu_search.analysis.affixes import suffix_rules
from chorsu_search.analysis.characters import APOSTROPHES, JOINER, exact_map, fold_map

try:
    from snowballstemmer.english_stemmer import EnglishStemmer
    from snowballstemmer.russian_stemmer import RussianStemmer
except ImportError:
    STEMMERS: dict[str, Any] = {}  # words are folded only; the check chorsu_search.E007 says so
else:
    STEMMERS = {"russian": RussianStemmer, "english": EnglishStemmer}

LONGEST_TOKEN = 64  # an index refuses terms of 32 KB; nobody looks for a word longer than this
MOST_REMEMBERED = 50_000
# Inside a word as it is written (not at its ends), though the analysis drops or parts there.
_INSIDE = re.escape(APOSTROPHES + JOINER + "\u00ad\u200b\u200d")
_local = threading.local()


@cache
def _marks() -> str:
    """Return Unicode's combining marks as ranges of a character class (``\\w`` leaves them out)."""
    # The planes above hold no marks but the variation selectors; asking for each of a million takes a second.
    codes = [code for code in range(0x20000) if unicodedata.category(chr(code)).startswith("M")]
    codes += range(0xE0100, 0xE01F0)
    ranges: list[list[int]] = []
    for code in codes:
        if ranges and code == ranges[-1][1] + 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges)


@cache
def word_pattern() -> re.Pattern[str]:
    """Return the pattern of a word: letters, marks and digits."""
    return re.compile(f"(?:[^\\W_]|[{_marks()}])+")


@cache
def written_word_pattern() -> re.Pattern[str]:
    """Return the pattern of a word as it is written: with what the analysis drops or parts inside it."""
    plain = word_pattern().pattern
    return re.compile(f"{plain}(?:[{_INSIDE}]+{plain})*")


def _stem_with(name: str, word: str) -> str:
    """Stem with Snowball; its objects keep the word they work on, so each thread has its own."""
    stemmers = _local.__dict__.setdefault("stemmers", {})
    if name not in stemmers:
        stemmers[name] = STEMMERS[name]()
    return str(stemmers[name].stemWord(word))


def _stem_of(match: re.Match[str]) -> str:
    return next(group for group in match.groups() if group is not None)


class Piece(NamedTuple):
    """What stands between blanks: its tokens and its words as written, blanks between, and its folded words."""

    tokens: str
    exact: str
    words: tuple[str, ...]


class _Pieces(dict[str, Piece]):
    """Texts without blanks, each analysed once: nothing is folded across a blank, and pages repeat words."""

    def __init__(self, read: Callable[[str], Piece]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, text: str) -> Piece:
        piece = self._read(text)
        if len(text) <= LONGEST_TOKEN:
            if len(self) >= MOST_REMEMBERED:
                self.clear()
            self[text] = piece
        return piece


class Analyser:
    """Splits texts of one language into tokens that can be compared."""

    def __init__(self, analysis: Analysis) -> None:
        self.analysis = analysis
        self._exact = str.maketrans(exact_map(analysis))
        folds = fold_map(analysis)
        self._folds = str.maketrans({key: value for key, value in folds.items() if len(key) == 1})
        self._long_folds = {key: value for key, value in folds.items() if len(key) > 1}
        longest_first = sorted(self._long_folds, key=len, reverse=True)
        self._long_keys = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None
        known = analysis.known_words()
        # As one text: there are some thousand of them, and all processes that search wait for them once.
        words, lemmas = (self.plain("\n".join(texts)).split("\n") for texts in (known, known.values()))
        self.known = dict(zip(words, lemmas, strict=True)) if known else {}
        self.dropped = frozenset(map(self.plain, analysis.dropped))
        self.rules = [rule for stage in analysis.suffixes for rule in suffix_rules(stage, self.plain)]
        self.kept = suffix_rules(analysis.kept, self.plain)
        self._kept = [(re.compile(rule.pattern).match, rule.into) for rule in self.kept]
        self._steps = [(re.compile(rule.pattern).match, rule.into) for rule in self.rules]
        self.stem = lru_cache(maxsize=MOST_REMEMBERED)(self._stem)
        self.pieces = _Pieces(self._read)
        self.word_tokens = lru_cache(maxsize=MOST_REMEMBERED)(lambda word: tuple(self._read(word).tokens.split()))

    def fold(self, text: str) -> str:
        """Fold the characters of a text in NFC; capitals that no fold names stay."""
        if self._long_keys:
            text = self._long_keys.sub(lambda match: self._long_folds[match.group()], text)
        return text.translate(self._folds)

    def plain(self, word: str) -> str:
        """Return a word of the table as the rules see words: folded, in lower case."""
        return self.fold(nfc(word)).lower()

    def _stem(self, word: str) -> str:
        if word in self.known:
            return self.known[word]
        for match_rule, into in self._kept:
            if match := match_rule(word):
                return _stem_of(match) + into
        if self.analysis.stemmer in STEMMERS:
            word = _stem_with(self.analysis.stemmer, word)
        for match_rule, into in self._steps:
            if word in self.known:
                return self.known[word]
            if match := match_rule(word):
                word = _stem_of(match) + into
        return self.known.get(word, word)

    def _read(self, text: str) -> Piece:
        words = tuple(self.words(text))
        exact = _words(nfc(text).translate(self._exact))
        return Piece(" ".join(self.stem(word) for word in words if word not in self.dropped), " ".join(exact), words)

    def words(self, text: str) -> Iterator[str]:
        """Yield the folded words of a text, in order, not yet stemmed."""
        return _words(self.fold(nfc(text)))

    def lines(self, text: str) -> tuple[str, str]:
        """Return the tokens of a text, and its words as they are written, each with blanks between."""
        pieces = list(map(self.pieces.__getitem__, text.split()))
        tokens, exact = [piece[0] for piece in pieces if piece[0]], [piece[1] for piece in pieces if piece[1]]
        return " ".join(tokens), " ".join(exact)

    def tokens(self, text: str) -> list[str]:
        """Return the folded and stemmed tokens of a text, in order."""
        return self.lines(text)[0].split()

    def exact(self, text: str) -> list[str]:
        """Return the words of a text as they are written, in lower case."""
        return self.lines(text)[1].split()


def _words(folded: str) -> Iterator[str]:
    for match in word_pattern().finditer(folded):
        yield match.group().lower()[:LONGEST_TOKEN]


@cache
def get_analyser(code: str) -> Analyser:
    """Return the analyser of a language; one that nobody described only folds."""
    return Analyser(get_language_row(code).analysis)
