"""The paragraphs of a page as a list to choose from, for readers who can't select words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from chorsu_feedback.anchors import Anchor, find_words, make_anchor
from chorsu_feedback.text import LeafText


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, heading, caption or other block. ``key`` names it in a form: ``<offset>-<hash>-<content path>``."""

    key: str
    text: str
    role: str
    language: str | None


def paragraphs_of(leaves: Sequence[LeafText]) -> list[Paragraph]:
    """Return every block of the page that readers see, in reading order."""
    return [
        Paragraph(f"{start}-{_hash(text)}-{leaf.path}", text, leaf.role, leaf.language)
        for leaf in leaves
        if leaf.public
        for start, text in leaf.blocks()
    ]


def anchor_of(key: str, words: str, leaves: Sequence[LeafText]) -> Anchor | None:
    """Return the anchor of the words in the paragraph, of the whole paragraph where they aren't in it exactly once.

    None where the page has no such paragraph any more.
    """
    number, _, rest = key.partition("-")
    digest, _, path = rest.partition("-")
    for leaf in leaves:
        if leaf.path != path or not leaf.public:
            continue
        for start, text in leaf.blocks():
            if str(start) == number and _hash(text) == digest:
                end = start + len(text)
                places = [at for _, at in find_words(words, [leaf]) if start <= at and at + len(words) <= end]
                if len(places) == 1:
                    return make_anchor(leaf, places[0], places[0] + len(words))
                return make_anchor(leaf, start, end)
    return None


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:12]
