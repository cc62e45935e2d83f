"""Where on a page a reader's words stand: how they are read, how the place is said, and how it is found again.

An *anchor* is the selected words, up to ``CONTEXT`` code points on either side, and, where the page's HTML carries
content paths, the path of the leaf and the offset in it. A context shorter than ``CONTEXT`` ends at the edge of a block
(paragraph, list item) or leaf; that edge is part of what must match.

``LADDER`` lists the rules of matching, the surest first. ``find`` returns a place that is certain, which only the first
rule can give; ``possible_places`` climbs the ladder and names places for people to judge.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice

from wagtail.models import Page

from chorsu_editorial.alignment import runs
from chorsu_editorial.mending import fold, unit_words
from chorsu_editorial.reading import Leaf, all_leaves
from chorsu_locales.sentences import sentences


@dataclass(frozen=True, slots=True)
class LeafText:
    """The normalised words of one leaf and where its blocks (paragraphs, list items) begin and end in them.

    ``starts`` and ``ends`` are offsets in code points, in order, one pair per block; a plain text is one block.
    ``public`` is False where readers may never see it (``chorsu_editorial.reading``).
    """

    path: str
    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    role: str = "body"
    language: str | None = None
    public: bool = True

    def blocks(self) -> Iterator[tuple[int, str]]:
        """Yield every block's offset and words."""
        for start, end in zip(self.starts, self.ends, strict=True):
            yield start, self.text[start:end]

    def block_at(self, offset: int) -> tuple[int, int]:
        """Return start and end of the block that holds the offset; the whole leaf where none does."""
        for start, end in zip(self.starts, self.ends, strict=True):
            if start <= offset <= end:
                return start, end
        return 0, len(self.text)


def sentence_at(leaf: LeafText, start: int, end: int, language: str) -> tuple[int, int]:
    """Return where the sentence, or the sentences, of a passage begin and end, within its block of a page's leaf."""
    first, last = leaf.block_at(start)
    found = sentences(leaf.text[first : max(last, end)], leaf.language or language)
    edges = [*accumulate(map(len, found), initial=first)]
    begin = max(each for each in edges if each <= start)
    return begin, begin + len(leaf.text[begin : next(each for each in edges if each >= end)].rstrip())


def with_neighbour(leaf: LeafText, start: int, end: int) -> tuple[int, int, str] | None:
    """Return where a passage and the word beside it begin and end, and that word: what is left without the passage.

    The word after it, or before it where a mark follows at once. None where the passage is all of its block.
    """
    first, last = leaf.block_at(start)
    before, after = leaf.text[first:start].split(), leaf.text[end:last].split()
    if after and (leaf.text[end] == " " or not before):
        return start, leaf.text.index(after[0], end) + len(after[0]), after[0]
    return (leaf.text.rindex(before[-1], first, start), end, before[-1]) if before else None


def read_leaf(leaf: Leaf) -> LeafText:
    """Return what a reader reads of a leaf."""
    text, starts, ends = "", [], []
    for words in unit_words(leaf):
        if text:
            text += " "
        starts.append(len(text))
        text += words
        ends.append(len(text))
    return LeafText(leaf.path, text, tuple(starts), tuple(ends), leaf.role, leaf.language, leaf.public)


def read_page(page: Page) -> list[LeafText]:
    """Return the words of a specific page, leaf by leaf in reading order; leaves without words are left out.

    Also leaves that readers may never see: words that stand there too are at no certain place.
    """
    return [words for words in map(read_leaf, all_leaves(page)) if words.text]


