"""Steps C and D of the ladder in ``anchors.py``: places that resemble what a reader saw, for people to judge.

Step C, to be confirmed: the same words between the same contexts, apart from the form of quotation marks, apostrophes,
dashes and ellipses, and from where paragraphs begin and end. Nothing else is folded: case, ӣ and и, ё and е, ي and ی
may be the mistake itself.

Step D, for finding only: where most words of the anchor still stand in their order. Each word of a leaf that the anchor
has too votes for the distance between the two (a Hough transform over one variable, as in the seeding of sequence
alignment); the distance with most votes is aligned word by word. The time is linear in the length of the page.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice

from chorsu_editorial.alignment import runs
from chorsu_feedback.anchors import LEAST_CONTEXT, Anchor, Match, occurrences
from chorsu_feedback.text import LeafText

# Each of these folds to as many characters as it has, except the ellipsis: see ``_unfolded``.
_FORMS = {
    **dict.fromkeys("«»„“”‟‹›″＂", '"'),
    **dict.fromkeys("’‘‚‛ʼʻ′`´＇", "'"),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    "…": "...",
}
# Ten times as fast as ``str.translate`` on letters that aren't Latin.
_FORM = re.compile(f"[{''.join(_FORMS)}]")
_WORD = re.compile(r"\w+")
# Words that were put in or taken out between two others move what follows by so many places.
_DRIFT = 4
# Distances that are looked at once their votes are counted.
_MOST_SHIFTS = 16
# The share of an anchor's letters that must stand at a place in their order.
_LEAST_SHARE = 0.4


def resembling(anchor: Anchor, leaves: Sequence[LeafText]) -> list[Match]:
    """Return the places that step C finds, else those of step D, the most alike first and at most one per leaf."""
    found = list(_apart_from_form(anchor, leaves))
    # Fewer or more than the reader's page had: the mistake may be mended, and what is left a place that reads the same.
    return found if len(found) == anchor.total else _alike(anchor, leaves)


def _apart_from_form(anchor: Anchor, leaves: Sequence[LeafText]) -> Iterator[Match]:
    if len(anchor.before) + len(anchor.after) < LEAST_CONTEXT:
        return
    before, words, after = map(_fold_forms, (anchor.before, anchor.selected, anchor.after))
    for leaf in leaves:
        for position in occurrences(before + words + after, _fold_forms(leaf.text)):
            start = position + len(before)
            yield Match("C", leaf, _unfolded(leaf.text, start), _unfolded(leaf.text, start + len(words)))


def _fold_forms(text: str) -> str:
    return _FORM.sub(lambda found: _FORMS[found.group()], text)


def _unfolded(text: str, index: int) -> int:
    """Return where in a text the character stands that has this index once the forms are folded."""
    for position in occurrences("…", text):
        if position >= index:
            break
        index -= min(2, index - position - 1)
    return index


def _alike(anchor: Anchor, leaves: Sequence[LeafText]) -> list[Match]:
    wanted = _words(anchor.before + anchor.selected + anchor.after)
    least = sum(map(len, wanted)) * _LEAST_SHARE
    places: dict[str, list[int]] = defaultdict(list)
    for number, word in enumerate(wanted):
        places[word].append(number)
    found = []
    for leaf in leaves:
        there = _words(leaf.text)
        votes: Counter[int] = Counter()
        for number, word in enumerate(there):
            for place in places.get(word, ()):
                votes[number - place] += len(word)
        near = {
            shift: sum(votes[shift + drift] for drift in range(-_DRIFT, _DRIFT + 1))
            for shift, _votes in votes.most_common(_MOST_SHIFTS)
        }
        shift = max(near, key=lambda each: (near[each], votes[each]), default=None)
        if shift is None or near[shift] < least:
            continue
        first = max(0, shift - _DRIFT)
        pairs = _aligned(wanted, there[first : shift + len(wanted) + _DRIFT + 1])
        letters = sum(len(wanted[number]) for number in pairs)
        if letters >= least:
            found.append(
                (letters, _place(anchor, leaf, len(there), {number: first + at for number, at in pairs.items()}))
            )
    found.sort(key=lambda each: -each[0])
    return [match for _letters, match in found]


def _aligned(wanted: list[str], here: list[str]) -> dict[int, int]:
    """Return which of the wanted words stand in a piece of text in their order, by number, and where."""
    equal = [run for run in runs(wanted, here) if run.equal]
    return {run.i1 + step: run.j1 + step for run in equal for step in range(run.i2 - run.i1)}


def _place(anchor: Anchor, leaf: LeafText, size: int, pairs: dict[int, int]) -> Match:
    """Return where the anchor's words stand in a leaf of ``size`` words; ``pairs`` says where those do that it has.

    Words that are gone are the gap between their neighbours, or the word next to where they were.
    """
    start, end = len(anchor.before), len(anchor.before) + len(anchor.selected)
    whole = anchor.before + anchor.selected + anchor.after
    own = [number for number, span in enumerate(_WORD.finditer(whole)) if span.start() < end and span.end() > start]
    first, last = (own[0], own[-1]) if own else (-1, -1)
    inside = [pairs[number] for number in own if number in pairs]
    begin = max((at + 1 for number, at in pairs.items() if number < first), default=min(inside, default=0))
    stop = min((at for number, at in pairs.items() if number > last), default=max(inside, default=begin) + 1)
    begin, stop = pairs.get(first, begin), pairs.get(last, stop - 1) + 1
    begin = min(begin, size - 1)
    until = min(max(stop - 1, begin), size - 1)
    spans = [found.span() for found in islice(_WORD.finditer(leaf.text), begin, until + 1)]
    return Match("D", leaf, spans[0][0], spans[-1][1])


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]
