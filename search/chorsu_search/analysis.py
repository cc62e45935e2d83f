"""Words made comparable: a language's texts as tokens, from the table of languages.

What Elasticsearch does with them is made from the same data (``chorsu_search.engines.elasticsearch_index``): its rules
are regular expressions that Python and Java read alike.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from chorsu_locales.selectors import get_language_row
from chorsu_locales.table import Affix, Analysis
from chorsu_locales.text import nfc

APOSTROPHES = "'`´ʹʻʼʽ‘’‛′ʾʿꞋꞌ＇"
JOINER = "\u200c"
# Characters that a reader doesn't see: soft hyphen, zero-width and direction marks, Arabic tatweel, vowel signs and
# stress marks. Texts are in NFC, so a combining mark that is left belongs to no letter of its own.
_INVISIBLE = (
    "\u00ad\u0640\u0670\u200b\u200d\u200e\u200f\u2060\ufeff"
    + "".join(map(chr, (*range(0x0300, 0x0370), *range(0x064B, 0x0660))))
    + "".join(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
)
_DIGITS = {chr(start + digit): str(digit) for start in (0x0660, 0x06F0) for digit in range(10)}
# Python and Java lower these differently.
_CASES = {"İ": "i", "Σ": "σ", "ς": "σ"}
_LATIN_AND_GREEK = ((0x00C0, 0x0250), (0x0370, 0x0400), (0x1E00, 0x1F00), (0x1F00, 0x2000))
_UNDECOMPOSED = {
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "þ": "th", "ħ": "h", "ŋ": "ng",
}  # fmt: skip


@cache
def accents() -> Mapping[str, str]:
    """Return Latin and Greek letters with marks, and what they are without."""
    folds: dict[str, str] = {}
    for start, end in _LATIN_AND_GREEK:
        for character in map(chr, range(start, end)):
            if not unicodedata.category(character).startswith("L"):
                continue
            parts = unicodedata.normalize("NFKD", character)
            plain = "".join(part for part in parts if not unicodedata.combining(part)).lower()
            if plain != character.lower() and plain.isalpha():
                folds[character] = plain
    capitals = {key.upper(): value for key, value in _UNDECOMPOSED.items() if len(key.upper()) == 1}
    return folds | _UNDECOMPOSED | capitals | {"ẞ": "ss"}


def exact_map(analysis: Analysis) -> dict[str, str]:
    """Return the folds of the exact form: nothing but what a reader doesn't see or type."""
    inside = "" if analysis.apostrophes == "join" else " "
    return {
        **dict.fromkeys(_INVISIBLE, ""),
        JOINER: "" if analysis.joiner == "join" else " ",
        **dict.fromkeys(APOSTROPHES, inside),
        **_DIGITS,
        **_CASES,
    }


def fold_map(analysis: Analysis) -> dict[str, str]:
    """Return every fold of a language; its own, whose keys are lower case, come before the general ones."""
    own = analysis.folds
    capitals = {form: own[key] for key in own for form in (key.upper(), key.capitalize())}
    return {**accents(), **exact_map(analysis), **capitals, **own}


Fold = Callable[[str], str]
# Ends a word that is known, until all rules are past: no affix has it, nor has a token, since it parts words.
MARK = "_"


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern, of which one group is the stem, and what stands in place of the affix."""

    pattern: str
    into: str = ""

    @property
    def replacement(self) -> str:
        """Return what the pattern is replaced by, in Java's notation: every group, of which one is not empty."""
        return "".join(f"${number}" for number in range(1, re.compile(self.pattern).groups + 1)) + self.into


def _any(texts: Iterable[str]) -> str:
    """Return a pattern of any of the texts that shares what they begin with: Java tries alternatives one by one."""
    alike: dict[str, set[str]] = defaultdict(set)
    for text in texts:
        alike[text[:1]].add(text[1:])
    if set(alike) == {""}:
        return ""
    ways = [re.escape(letter) + _any(rests) for letter, rests in sorted(alike.items()) if letter]
    if len(ways) == 1 and "" not in alike:
        return ways[0]
    return f"(?:{'|'.join(ways)})" + ("?" if "" in alike else "")


def _ends(endings: Iterable[str], look: str) -> list[str]:
    """Return looks back at each ending; single letters share one."""
    unique = set(endings)
    letters = "".join(sorted(ending for ending in unique if len(ending) == 1))
    longer = [f"({look}{re.escape(ending)})" for ending in sorted(unique) if len(ending) > 1]
    return [*([f"({look}[{re.escape(letters)}])"] if letters else []), *longer]


