"""The syntax of searches.

``words``, ``"phrases"``, ``-word`` and ``-"phrase"``, and ``OR`` (in capitals) or ``|`` between two of them. OR binds
the nearest neighbours: ``a OR b c`` asks for a or b, and for c. What is no syntax is skipped: every text has a meaning.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from chorsu_search.analysis.analyser import word_pattern, written_word_pattern

MOST_WORDS = 24
# Whichever mark a keyboard gives, a pair of them holds a phrase; only guillemets tell opening from closing.
_QUOTES = frozenset('"“”„‟＂')
_GUILLEMETS = {"«": "»", "‹": "›"}
# One that stands alone between guillemets is none of the phrase's letters.
_WITHOUT_QUOTES = dict.fromkeys(map(ord, _QUOTES), " ")
_MINUS = frozenset("-−")  # what telephones make of it too
_OR = "OR"


@dataclass(frozen=True, slots=True)
class Clause:
    """A word, or a phrase (its words stand next to one another), as typed."""

    text: str
    phrase: bool = False

    @property
    def word(self) -> str:
        """Return the key of a word in ``Query.alternatives`` and ``Query.left_out``; a phrase has none."""
        return "" if self.phrase else self.text.lower()


@dataclass(frozen=True, slots=True)
class Parsed:
    """A text's parts: of each group one clause must fit, and of ``excluded`` none."""

    groups: tuple[tuple[Clause, ...], ...] = ()
    excluded: tuple[Clause, ...] = ()


@dataclass(frozen=True, slots=True)
class _Part:
    clause: Clause
    excluded: bool = False
    operator: bool = False


@lru_cache(maxsize=256)
def parse(text: str) -> Parsed:
    """Parse a query, in a time that is linear in its length."""
    groups: list[list[Clause]] = []
    excluded: list[Clause] = []
    parts = _bounded(list(_parts(text)))
    joins = False
    for place, part in enumerate(parts):
        if part.operator and 0 < place < len(parts) - 1:
            if not parts[place - 1].operator:
                joins = not parts[place - 1].excluded  # beside an exclusion there is nothing to choose from
            continue
        if part.operator and part.clause.text != _OR:
            continue  # a sign at either end; the letters there are a word
        if part.excluded:
            excluded.append(part.clause)
        elif joins:
            groups[-1].append(part.clause)
        else:
            groups.append([part.clause])
        joins = False
    return Parsed(tuple(tuple(dict.fromkeys(group)) for group in groups), tuple(dict.fromkeys(excluded)))


def _bounded(parts: list[_Part]) -> list[_Part]:
    """Return the parts up to the one with the last word that counts."""
    kept, words = [], 0
    for part in parts:
        if words >= MOST_WORDS:
            break
        clause = part.clause
        if clause.phrase:
            clause = Clause(_shortened(clause.text, MOST_WORDS - words), phrase=True)
        words += 0 if part.operator else sum(1 for _ in word_pattern().finditer(clause.text))
        kept.append(_Part(clause, part.excluded, part.operator))
    return kept


def _shortened(text: str, words: int) -> str:
    """Return the text up to so many words."""
    for number, match in enumerate(word_pattern().finditer(text), 1):
        if number == words:
            return text[: match.end()].strip()
    return text.strip()


def _parts(text: str) -> Iterator[_Part]:
    """Yield words, phrases and operators in their order."""
    word = written_word_pattern()
    place, excluded = 0, False
    closings = _Closings(text)
    while place < len(text):
        character = text[place]
        if character in _QUOTES or character in _GUILLEMETS:
            end = closings.of(place)
            if end and word.search(text, place, end):
                words = text[place + 1 : end].translate(_WITHOUT_QUOTES).split()
                yield _Part(Clause(" ".join(words), phrase=True), excluded)
                place, excluded = end + 1, False
            else:
                place += 1
        elif match := word.match(text, place):
            is_or = match.group() == _OR and not excluded
            yield _Part(Clause(match.group()), excluded, operator=is_or)
            place, excluded = match.end(), False
        else:
            if character == "|":
                yield _Part(Clause(character), operator=True)
            # A minus before a word, at the beginning of it: not one within or between words.
            starts = place == 0 or text[place - 1].isspace() or text[place - 1] in "|("
            excluded = character in _MINUS and starts
            place += 1


class _Closings:
    """Where quotations end. Each kind of mark is looked for until the end of the text once at most."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._ends: dict[int, int] = {}
        quote: int | None = None
        opened: dict[str, int] = {}
        for place, character in enumerate(text):
            if character in _QUOTES:
                if quote is not None and place > quote + 1:
                    self._ends[quote] = place
                quote = place
            elif character in _GUILLEMETS:
                opened[_GUILLEMETS[character]] = place
            elif character in opened:
                self._ends[opened.pop(character)] = place

    def of(self, place: int) -> int | None:
        """Return the place of the mark that ends the quotation that begins here; None where there is none."""
        return self._ends.get(place)
