"""The units of a leaf: the paragraph, heading or list item that is compared, translated and shown."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from chorsu_editorial.leaves import Leaf
from chorsu_editorial.richtext import canonical_html, canonical_text, fold, paragraphs


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of the leaf at ``path``; ``index`` counts from 0.

    ``text`` is in NFC with white space folded; ``html`` is the inner HTML in canonical form (escaped in a plain leaf).
    """

    path: str
    index: int
    text: str
    html: str


def units(leaf: Leaf) -> list[Unit]:
    """Return the units of a leaf in reading order; a plain text has one per line, and nothing is empty."""
    if leaf.kind == "rich_text":
        found = [(paragraph.text, canonical_html(paragraph.html)) for paragraph in paragraphs(leaf.source)]
    else:
        lines = canonical_text(leaf.source).split("\n")
        found = [(fold(line), escape(line.strip(), quote=False)) for line in lines]
    return [Unit(leaf.path, index, text, html) for index, (text, html) in enumerate(pair for pair in found if pair[0])]