def _suffix_pattern(stage: Sequence[Affix], fold: Fold) -> str:
    """Return one pattern for all suffixes: the stem takes as little as it can, so the longest suffix wins."""
    alike: dict[tuple[int, tuple[str, ...], tuple[str, ...]], set[str]] = defaultdict(set)
    for affix in stage:
        alike[affix.least_stem, affix.not_after, affix.after].add(fold(affix.text))
    least_of_all = min(least for least, _not_after, _after in alike)
    rules = []
    for (least, not_after, after), texts in alike.items():
        enough = f"(?<=.{{{least}}})" if least > least_of_all else ""
        kept = "".join(_ends(map(fold, not_after), "?<!"))
        needed = f"(?:{'|'.join(_ends(map(fold, after), '?<='))})" if after else ""
        rules.append(f"{enough}{kept}{needed}{_any(texts)}")
    return f"^(.{{{least_of_all},}}?)(?:{'|'.join(rules)})$"


def suffix_rules(stage: Sequence[Affix], fold: Fold) -> list[Rule]:
    """Return the rules of one stage, one for each text that stands in place of a suffix."""
    alike = {affix.into: [other for other in stage if other.into == affix.into] for affix in stage}
    return [Rule(_suffix_pattern(affixes, fold), fold(into)) for into, affixes in alike.items()]


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
def word_pattern() -> re.Pattern[str]:
    """Return the pattern of a word: letters, digits and Unicode's combining marks, which ``\\w`` leaves out."""
    # The planes above hold no marks but the variation selectors; asking for each of a million takes a second.
    marks = {code for code in range(0x20000) if unicodedata.category(chr(code)).startswith("M")}
    marks.update(range(0xE0100, 0xE01F0))
    firsts, lasts = (sorted(marks - {mark + step for mark in marks}) for step in (1, -1))
    ranges = "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in zip(firsts, lasts, strict=True))
    return re.compile(f"(?:[^\\W_]|[{ranges}])+")


@cache
def written_word_pattern() -> re.Pattern[str]:
    """Return the pattern of a word as it is written: with what the analysis drops or parts inside it."""
    plain = word_pattern().pattern
    return re.compile(f"{plain}(?:[{_INSIDE}]+{plain})*")


def _stem_of(match: re.Match[str]) -> str:
    return next(group for group in match.groups() if group is not None)


class Piece(NamedTuple):
    """What stands between blanks: its tokens and its words as written, blanks between, and its folded words."""

    tokens: str
    exact: str
    words: tuple[str, ...]


_TOKENS, _EXACT = itemgetter(0), itemgetter(1)


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
        self.function_words = frozenset(self.words(" ".join(analysis.function_words)))
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
        if (name := self.analysis.stemmer) in STEMMERS:
            # Snowball's objects keep the word they work on, so each thread has its own.
            stemmers = _local.__dict__
            if name not in stemmers:
                stemmers[name] = STEMMERS[name]()
            word = str(stemmers[name].stemWord(word))
        for match_rule, into in self._steps:
            if word in self.known:
                return self.known[word]
            if match := match_rule(word):
                word = _stem_of(match) + into
        return self.known.get(word, word)

    def _read(self, text: str) -> Piece:
        words, exact = tuple(self.words(text)), _words(nfc(text).translate(self._exact))
        return Piece(" ".join(self.stem(word) for word in words if word not in self.dropped), " ".join(exact), words)

    def words(self, text: str) -> Iterator[str]:
        """Yield the folded words of a text, in order, not yet stemmed."""
        return _words(self.fold(nfc(text)))

    def is_function_word(self, word: str) -> bool:
        """Return whether a word as typed, or each of its parts ("из-за"), is a word of grammar."""
        return self.function_words.issuperset(self.words(word))

    def knows(self, word: str) -> bool:
        """Return whether each part of a word as typed is a known word of the language."""
        return self.known.keys() >= set(self.words(word))

    def lines(self, text: str) -> tuple[str, str]:
        """Return the tokens of a text, and its words as they are written, each with blanks between."""
        pieces = list(map(self.pieces.__getitem__, text.split()))
        return " ".join(filter(None, map(_TOKENS, pieces))), " ".join(filter(None, map(_EXACT, pieces)))

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


def other_layouts(text: str, code: str) -> list[str]:
    """Return the text as the same keys give it on the layouts that the language's readers mix up.

    "ghbdtn" is "привет". Empty where the language has no keyboard of its own or no key differs.
    """
    readings = [reading for keyboard in get_language_row(code).keyboards for reading in keyboard.readings(text)]
    return [reading for reading in dict.fromkeys(readings) if reading != text.lower()]
