"""Normalise the words of a leaf as the script in the reader's browser does.

Both normalise by the rules below, so that an offset counted in the browser is valid here. Offsets and lengths are in
code points. ``static/chorsu_feedback/anchors.js`` holds the same rules; a browser test compares the two.

1. Invisible characters that carry no meaning are left out: soft hyphens, zero-width spaces, word joiners, byte order
   marks, control characters. The zero-width non-joiner and joiner stay: Persian needs them.
2. Unicode normalisation form C.
3. Every run of white space, no-break spaces among them, is one space; a block's edge is one too.
4. No space at either end of a leaf.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from wagtail.models import Page

from chorsu_editorial.markup import paragraphs
from chorsu_editorial.reading import Leaf, all_leaves
from chorsu_locales.text import nfc

# NUL to US without white space, DEL and C1, soft hyphen, zero-width space, word joiner, byte order mark, and halves of
# surrogate pairs, which no database stores.
_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u200b\u2060\ufeff\ud800-\udfff]")
_SPACE = re.compile("[\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
_SENTENCE_END = re.compile(r"[.!?…؟](?=\s)")


def visible(text: str) -> str:
    """Return the text in NFC without its invisible characters; white space stays as it is."""
    return nfc(_INVISIBLE.sub("", text))


def fold(text: str) -> str:
    """Return the text normalised, with at most one space at either end (a piece of a leaf may end in one)."""
    return _SPACE.sub(" ", visible(text))


def normalise(text: str) -> str:
    """Return the text of a whole leaf normalised."""
    return fold(text).strip(" ")


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


def sentences_around(text: str, start: int, end: int) -> tuple[int, int]:
    """Return where the sentence, or the sentences, of a passage begin and end, with the space before them."""
    first = max((found.end() for found in _SENTENCE_END.finditer(text, 0, start)), default=0)
    return first, next((found.end() for found in _SENTENCE_END.finditer(text, max(end - 1, 0))), len(text))


def sentence_at(leaf: LeafText, start: int, end: int) -> tuple[int, int]:
    """Return where the sentence, or the sentences, of a passage begin and end, within its block."""
    first, last = leaf.block_at(start)
    block = leaf.text[first : max(last, end)]
    begin, stop = sentences_around(block, start - first, end - first)
    return first + begin + (1 if begin else 0), first + stop


def read_leaf(leaf: Leaf) -> LeafText:
    """Return what a reader reads of a leaf."""
    pieces = [each.text for each in paragraphs(leaf.source)] if leaf.kind == "rich_text" else [leaf.source]
    text, starts, ends = "", [], []
    for words in filter(None, map(normalise, pieces)):
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
