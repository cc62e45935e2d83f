"""What a text states: numbers, names, what it quotes and negates. Compared, never understood.

``changed_facts`` is the one rule: an approver's own mends and corrections of typos on live pages are held to it. The
docs/guide.md lists the facts under "What an approver may change". Beyond that:

- quotations: other marks around the same words are no change;
- negations: words are compared with the words beside them, as far as these stay in the text, so that a negation that
  moves is found;
- ``numerals``, ``negations``, ``negating`` (parts of words) and ``opposites`` are lists of the language's row;
- the first word of a sentence, cell or heading has its capital from there. It is a name unless something says that it
  is none: the same text writes it small, the language's row lists it, or a slip in it was mended (``_slips``).

What a site knows of words is registered: ``register_vocabulary``.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from typing import Any, Literal, NamedTuple

from django.utils import dates, translation

from chorsu_editorial.alignment import common_edges
from chorsu_locales.dates import calendar_words
from chorsu_locales.selectors import get_language_row

_OPENING = "«“„‚‹「『"
_CLOSING = "»”“’›」』"
_APOSTROPHES = "'‘’"
# Marks within others of another kind close nothing: «он сказал “да” и ушёл».
_CLOSED_BY = {
    "«": "»", "“": "”“\"", "„": "“”\"", "‚": "‘’", "‹": "›", "「": "」", "『": "』", '"': "\"", "'": "'’", "‘": "’'"
}  # fmt: skip
_MARKS = f"{_OPENING}{_CLOSING}\"'‘"
_AROUND = f"{_MARKS}.,;:!?…()[]{{}}،؛؟"
_ENDS = (".", "!", "?", "…", "؟", ":")
_LINK = ("://", "www.", "@")
_WORD = re.compile(r"\w+(?:'\w+)*")
_SPELLINGS = str.maketrans(
    {"’": "'", "‘": "'", "ʼ": "'", "ʻ": "'", "ё": "е", "ي": "ی", "ك": "ک", "\u00ad": "", "\u200b": "", "\u2060": ""}
)
# Of longer ones neither parts nor endings are looked at.
_LONGEST_WORD = 64
# Of a name of the calendar with an ending.
_SHORTEST_STEM = 5
# Letters that differ in a slip, at one place; the fewest of a word that may have one, and of one before a capital, as
# first names stand.
_SLIP, _SHORTEST_SLIP, _SHORTEST_BEFORE = 2, 5, 8
# First words of changed sentences of which each is compared with each; with more, somebody writes anew.
_MOST_FIRSTS = 50

Fact = Literal["headline", "number", "name", "quotation", "negation", "sense", "link"]


class Passage(NamedTuple):
    """A paragraph or another text of its own; ``kind`` is "headline", "people", "quotation" or anything else."""

    text: str
    kind: str = ""


class Verdict(NamedTuple):
    """Of words: those that pages write small, or in another form, and those of names, or that none writes small."""

    small: Collection[str] = ()
    forms: Collection[str] = ()
    named: Collection[str] = ()


class Vocabulary(NamedTuple):
    """What a site knows of words.

    ``token(word, language)`` returns what all forms of a word have in common, or nothing of a word that says nothing.
    ``judge(words, language)`` gets words in small letters; of those that one page at most has it says nothing.
    """

    token: Callable[[str, str], str]
    judge: Callable[[Collection[str], str], Verdict]


_vocabularies: list[Vocabulary] = []


def register_vocabulary(vocabulary: Vocabulary) -> None:
    """Let a site tell names from other words; raises ``ValueError`` where another vocabulary is registered."""
    if any(other is not vocabulary for other in _vocabularies):
        raise ValueError(f"There is a vocabulary already: {_vocabularies[0]!r}.")
    _vocabularies[:] = [vocabulary]


def token_of(word: str, language: str) -> str:
    """Return what the forms of a word have in common; without a vocabulary the word itself, in small letters."""
    return _vocabularies[0].token(word, language) if _vocabularies else word.casefold().translate(_SPELLINGS)


def judge(words: Collection[str], language: str) -> Verdict:
    """Return what the site knows of words in small letters; nothing without a vocabulary."""
    return _vocabularies[0].judge(words, language) if _vocabularies and words else Verdict()


def function_words(language: str) -> list[str]:
    return get_language_row(language).function_words.split()


class Cases(NamedTuple):
    """Words of a text, all in small letters: those that it writes small, and those with a capital in a sentence.

    ``beside``: those that other texts of the page write small, of which only slips are looked at.
    """

    small: AbstractSet[str] = frozenset()
    inside: AbstractSet[str] = frozenset()
    beside: AbstractSet[str] = frozenset()


def changed_facts(
    old: Sequence[Passage], new: Sequence[Passage], language: str, *, cases: Cases, caseless: bool = True
) -> set[Fact]:
    """Return which kinds of facts differ between passages in a language, in reading order.

    Passages that are the same on both sides may be left out. ``cases`` are those of the whole text (``cases_of``).
    Without ``caseless`` words of a script without capitals are no names.
    """
    sides = (old, new)
    texts = [[passage.text for passage in side] for side in sides]
    of_kind = {
        kind: [[each.text for each in side if each.kind == kind] for side in sides] for kind in ("headline", "people")
    }
    read = [[word for word in _capitals(side) if caseless or word.text.lower() != word.text] for side in texts]
    ordinary = (cases.small | set(function_words(language))) - cases.inside
    ordinary |= _slips(read, ordinary, cases, language)
    named = [[word.text for word in side if not (word.starts and word.small in ordinary)] for side in read]
    spoken = [[words_of(text) for text in side] for side in texts]
    compared: dict[Fact, list[list[Any]]] = {
        "headline": of_kind["headline"],
        "number": [numbers(side, language) for side in texts],
        "name": [[*named[0], *of_kind["people"][0]], [*named[1], *of_kind["people"][1]]],
        "quotation": [list(_quotations(side)) for side in sides],
        "sense": [[each for words in side for each in _listed(words, language, "opposites")] for side in spoken],
        "link": [
            [word.strip(_AROUND) for text in side for word in text.split() if any(sign in word for sign in _LINK)]
            for side in texts
        ],
    }
    found = {fact for fact, (before, after) in compared.items() if before != after}
    spelt = [_letters(" ".join(side)) for side in texts]
    is_turned = spelt[0] != spelt[1] and _negates(spoken[0], spoken[1], language)
    return found | ({"negation"} if is_turned else set())


def _letters(text: str) -> str:
    """Return a text in small letters without apostrophes."""
    return text.casefold().translate(_SPELLINGS).replace("'", "")


def words_of(text: str) -> list[str]:
    """Return the words of a text in small letters, with one spelling of the apostrophe; "n't" is a word."""
    return _WORD.findall(text.casefold().translate(_SPELLINGS).replace("n't", " not"))


@cache
def _forms(language: str, field: str) -> dict[str, str]:
    """Return the forms of a field of a language's row with the first form of each; the others may have endings."""
    groups = str(getattr(get_language_row(language), field)).casefold().translate(_SPELLINGS).split()
    return {form: group.partition("/")[0] for group in groups for form in group.split("/")}


