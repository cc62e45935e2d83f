"""Where on a page a reader's words stand: how it is said, and how it is found again.

An *anchor* is the selected words, up to ``CONTEXT`` code points on either side, and, where the page's HTML carries
content paths, the path of the leaf and the offset in it. A context shorter than ``CONTEXT`` ends at the edge of a block
(paragraph, list item) or leaf; that edge is part of what must match.

``find`` climbs a ladder. Step A: the same leaf, with both contexts. Step B: another leaf, with both contexts. That
words are the only such ones left on the page proves nothing: the mistake may be mended and the same words stand rightly
elsewhere, a whole repeated paragraph too. So a changed page must hold them between these contexts exactly once, as the
reader's did (``total``): of several, one may have moved where another was. In an unchanged page the path tells several
apart, and the offset those in one leaf. Leaves that readers may never see count too: where the same words stand there,
nobody can tell which were on the screen.
Where ``find`` returns None, steps C and D (``resembling.py``) name places for people to judge.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from chorsu_feedback.text import LeafText, fold

CONTEXT = 48
# Below this many code points of context together, an equal place in another leaf is a coincidence too easily: a table
# cell, a short heading.
LEAST_CONTEXT = 16

Step = Literal["A", "B", "C", "D"]


@dataclass(frozen=True, slots=True)
class Anchor:
    """Words and where they stand. Texts are normalised; lengths and ``offset`` are in code points.

    ``path`` is empty and ``offset`` None where the reader's page carried no content paths. ``total`` says how often the
    words stood between equal contexts on the page that the reader saw.
    """

    selected: str
    before: str = ""
    after: str = ""
    path: str = ""
    offset: int | None = None
    total: int = 1


@dataclass(frozen=True, slots=True)
class Match:
    """Where an anchor's words stand now, and by which step they were found."""

    step: Step
    leaf: LeafText
    start: int
    end: int


def read_anchor(*, selected: str, before: str, after: str, path: str = "", offset: int | None = None) -> Anchor:
    """Return the anchor that untrusted texts describe: normalised, contexts cut, space around the words moved out."""
    words = fold(selected)
    before, after = fold(before), fold(after)
    if words.startswith(" "):
        before = fold(before + " ")
        offset = None if offset is None else offset + 1
    if words.endswith(" "):
        after = fold(" " + after)
    if not path:
        offset = None
    return Anchor(words.strip(" "), before[-CONTEXT:], after[:CONTEXT], path, offset)


def make_anchor(leaf: LeafText, start: int, end: int) -> Anchor:
    """Return the anchor of the words from ``start`` to ``end`` of a leaf; space at their edges is left out.

    The contexts end where the words' own blocks do, so that a change in the next paragraph leaves the place alone.
    Raises ``ValueError`` where nothing but space lies between.
    """
    words = leaf.text[start:end]
    if not words.strip(" "):
        raise ValueError(f"No words between {start} and {end} of {leaf.path!r}.")
    start += len(words) - len(words.lstrip(" "))
    end -= len(words) - len(words.rstrip(" "))
    first, _ = leaf.block_at(start)
    _, last = leaf.block_at(end - 1)
    return Anchor(
        leaf.text[start:end],
        leaf.text[max(first, start - CONTEXT) : start],
        leaf.text[end : min(end + CONTEXT, last)],
        leaf.path,
        start,
    )


def find(anchor: Anchor, leaves: Sequence[LeafText], *, same_revision: bool = False) -> Match | None:
    """Return where the anchor's words stand on the page whose leaves are given, or None where that isn't certain.

    ``same_revision`` says that the page is what the reader saw: the place must still be there then, one that is found
    needs no ``LEAST_CONTEXT``, and the offset decides between several in one leaf.
    """
    places = find_all(anchor, leaves)
    if not same_revision and not len(places) == anchor.total == 1:
        return None
    here = [(leaf, start) for leaf, start in places if leaf.path == anchor.path]
    if len(here) > 1:
        here = [(leaf, start) for leaf, start in here if start == anchor.offset]
        if not here:
            return None
    step: Step = "A" if here else "B"
    if step == "B" and not same_revision and len(anchor.before) + len(anchor.after) < LEAST_CONTEXT:
        return None
    found = here or places
    if len(found) != 1 or not found[0][0].public:
        return None
    leaf, start = found[0]
    return Match(step, leaf, start, start + len(anchor.selected))


def find_all(anchor: Anchor, leaves: Sequence[LeafText]) -> list[tuple[LeafText, int]]:
    """Return every place (leaf, offset) of the page where the words stand between both contexts."""
    return [(leaf, start) for leaf in leaves for start in _places(anchor, leaf)]


def find_words(words: str, leaves: Sequence[LeafText]) -> list[tuple[LeafText, int]]:
    """Return every place (leaf, offset) of normalised words; whole words where there are such, else parts of words."""
    found = [(leaf, start) for leaf in leaves for start in occurrences(words, leaf.text)]
    whole = [
        (leaf, start)
        for leaf, start in found
        if not leaf.text[max(0, start - 1) : start].isalnum() and not leaf.text[start + len(words) :][:1].isalnum()
    ]
    return whole or found


def _places(anchor: Anchor, leaf: LeafText) -> Iterator[int]:
    """Yield the offsets in a leaf where the words stand between both contexts."""
    if not anchor.selected:
        return
    for position in occurrences(anchor.before + anchor.selected + anchor.after, leaf.text):
        start = position + len(anchor.before)
        end = start + len(anchor.selected) + len(anchor.after)
        opens = len(anchor.before) == CONTEXT or position in leaf.starts
        closes = len(anchor.after) == CONTEXT or end in leaf.ends
        if opens and closes:
            yield start


def occurrences(words: str, text: str) -> Iterator[int]:
    """Yield every offset of the words in a text, also where they overlap."""
    position = text.find(words) if words else -1
    while position >= 0:
        yield position
        position = text.find(words, position + 1)
