"""What a correction changes, in words, and what about it may be more than a slip, so that another approver looks at it.

``chorsu_editorial.mending`` writes it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import Literal, NamedTuple

from chorsu_editorial.alignment import COMPARED, common_edges, runs
from chorsu_editorial.stated_facts import Cases, Fact, Passage, cases_of, changed_facts
from chorsu_feedback.registry import is_slip
from chorsu_locales.sentences import sentences

# Two signs of one word, with marks above letters and what joins Persian ones.
_WITHIN_WORD = re.compile(r"[\w'’ʼʻ‘\-\u0300-\u036f\u064b-\u065f\u200c]{2}")


def by_word(before: str, old: str, new: str, after: str) -> tuple[str, str, str, str]:
    """Return what stands before the words that change, those that go, those that come, and what stands after.

    Words are whole, also where ``before`` or ``after`` holds a part of one.
    """
    texts = (before + old + after, before + new + after)
    head, tail = common_edges(*texts)
    while any(_is_within_word(text, head) for text in texts):
        head -= 1
    while any(_is_within_word(text, len(text) - tail) for text in texts):
        tail -= 1
    gone, come = (text[head : len(text) - tail] for text in texts)
    return texts[0][:head], gone, come, texts[0][len(texts[0]) - tail :]


def _is_within_word(text: str, place: int) -> bool:
    return place > 0 and _WITHIN_WORD.match(text, place - 1) is not None


def changed_words(old: str, new: str) -> tuple[str, str]:
    """Return the words that differ; of two texts between which only words come or go, the texts."""
    before, after = old.split(), new.split()
    head, tail = common_edges(before, after)
    gone, come = before[head : len(before) - tail], after[head : len(after) - tail]
    return (" ".join(gone), " ".join(come)) if gone and come else (old, new)


Flag = Fact | Literal["alphabet", "length"]

# What slips may change: a share of the letters between two marks, words of a sentence, letters of a word.
MOST_CHANGED = 0.2
MOST_WORDS = 2
MOST_LETTERS = 2
# What a word that is none didn't state, so that who spells it right changes nothing of the kind.
_STATED_BY_WORDS = frozenset({"headline", "number", "quotation", "sense"})
_ALPHABETS = ("ARABIC", "CYRILLIC", "LATIN")
# The share is counted at every mark, also of an abbreviation: of a longer piece it would let more through.
_MARKS = (".", "!", "?", "…", "؟")
_WORD = re.compile(r"\w+(?:['’ʼʻ‘]\w+)?")


def flags_of(
    before: str,
    after: str,
    language: str,
    *,
    kind: str = "",
    approved: str | None = None,
    beside: Iterable[str] = (),
) -> frozenset[Flag]:
    """Return what is doubtful about a change of a paragraph from one normalised text to another.

    ``language`` is the passage's code and ``kind`` its role (``Passage``). ``approved`` is the paragraph before the
    corrections since its last approval, where there are any: they add up. ``beside`` are the page's texts, which tell
    names from the first words of sentences. A script without capitals doesn't tell names from other words, so there a
    name is no flag.
    """
    since = before if approved is None else approved
    found: set[Flag] = set()
    cases, page = cases_of([since, after]), cases_of(beside)
    found |= changed_facts(
        [Passage(since, kind)],
        [Passage(after, kind)],
        language,
        cases=Cases(cases.small, cases.inside | page.inside, page.small),
        caseless=False,
    )
    old, new = (Counter(_WORD.findall(text)) for text in (before, after))
    written = _alphabets(before)
    if any(len(own := _alphabets(word)) > 1 or not own <= written for word in new - old):
        found.add("alphabet")
    extent = _extent(since, after, language)
    has_long_change = extent.letters > MOST_LETTERS
    meant = bool(found & _STATED_BY_WORDS or has_long_change) and _is_known_slip(before, after, language)
    if extent.share > MOST_CHANGED or extent.words > MOST_WORDS or (has_long_change and not meant):
        found.add("length")
    return frozenset(found - _STATED_BY_WORDS if meant else found)


def flags_in_context(before: str, old: str, new: str, after: str, language: str) -> str:
    """Return the flags of ``new`` for ``old`` between contexts as a model stores them; none without new words."""
    return " ".join(sorted(flags_of(before + old + after, before + new + after, language))) if new else ""


def _alphabets(text: str) -> set[str]:
    return {name for letter in set(text) if (name := unicodedata.name(letter, "").partition(" ")[0]) in _ALPHABETS}


def _is_known_slip(before: str, after: str, language: str) -> bool:
    """Return whether nothing changes but one word, which states nothing and which the site takes for a slip."""
    gone, come = (_WORD.findall(text) for text in (before, after))
    pairs = [pair for pair in zip(gone, come, strict=False) if pair[0] != pair[1]]
    if len(gone) != len(come) or len(pairs) != 1 or _WORD.split(before) != _WORD.split(after):
        return False
    ((old, new),) = pairs
    states = changed_facts([Passage(old.lower())], [], language, cases=Cases(), caseless=False)
    return not states and is_slip(old, new, language)


class _Extent(NamedTuple):
    """The most that a change takes: of the signs between two marks, of a sentence's words, of a word's letters."""

    share: float
    words: float
    letters: float


def _extent(before: str, after: str, language: str) -> _Extent:
    numbered = _numbered_words(before, language)
    old = [word for word, _sentence in numbered]
    new = [word for word, _sentence in _numbered_words(after, language)]
    differing = [run[1:] for run in runs(old, new) if not run[0]]
    if not old or any((i2 - i1) * (j2 - j1) > COMPARED for i1, i2, j1, j2 in differing):
        return _Extent(1.0, float("inf"), float("inf"))
    pieces = list(accumulate((word.endswith(_MARKS) for word in old), initial=0))
    sizes, changed, words = Counter[int](), Counter[int](), Counter[int]()
    for piece, word in zip(pieces, old, strict=False):
        sizes[piece] += len(word) + 1
    most_letters = 0
    for at, gone, come in _pairs(old, new, differing):
        place = min(at, len(old) - 1)
        signs, letters = _differing(" ".join(gone), " ".join(come))
        changed[pieces[place]] += signs
        most_letters = max(most_letters, letters)
        if letters:
            touched = {sentence for _word, sentence in numbered[place : place + max(len(gone), 1)]}
            words.update(dict.fromkeys(touched, max(len(gone), len(come))))
    shares = [changed[piece] / sizes[piece] for piece in changed]
    return _Extent(max(shares, default=0), max(words.values(), default=0), most_letters)


def _pairs(
    old: list[str], new: list[str], differing: Iterable[tuple[int, int, int, int]]
) -> Iterator[tuple[int, list[str], list[str]]]:
    """Yield where words differ, those that go and those that come: one by one where they are as many."""
    for i1, i2, j1, j2 in differing:
        if i2 - i1 == j2 - j1:
            yield from ((i1 + n, [old[i1 + n]], [new[j1 + n]]) for n in range(i2 - i1))
        else:
            yield i1, old[i1:i2], new[j1:j2]


def _numbered_words(text: str, language: str) -> list[tuple[str, int]]:
    """Return the words of a text, each with the number of its sentence; one written twice in succession counts once."""
    numbered: list[tuple[str, int]] = []
    for number, sentence in enumerate(sentences(text, language)):
        for word in sentence.split():
            if not numbered or numbered[-1][0] != word:
                numbered.append((word, number))
    return numbered


def _differing(old: str, new: str) -> tuple[int, int]:
    """Return how many signs differ, and how many letters; of words that have nothing in common, all letters."""
    pieces = [(old[i1:i2], new[j1:j2]) for equal, i1, i2, j1, j2 in runs(old, new) if not equal]
    signs = sum(max(len(one), len(other)) for one, other in pieces)
    letters = sum(max(sum(map(str.isalnum, one)), sum(map(str.isalnum, other))) for one, other in pieces)
    return signs, letters + MOST_LETTERS if pieces == [(old, new)] and min(len(old), len(new)) > 1 else letters