def _listed(words: Iterable[str], language: str, field: str) -> Iterator[str]:
    """Yield, for each word that a field of the language's row has, its first form; the longest beginning counts."""
    forms = _forms(language, field)
    longest = max(map(len, forms), default=0)
    for word in words:
        beginnings = (f"{word[:size]}-" for size in range(min(len(word), longest), 0, -1))
        if form := next((form for form in (word, *beginnings) if form in forms), None):
            yield forms[form]


def _negates(old: Sequence[Sequence[str]], new: Sequence[Sequence[str]], language: str) -> bool:
    """Return whether a negating word comes, goes or moves, or a part of a word that negates it comes or goes."""
    counts = [Counter(word for words in side for word in words) for side in (old, new)]
    gone, come = counts[0] - counts[1], counts[1] - counts[0]
    before, after = ([each for words in side for each in _beside_negations(words, language)] for side in (old, new))
    parts = _negating(language)
    if [each[0] for each in before] != [each[0] for each in after]:
        # Whether "не" is written together with the next word or not: a part of words too, it says the same.
        written = tuple(each for each in _forms(language, "negations") if f"{each}-" in {part for part, *_ in parts})
        moved = Counter(each[0] for each in before), Counter(each[0] for each in after)
        letters = ["".join(word for words in side for word in words) for side in (old, new)]
        return letters[0] != letters[1] or not all(
            word.startswith(written) for word in (moved[0] - moved[1]) + (moved[1] - moved[0])
        )
    pairs = (pair for one, other in zip(before, after, strict=True) for pair in zip(one, other, strict=True))
    if any(one != other and not ((not one or one in gone) and (not other or other in come)) for one, other in pairs):
        return True
    return any(
        not side[1].keys().isdisjoint(_without(word, parts))
        for side in ((gone, come), (come, gone))
        for word in side[0]
    )


