"""What a text states: numbers, names, what it quotes and negates. Compared, never understood.

``changed_facts`` is the one rule: an approver's own mends and corrections of typos on live pages are held to it. The
README lists the facts under "The share of an approver". Beyond that:

- quotations: other marks around the same words are no change;
- negations: words are compared with the words beside them, as far as these stay in the text, so that a negation that
  moves is found;
- ``numerals``, ``negations``, ``negating`` (parts of words) and ``opposites`` are lists of the language's row.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from functools import cache
from typing import Any, Literal, NamedTuple

from django.utils import dates, translation

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

Fact = Literal["headline", "number", "name", "quotation", "negation", "sense", "link"]


class Passage(NamedTuple):
    """A paragraph or another text of its own; ``kind`` is "headline", "people", "quotation" or anything else."""

    text: str
    kind: str = ""


def changed_facts(
    old: Sequence[Passage], new: Sequence[Passage], language: str, *, ordinary: Container[str], caseless: bool = True
) -> set[Fact]:
    """Return which kinds of facts differ between passages in a language, in reading order.

    Passages that are the same on both sides may be left out. ``ordinary`` are words in small letters of the whole text
    (``small_words``). Without ``caseless`` words of a script without capitals are no names.
    """
    sides = (old, new)
    texts = [[passage.text for passage in side] for side in sides]
    of_kind = {
        kind: [[each.text for each in side if each.kind == kind] for side in sides] for kind in ("headline", "people")
    }
    named = [[word for word in names(side, ordinary) if caseless or word.lower() != word] for side in texts]
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
    spelt = [" ".join(side).casefold().translate(_SPELLINGS).replace("'", "") for side in texts]
    is_turned = spelt[0] != spelt[1] and _negates(spoken[0], spoken[1], language)
    return found | ({"negation"} if is_turned else set())


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


def small_words(texts: Iterable[str]) -> set[str]:
    return {word.strip(_AROUND) for text in texts for word in text.split() if word.islower()}


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
    row = get_language_row(language)
    patterns = filter(None, (row.dates, row.dates and row.dates.beside))
    own = [name for each in patterns for name in (*each.months, *each.months_alone)]
    with translation.override(language):
        names = [str(name) for table in (dates.MONTHS, dates.MONTHS_ALT, dates.WEEKDAYS) for name in table.values()]
    named = {name for name in (*own, *names) if name}
    # The last letter of a long one may be its ending: "январь", "январе". "may" in English is a word of its own.
    stems = {name.casefold()[:-1] for name in named if len(name) > _SHORTEST_STEM}
    return frozenset(named | stems | {name.casefold() for name in named if name.casefold() != "may"})


def names(texts: Iterable[str], ordinary: Container[str]) -> list[str]:
    """Return words with a capital, or without case; not a sentence's first word that is in ``ordinary`` too."""
    found: list[str] = []
    for text in texts:
        starts = True
        for token in text.split():
            word = token.strip(_AROUND)
            starts = starts or token[:1] in _OPENING
            first = next((letter for letter in word if letter.isalpha()), "")
            capitals = sum(letter.isupper() for letter in word)
            begins = starts and capitals == 1 and word.casefold() in ordinary
            if (first and unicodedata.category(first) == "Lo") or (capitals and not begins):
                found.append(word)
            if word:
                starts = token.rstrip(_MARKS + ")]").endswith(_ENDS)
    return found


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
