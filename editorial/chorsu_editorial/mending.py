"""Change some of a leaf's words in its stored source: the fewest characters, and no tag.

Words are counted as readers see them (below): entities resolved, NFC, white space as one space. Each of these
characters is traced back to the piece of source that it comes from; the new words are compared with the old ones, and
only pieces that differ are written. What would take away all words between two tags, or a paragraph's edge, is refused,
and so is whatever doesn't read as asked once it is written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape, unescape

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
    pieces = list(_folded(_composed(read)))
    if new == old or "".join(piece.text for piece in pieces) != old:
        raise NotMendableError
    source = leaf.source
    wanted = [piece.text for piece in _composed(_Piece(letter, 0, 0, 0) for letter in new)]
    for equal, first, last, i, j in reversed(runs([piece.text for piece in pieces], wanted)):
        if equal:
            continue
        text = "".join(wanted[i:j])
        start, end = _span(pieces, first, last, text)
        source = source[:start] + (escape(text, quote=False) if leaf.kind == "rich_text" else text) + source[end:]
    mended = replace(leaf, source=source)
    if " ".join(unit_words(mended)) != new or _read(mended)[1] != skeleton:
        raise NotMendableError
    return source


def mend_unit(leaf: Leaf, old: str, new: str) -> str:
    """Return the leaf's source with the one unit that reads ``old`` reading ``new``. Raises ``NotMendableError``."""
    pieces = [(each.start, each.html) for each in paragraphs(leaf.source)]
    pieces = pieces if leaf.kind == "rich_text" else [(0, leaf.source)]
    units = [(start, replace(leaf, source=written)) for start, written in pieces]
    found = [(start, unit) for start, unit in units if unit_words(unit) == [old]]
    if len(found) != 1:
        raise NotMendableError
    start, unit = found[0]
    return leaf.source[:start] + mend(unit, 0, len(old), new) + leaf.source[start + len(unit.source) :]


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