def _beside_negations(words: Sequence[str], language: str) -> Iterator[tuple[str, str, str]]:
    """Yield each negating word with the word before it and the one behind it."""
    negations = _forms(language, "negations")
    for before, word, behind in zip(["", *words], words, [*words[1:], ""], strict=False):
        if word in negations:
            yield word, before, behind


@cache
def _negating(language: str) -> tuple[list[str], ...]:
    """Return the parts that negate a word, each with what may stand there in a word that isn't negated."""
    groups = get_language_row(language).negating.casefold().translate(_SPELLINGS).split()
    return tuple(group.split("/") for group in groups)


def _without(word: str, parts: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield what is left of a word where one of the parts is taken out at one place, or replaced."""
    for part, *others in parts if len(word) <= _LONGEST_WORD else ():
        text = part.removesuffix("-")
        for at in range(len(word) if text == part else 1):
            if word.startswith(text, at):
                yield from (word[:at] + other + word[at + len(text) :] for other in ("", *others))


def _quotations(passages: Iterable[Passage]) -> Iterator[str]:
    for text, kind in passages:
        quoted = [" ".join(text.split())] if kind == "quotation" else in_marks(text)
        yield from filter(None, quoted)


def cases_of(texts: Iterable[str]) -> Cases:
    small, inside = set(), set()
    for text in texts:
        small |= {word.strip(_AROUND) for word in text.split() if word.islower()}
        inside |= {word.small for word in _capitals([text]) if not word.starts}
    return Cases(small, inside)


def numbers(texts: Iterable[str], language: str) -> list[tuple[str, str]]:
    """Return the numbers and the names in dates, those in digits of one script and with the word behind them."""
    found: list[tuple[str, str]] = []
    months = _calendar(language)
    for text in texts:
        plain = "".join(str(unicodedata.decimal(letter, letter)) for letter in text)
        words = [word.strip(_AROUND) for word in plain.split()]
        for number, word in enumerate(words):
            small = word.casefold()
            # Also a longer name with an ending.
            beginnings = (small[:size] for size in range(_SHORTEST_STEM, min(len(small), _LONGEST_WORD)))
            if any(letter.isnumeric() for letter in word):
                behind = words[number + 1].casefold() if number + 1 < len(words) else ""
                found.append((word, behind if behind[:1].isalpha() else ""))
            elif not months.isdisjoint((word, small, *beginnings)):
                found.append((small, ""))
            else:
                found += [(numeral, "") for numeral in _listed(words_of(word), language, "numerals")]
    return found


@cache
def _calendar(language: str) -> frozenset[str]:
    """Return the names of months and weekdays in a language, as they are written there and in small letters."""
    with translation.override(language):
        months = [str(name) for table in (dates.MONTHS, dates.MONTHS_ALT) for name in table.values()]
    named = {name for name in (*calendar_words(language), *months) if name}
    # The last letter of a long one may be its ending: "январь", "январе". "may" in English is a word of its own.
    stems = {name.casefold()[:-1] for name in named if len(name) > _SHORTEST_STEM}
    return frozenset(named | stems | {name.casefold() for name in named if name.casefold() != "may"})


def first_words(text: str) -> list[str]:
    """Return the words that begin a sentence, a quotation or the text itself, with that capital alone."""
    return [word.text for word in _capitals([text]) if word.starts]


class _Capital(NamedTuple):
    """A word with a capital, or without case. ``starts``: it is the first of a sentence, with this capital alone.

    ``before_name``: the next word of its sentence has a capital too.
    """

    text: str
    starts: bool
    before_name: bool

    @property
    def small(self) -> str:
        return self.text.casefold()


def _capitals(texts: Iterable[str]) -> Iterator[_Capital]:
    for text in texts:
        starts = True
        tokens = text.split()
        for token, behind in zip(tokens, [*tokens[1:], ""], strict=False):
            word = token.strip(_AROUND)
            starts = starts or token[:1] in _OPENING
            first = next((letter for letter in word if letter.isalpha()), "")
            capitals = sum(letter.isupper() for letter in word)
            ends = token.rstrip(_MARKS + ")]").endswith(_ENDS)
            if (first and unicodedata.category(first) == "Lo") or capitals:
                yield _Capital(word, starts and capitals == 1, not ends and behind.strip(_AROUND)[:1].isupper())
            # A dash or a number before a first word leaves it the first.
            if first or (word and ends):
                starts = ends


def _slips(sides: Sequence[Sequence[_Capital]], ordinary: AbstractSet[str], cases: Cases, language: str) -> set[str]:
    """Return first words of sentences, in small letters, that are no names: what was mended, and what it was before.

    A slip makes a word that nobody else writes: the new word must be known as a small one, and the old one not at all.
    Two known words may be two names, and so may two short ones, or two that differ by more than a slip.
    """
    firsts = [{word.small for word in side if word.starts and word.small not in cases.inside} for side in sides]
    if max(map(len, firsts)) > _MOST_FIRSTS:
        return set()
    pairs = [
        (gone, come)
        for gone in firsts[0] - firsts[1]
        for come in firsts[1] - firsts[0]
        if gone not in ordinary and _is_slip(gone, come)
    ]
    known = judge({word for pair in pairs for word in pair}, language)
    small = {*known.small, *known.forms}.difference(known.named) | ordinary | cases.beside
    before = {word.small for word in sides[0] if word.before_name}
    return {
        word
        for gone, come in pairs
        if come in small and gone not in known.named and (gone not in small or _letters(gone) == _letters(come))
        if come in function_words(language) or len(come) >= (_SHORTEST_BEFORE if gone in before else _SHORTEST_SLIP)
        for word in (gone, come)
    }


def _is_slip(one: str, other: str) -> bool:
    """Return whether two words begin with the same letter and differ by few letters at one place."""
    head, tail = common_edges(one, other)
    return bool(head) and max(len(one), len(other)) - head - tail <= _SLIP


def in_marks(text: str) -> Iterator[str]:
    """Yield what outer quotation marks hold; a mark that nobody closes holds the rest of the paragraph."""
    inside: list[str] = []
    opening, depth = "", 0
    for number, letter in enumerate(text):
        before, behind = text[number - 1 : number], text[number + 1 : number + 2]
        is_apostrophe = letter in _APOSTROPHES and before.isalnum() and (behind.isalnum() or not depth)
        if not depth:
            if letter in _CLOSED_BY and not is_apostrophe:
                opening, depth = letter, 1
            continue
        if letter in _CLOSED_BY[opening] and not is_apostrophe:
            depth -= 1
            if not depth:
                yield "".join(inside)
                inside = []
                continue
        elif letter == opening:
            depth += 1
        # Other marks around what is quoted inside are no change either.
        if letter not in _MARKS or is_apostrophe:
            inside.append(letter)
    if depth:
        yield "".join(inside)
