"""The readable leaves of a page: what a reader can read and a person can correct, and where each stands.

A *content path* names a leaf: ``title`` or ``lead`` for a field, ``body.<block id>`` for a leaf block of a
StreamField, ``.<field>`` per struct field, ``.<item id>`` per list item, ``.rows.R.values.C`` for a cell of a typed
table (R and C count from 0). Paths stay the same through revisions and through ``copy_for_translation``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from wagtail.models import Page

LeafKind = Literal["text", "rich_text"]


@dataclass(frozen=True, slots=True)
class Leaf:
    """One readable leaf.

    ``source`` is what is stored: plain text, or Wagtail's rich-text HTML (``kind`` says which). ``text`` is what a
    reader reads of it, in NFC, with white space folded. ``role`` is what it is for: ``headline``, ``lead``,
    ``heading``, ``body``, ``quotation``, ``caption`` or ``people``.
    ``language`` is a code where the passage differs from its page.
    """

    path: str
    kind: LeafKind
    source: str
    text: str
    role: str = "body"
    language: str | None = None


def iter_leaves(page: Page) -> Iterator[Leaf]:
    """Yield the leaves of a specific page in reading order."""
    raise NotImplementedError


def get_leaf(page: Page, path: str) -> Leaf | None:
    """Return the leaf at ``path``, or None where the page has none there."""
    return next((leaf for leaf in iter_leaves(page) if leaf.path == path), None)


def with_leaf(page: Page, path: str, source: str) -> Page:
    """Set the stored source of the leaf at ``path`` on this in-memory page and return it; nothing is saved.

    Raises ``KeyError`` where the page has no leaf there.
    """
    raise NotImplementedError