CONTEXT = 48
# Below this many code points of context together, an equal place in another leaf is a coincidence too easily: a table
# cell, a short heading.
LEAST_CONTEXT = 16


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
    """Where an anchor's words stand now. ``step`` is the letter of the rule that found them (``LADDER``)."""

    step: str
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

    That words are the only such ones left on the page proves nothing: the mistake may be mended and the same words
    stand rightly elsewhere, a whole repeated paragraph too. So a changed page must hold them between these contexts
    exactly once, as the reader's did (``total``): of several, one may have moved where another was. Leaves that readers
    may never see count too: where the same words stand there, nobody can tell which were on the screen.

    ``same_revision`` says that the page is what the reader saw: the path tells several places apart, the offset those
    in one leaf, and a place that is found needs no ``LEAST_CONTEXT``.
    """
    places = between_contexts(anchor, leaves)
    if not same_revision and not len(places) == anchor.total == 1:
        return None
    own = [match for match in places if match.step == "A"]
    if len(own) > 1:
        own = [match for match in own if match.start == anchor.offset]
        if not own:
            return None
    found = own or places
    if len(found) != 1 or not found[0].leaf.public:
        return None
    if found[0].step == "B" and not same_revision and len(anchor.before) + len(anchor.after) < LEAST_CONTEXT:
        return None
    return found[0]


def find_words(words: str, leaves: Sequence[LeafText]) -> list[tuple[LeafText, int]]:
    """Return every place (leaf, offset) of normalised words; whole words where there are such, else parts of words."""
    found = [(leaf, start) for leaf in leaves for start in occurrences(words, leaf.text)]
    return [(leaf, start) for leaf, start in found if is_whole(leaf.text, start, start + len(words))] or found


def is_whole(text: str, start: int, end: int) -> bool:
    """Return whether a piece of a text is no part of a longer word."""
    return not text[max(0, start - 1) : start].isalnum() and not text[end : end + 1].isalnum()


def occurrences(words: str, text: str) -> Iterator[int]:
    """Yield every offset of the words in a text, also where they overlap."""
    position = text.find(words) if words else -1
    while position >= 0:
        yield position
        position = text.find(words, position + 1)


def between_contexts(anchor: Anchor, leaves: Sequence[LeafText]) -> list[Match]:
    """Return where the words stand between both contexts: in the anchor's leaf (step A), and in others (B)."""
    found = []
    whole = anchor.before + anchor.selected + anchor.after if anchor.selected else ""
    for leaf in leaves:
        for position in occurrences(whole, leaf.text):
            opens = len(anchor.before) == CONTEXT or position in leaf.starts
            closes = len(anchor.after) == CONTEXT or position + len(whole) in leaf.ends
            if opens and closes:
                start = position + len(anchor.before)
                step = "A" if leaf.path == anchor.path else "B"
                found.append(Match(step, leaf, start, start + len(anchor.selected)))
    return found


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


def apart_from_form(anchor: Anchor, leaves: Sequence[LeafText]) -> list[Match]:
    """Return where the words stand between the contexts but for the form of marks and the edges of paragraphs (step C).

    Marks are quotation marks, apostrophes, dashes and ellipses. Nothing else is folded: case, ӣ and и, ё and е, ي and ی
    may be the mistake itself.
    """
    if len(anchor.before) + len(anchor.after) < LEAST_CONTEXT:
        return []
    before, words, after = map(_fold_forms, (anchor.before, anchor.selected, anchor.after))
    found = []
    for leaf in leaves:
        for position in occurrences(before + words + after, _fold_forms(leaf.text)):
            start = position + len(before)
            found.append(Match("C", leaf, _unfolded(leaf.text, start), _unfolded(leaf.text, start + len(words))))
    # Fewer or more than the reader's page had: the mistake may be mended, and what is left a place that reads the same.
    return found if len(found) == anchor.total else []


def _fold_forms(text: str) -> str:
    return _FORM.sub(lambda found: _FORMS[found.group()], text)


def _unfolded(text: str, index: int) -> int:
    """Return where in a text the character stands that has this index once the forms are folded."""
    for position in occurrences("…", text):
        if position >= index:
            break
        index -= min(2, index - position - 1)
    return index


def words_in_order(anchor: Anchor, leaves: Sequence[LeafText]) -> list[Match]:
    """Return where most words of the anchor stand in their order (step D), the most alike first, at most one per leaf.

    Each word of a leaf that the anchor has too votes for the distance between the two (a Hough transform over one
    variable, as in the seeding of sequence alignment); the distance with most votes is aligned word by word. The time
    is linear in the length of the page. Words are compared in small letters.
    """
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
        # Which of the wanted words stand here in their order, by number, and where.
        pairs = {
            run.i1 + step: first + run.j1 + step
            for run in runs(wanted, there[first : shift + len(wanted) + _DRIFT + 1])
            if run.equal
            for step in range(run.i2 - run.i1)
        }
        letters = sum(len(wanted[number]) for number in pairs)
        if letters >= least:
            found.append((letters, _place(anchor, leaf, len(there), pairs)))
    found.sort(key=lambda each: -each[0])
    return [match for _letters, match in found]


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


def words_alone(anchor: Anchor, leaves: Sequence[LeafText]) -> list[Match]:
    """Return where the words stand, whatever is around them (step E)."""
    size = len(anchor.selected)
    return [Match("E", leaf, start, start + size) for leaf, start in find_words(anchor.selected, leaves)]


Rule = Callable[[Anchor, Sequence[LeafText]], list[Match]]
# The rules of matching, the surest first. A new one is a function, with a letter of its own, and a line here.
LADDER: tuple[Rule, ...] = (
    between_contexts,  # A: in the anchor's own leaf, B: in another
    apart_from_form,  # C
    words_in_order,  # D
    words_alone,  # E
)


def possible_places(anchor: Anchor, leaves: Sequence[LeafText], ladder: Sequence[Rule] = LADDER) -> list[Match]:
    """Return the places of the first rule that finds any, for people to judge; also in leaves that aren't public."""
    return next((found for rule in ladder if (found := rule(anchor, leaves))), [])
