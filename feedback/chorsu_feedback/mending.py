"""Change some of a leaf's words in its stored source: the fewest characters, and no tag.

Words are counted as readers see them (``anchors.py``): entities resolved, NFC, white space as one space. Each of these
characters is traced back to the piece of source that it comes from; the new words are compared with the old ones, and
only pieces that differ are written. What would take away all words between two tags, or a paragraph's edge, is refused,
and so is whatever doesn't read as asked once it is written.

``flags_of`` says what about a correction may be more than a slip, so that another approver looks at it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape, unescape
from itertools import accumulate, groupby
from typing import Literal

from chorsu_editorial.alignment import COMPARED, common_edges, runs
from chorsu_editorial.markup import BLOCK_TAGS, Token, tokens
from chorsu_editorial.reading import Leaf
from chorsu_editorial.stated_facts import Cases, Fact, Passage, cases_of, changed_facts
from chorsu_feedback.anchors import fold, normalise, read_leaf, visible
from chorsu_feedback.registry import is_slip
from chorsu_locales.text import nfc

# Longer changes are written as a whole, not letter by letter: comparing takes the product of the lengths.
_COMPARED = 300 * 300
# More marks than this are on no letter; composing it again for each mark takes the square of their number.
_MOST_MARKS = 30
_EDGE = -1
_CHARACTER = re.compile(r".", re.DOTALL)
# Two signs of one word, with marks above letters and what joins Persian ones.
_WITHIN_WORD = re.compile(r"[\w'’ʼʻ‘\-\u0300-\u036f\u064b-\u065f\u200c]{2}")
# A reference, or a character.
_WRITTEN = re.compile(r"&(?:#[0-9]+|#[xX][0-9a-fA-F]+|[a-zA-Z][a-zA-Z0-9]*);?|.", re.DOTALL)


class NotMendableError(Exception):
    """The change needs the editor: it touches a paragraph's edge or formatting, or it changes nothing."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A piece of source and what a reader sees of it. ``node`` numbers the runs of text between two tags.

    What no change may touch, a block's edge or white space on both sides of a tag, has the node ``_EDGE``.
    """

    text: str
    start: int
    end: int
    node: int


def mend(leaf: Leaf, start: int, end: int, words: str) -> str:
    """Return the leaf's source with ``words`` in place of what ``read_leaf`` reads from ``start`` to ``end``.

    Raises ``NotMendableError`` where that needs more than changing characters between two tags.
    """
    old = read_leaf(leaf).text
    new = normalise(old[:start] + fold(words) + old[end:])
    read, skeleton = _read(leaf)
    pieces = list(_folded(_composed(read)))
    if new == old or "".join(piece.text for piece in pieces) != old:
        raise NotMendableError
    source = leaf.source
    wanted = [piece.text for piece in _composed(_Piece(letter, 0, 0, 0) for letter in new)]
    for equal, first, last, i, j in reversed(runs([piece.text for piece in pieces], wanted, compared=_COMPARED)):
        if equal:
            continue
        text = "".join(wanted[i:j])
        start, end = _span(pieces, first, last, text)
        source = source[:start] + (escape(text, quote=False) if leaf.kind == "rich_text" else text) + source[end:]
    mended = replace(leaf, source=source)
    if read_leaf(mended).text != new or _read(mended)[1] != skeleton:
        raise NotMendableError
    return source


def _span(pieces: Sequence[_Piece], first: int, last: int, text: str) -> tuple[int, int]:
    """Return the piece of source that a change replaces; for new letters alone, the point where they go."""
    gone = pieces[first:last]
    if gone:
        if gone[0].node == _EDGE or any(piece.node != gone[0].node for piece in gone):
            raise NotMendableError
        return gone[0].start, gone[-1].end
    before = pieces[first - 1] if first and pieces[first - 1].node != _EDGE else None
    after = pieces[first] if first < len(pieces) and pieces[first].node != _EDGE else None
    # Beside the letter before them, as if typed there, or on the other side of a tag where they begin a word.
    if after and (before is None or (before.text == " " and text[-1] != " ")):
        return after.start, after.start
    if before is None:
        raise NotMendableError
    return before.end, before.end


def _read(leaf: Leaf) -> tuple[list[_Piece], list[str]]:
    """Return what a reader sees of a source, piece by piece, with block edges as spaces, and its skeleton.

    The skeleton is the tags as written, and where there are words between them: the same before and after.
    """
    pieces: list[_Piece] = []
    skeleton: list[str] = []
    node = 0
    for token in tokens(leaf.source) if leaf.kind == "rich_text" else [Token("raw", 0, len(leaf.source))]:
        written = leaf.source[token.start : token.end]
        if token.name:
            skeleton.append(written)
            node += 1
            if token.name in BLOCK_TAGS or token.name == "br":
                pieces.append(_Piece(" ", token.start, token.start, _EDGE))
            continue
        found = (_WRITTEN if token.kind == "text" else _CHARACTER).finditer(written)
        resolved = unescape if token.kind == "text" else str
        spans = [(resolved(each[0]), token.start + each.start(), token.start + each.end()) for each in found]
        if any(not text.isspace() for text, _start, _end in spans) and skeleton[-1:] != ["words"]:
            skeleton.append("words")
        pieces += [_Piece(*span, node) for span in spans]
    return pieces, skeleton


def _composed(pieces: Iterable[_Piece]) -> Iterator[_Piece]:
    """Yield the pieces without invisible characters; those that compose in NFC are one."""
    kept: _Piece | None = None
    for piece in pieces:
        text = visible(piece.text)
        if not text:
            continue
        if kept and _joins(kept.text, text):
            kept = _Piece(
                nfc(kept.text + text), kept.start, piece.end, piece.node if piece.node == kept.node else _EDGE
            )
            continue
        if kept:
            yield kept
        kept = replace(piece, text=text)
    if kept:
        yield kept


def _folded(pieces: Iterable[_Piece]) -> Iterator[_Piece]:
    """Yield the pieces with every run of white space as one space, and none at either end."""
    gap: _Piece | None = None
    has_begun = False
    for piece in pieces:
        if fold(piece.text) != " ":
            if gap and has_begun:
                yield replace(gap, text=" ")
            yield piece
            gap, has_begun = None, True
        elif gap is None:
            gap = piece
        else:
            gap = replace(gap, end=piece.end, node=gap.node if gap.node == piece.node else _EDGE)


def _joins(before: str, after: str) -> bool:
    if len(before) > _MOST_MARKS:
        return False
    return bool(unicodedata.combining(after[0])) or nfc(before + after) != before + after


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
