"""What differs between two versions of a page, passage by passage, with the words that came and went marked.

Of a field or block whose text differs (``differences.changes``) the paragraphs, headings and list items are aligned:
those that stand in both versions are left out; between them the first replaced is paired with the first that replaces
it, and so on. Two passages too long to compare word by word are shown whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from wagtail.models import Page

from chorsu_editorial.alignment import COMPARED, runs
from chorsu_editorial.differences import Change, changes
from chorsu_editorial.leaves import Leaf, all_leaves
from chorsu_editorial.marking import marked_html
from chorsu_editorial.units import units

# What one screen shows; beyond it people compare the versions side by side.
MOST_PASSAGES = 60


@dataclass(frozen=True, slots=True)
class Passage:
    """One passage that differs; ``html`` is empty where no text does (a picture, a date, the order)."""

    label: str
    path: str
    html: SafeString


def passages(before: Page, after: Page) -> list[Passage]:
    """Return what differs between two versions of a page, in reading order.

    What publishing itself fills in (``unhashed_fields``) is left out.
    """
    old, new = list(all_leaves(before)), list(all_leaves(after))
    left_out = getattr(after, "unhashed_fields", ())
    found = [change for change in changes(before, after) if change.path not in left_out]
    return [passage for change in found for passage in _of_change(change, old, new)]


def marked_words(old: str, new: str) -> SafeString:
    """Return two plain texts as one in HTML, the words that went in ``<del>`` and those that came in ``<ins>``."""
    return mark_safe(marked_html(escape(old), escape(new)))  # noqa: S308 -- escaped, and only marks are added


def _of_change(change: Change, old: list[Leaf], new: list[Leaf]) -> Iterator[Passage]:
    found = False
    sides = [{leaf.path: leaf for leaf in leaves if _is_at(leaf.path, change.path)} for leaves in (old, new)]
    for path in dict.fromkeys([*sides[1], *sides[0]]):
        was, now = ([unit.text for unit in units(side[path])] if path in side else [] for side in sides)
        for gone, come in _pairs(was, now):
            found = True
            yield Passage(change.label, path, marked_words(gone, come))
    if not found:
        yield Passage(change.label, change.path, SafeString())


def _is_at(path: str, place: str) -> bool:
    return path == place or path.startswith(f"{place}.")


def _pairs(was: list[str], now: list[str]) -> Iterator[tuple[str, str]]:
    for equal, i1, i2, j1, j2 in runs(was, now):
        if not equal and (i2 - i1) * (j2 - j1) > COMPARED:
            yield " ".join(was[i1:i2]), " ".join(now[j1:j2])
        elif not equal:
            yield from zip_longest(was[i1:i2], now[j1:j2], fillvalue="")
