"""Change some of a leaf's words in its stored source: the fewest characters, and no tag.

Words are counted as readers see them (below): entities resolved, NFC, white space as one space. Each of these
characters is traced back to the piece of source that it comes from; the new words are compared with the old ones, and
only pieces that differ are written. What would take away all words between two tags, or a paragraph's edge, is refused,
and so is whatever doesn't read as asked once it is written.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from html import escape, unescape
from itertools import pairwise

from chorsu_editorial.alignment import runs
from chorsu_editorial.markup import BLOCK_TAGS, Token, paragraphs, tokens
from chorsu_editorial.reading import Leaf
from chorsu_locales.text import nfc

# Words are normalised here and by the script in the reader's browser (``chorsu_feedback/anchors.js``) alike, so
# that an offset counted there is valid here; a browser test compares the two. Offsets and lengths are in code points.
#
# 1. Invisible characters that carry no meaning are left out: soft hyphens, zero-width spaces, word joiners, byte order
#    marks, control characters. The zero-width non-joiner and joiner stay: Persian needs them.
# 2. Unicode normalisation form C.
# 3. Every run of white space, no-break spaces among them, is one space; a block's edge is one too.
# 4. No space at either end of a leaf.

# NUL to US without white space, DEL and C1, soft hyphen, zero-width space, word joiner, byte order mark, and halves of
# surrogate pairs, which no database stores.
_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u200b\u2060\ufeff\ud800-\udfff]")
_SPACE = re.compile("[\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")

# More pairs of words, or of letters, are written as a whole: three times as many take up to thirty times as long.
_COMPARED = 300 * 300
_COMPARED_LETTERS = 100 * 100  # of one run of words; a unit may have many
# More marks than this are on no letter; composing it again for each mark takes the square of their number.
_MOST_MARKS = 30
_EDGE = -1
_CHARACTER = re.compile(r".", re.DOTALL)
# A reference, or a character.
_WRITTEN = re.compile(r"&(?:#[0-9]+|#[xX][0-9a-fA-F]+|[a-zA-Z][a-zA-Z0-9]*);?|.", re.DOTALL)


def visible(text: str) -> str:
    """Return the text in NFC without its invisible characters; white space stays as it is."""
    return nfc(_INVISIBLE.sub("", text))


def fold(text: str) -> str:
    """Return the text normalised, with at most one space at either end (a piece of a leaf may end in one)."""
    return _SPACE.sub(" ", visible(text))


def normalise(text: str) -> str:
    """Return the text of a whole leaf normalised."""
    return fold(text).strip(" ")


def unit_words(leaf: Leaf) -> list[str]:
    """Return the words of each unit of a leaf, normalised; a plain text is one unit, and nothing is empty."""
    texts = [each.text for each in paragraphs(leaf.source)] if leaf.kind == "rich_text" else [leaf.source]
    return [words for words in map(normalise, texts) if words]


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
    """Return the leaf's source with ``words`` in place of what it reads from ``start`` to ``end``.

    Offsets are those in ``unit_words`` with a space between any two. Raises ``NotMendableError`` where that needs more
    than changing characters between two tags.
    """
    old = " ".join(unit_words(leaf))
    new = normalise(old[:start] + fold(words) + old[end:])
    read, skeleton = _read(leaf)
    pieces = _normalised(read)
    if new == old or "".join(piece.text for piece in pieces) != old:
        raise NotMendableError
    source = leaf.source
    wanted = [piece.text for piece in _normalised(_Piece(letter, 0, 0, 0) for letter in new)]
    for first, last, i, j in _differing([piece.text for piece in pieces], wanted):
        text = "".join(wanted[i:j])
        start, end = _span(pieces, first, last, text)
        source = source[:start] + (escape(text, quote=False) if leaf.kind == "rich_text" else text) + source[end:]
    mended = replace(leaf, source=source)
    if " ".join(unit_words(mended)) != new or _read(mended)[1] != skeleton:
        raise NotMendableError
    return source


def mend_units(leaf: Leaf, wanted: Mapping[str, str]) -> tuple[str, set[str]]:
    """Return the leaf's source with units that read as a key reading as its value, and the keys of those that do.

    A key that no unit reads, or several, and a change that ``mend`` refuses are left out.
    """
    places = [(0, leaf)]
    if leaf.kind == "rich_text":
        places = [(each.start, replace(leaf, source=each.html)) for each in paragraphs(leaf.source)]
    words = [" ".join(unit_words(unit)) for _start, unit in places]
    counts = Counter(words)
    source, mended = leaf.source, set()
    for (start, unit), old in reversed([*zip(places, words, strict=True)]):
        if old in wanted and counts[old] == 1:
            with suppress(NotMendableError):
                new = mend(unit, 0, len(old), wanted[old])
                source = source[:start] + new + source[start + len(unit.source) :]
                mended.add(old)
    return source, mended


def _differing(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """Yield the runs of letters that differ, the last one first: within words, if those aren't too long together."""
    cuts = [[0, *(n for n in range(1, len(side)) if " " in side[n - 1 : n + 1]), len(side)] for side in (old, new)]
    words = [[tuple(side[i:j]) for i, j in pairwise(ends)] for side, ends in zip((old, new), cuts, strict=True)]
    for equal, *places in reversed(runs(*words, compared=_COMPARED)):
        if not equal:
            i1, i2, j1, j2 = (cuts[number // 2][place] for number, place in enumerate(places))
            for same, *inside in reversed(runs(old[i1:i2], new[j1:j2], compared=_COMPARED_LETTERS)):
                if not same:
                    yield i1 + inside[0], i1 + inside[1], j1 + inside[2], j1 + inside[3]


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


def _normalised(pieces: Iterable[_Piece]) -> list[_Piece]:
    """Return the pieces as ``normalise`` reads them together: what composes in NFC is one, and so is white space."""
    found: list[_Piece] = []
    for piece in pieces:
        text = fold(piece.text)
        last = found[-1] if found else None
        if last and (last.text == text == " " or (text and _joins(last.text, text))):
            node = piece.node if piece.node == last.node else _EDGE
            found[-1] = _Piece(" " if text == " " else nfc(last.text + text), last.start, piece.end, node)
        elif text and (last or text != " "):
            found.append(replace(piece, text=text))
    return found[:-1] if found and found[-1].text == " " else found


def _joins(before: str, after: str) -> bool:
    joined = before + after
    return len(before) <= _MOST_MARKS and (unicodedata.combining(after[0]) > 0 or nfc(joined) != joined)
