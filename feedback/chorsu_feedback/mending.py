"""What a correction changes, in words, and what about it may be more than a slip, so that another approver looks at it.

``chorsu_editorial.mending`` writes it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from itertools import accumulate, groupby
from typing import Literal

from chorsu_editorial.alignment import COMPARED, common_edges, runs
from chorsu_editorial.stated_facts import Cases, Fact, Passage, cases_of, changed_facts
from chorsu_feedback.registry import is_slip

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

# The share of a sentence (of its letters, and of its words beyond two) and the letters of a word that slips may change.
MOST_CHANGED = 0.2
MOST_LETTERS = 2
FEW_WORDS = 2
# What a word that is none didn't state, so that who spells it right changes nothing of the kind.
_STATED_BY_WORDS = frozenset({"headline", "number", "quotation", "sense"})
_ALPHABETS = ("ARABIC", "CYRILLIC", "LATIN")
_SENTENCE_ENDS = (".", "!", "?", "…", "؟")
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
    share, letters = _changed(since, after)
    meant = bool(found & _STATED_BY_WORDS or letters > MOST_LETTERS) and _is_known_slip(before, after, language)
    if share > MOST_CHANGED or (letters > MOST_LETTERS and not meant):
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


def _changed(before: str, after: str) -> tuple[float, float]:
    """Return the largest share of a sentence that changes, of letters or words, and the most letters of one word.

    A word that is written twice in succession counts once.
    """
    old, new = ([word for word, _same in groupby(text.split())] for text in (before, after))
    found = runs(old, new)
    if not old or any(not equal and (i2 - i1) * (j2 - j1) > COMPARED for equal, i1, i2, j1, j2 in found):
        return 1.0, float("inf")
    ends = accumulate((word.endswith(_SENTENCE_ENDS) for word in old), initial=0)
    sentences = list(ends)[: len(old)]
    sizes, changed, words = Counter[int](), Counter[int](), Counter[int]()
    for number, word in zip(sentences, old, strict=True):
        sizes[number] += len(word) + 1
    lengths = Counter(sentences)
    most = 0
    for equal, i1, i2, j1, j2 in found:
        if equal:
            continue
        pairs = list(zip(old[i1:i2], new[j1:j2], strict=False))
        if i2 - i1 != j2 - j1:
            pairs = [(" ".join(old[i1:i2]), " ".join(new[j1:j2]))]
        for at, (one, other) in enumerate(pairs, i1):
            signs, letters = _differing(one, other)
            number = sentences[min(at, len(old) - 1)]
            changed[number] += signs
            words[number] += max(len(one.split()), len(other.split())) if letters else 0
            most = max(most, letters)
    shares = [changed[number] / sizes[number] for number in changed]
    shares += [words[number] / lengths[number] for number in words if words[number] > FEW_WORDS]
    return max(shares, default=0), most


def _differing(old: str, new: str) -> tuple[int, int]:
    """Return how many signs differ, and how many letters; of words that have nothing in common, all letters."""
    pieces = [(old[i1:i2], new[j1:j2]) for equal, i1, i2, j1, j2 in runs(old, new) if not equal]
    signs = sum(max(len(one), len(other)) for one, other in pieces)
    letters = sum(max(sum(map(str.isalnum, one)), sum(map(str.isalnum, other))) for one, other in pieces)
    return signs, letters + MOST_LETTERS if pieces == [(old, new)] and min(len(old), len(new)) > 1 else letters
