"""What differs between two versions of a page, passage by passage, with the words that came and went marked.

Of a field or block whose text differs (``differences.changes``) the paragraphs, headings and list items are compared by
``difflib``: those that stand in both versions are left out; between them the first replaced is paired with the first
that replaces it, and so on. Two passages too long to compare word by word are shown whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from wagtail.models import Page

from chorsu_editorial.differences import Change, changes
from chorsu_editorial.leaves import Leaf, all_leaves
from chorsu_editorial.units import units

# The product of the numbers of words, or of passages, of both sides: some milliseconds.
COMPARED = 250_000
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
    """Return the words of two texts as HTML, those that went in ``<del>`` and those that came in ``<ins>``."""
    return format_html_join(" ", "{}", ((part,) for part in _marked(old.split(), new.split())))


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
    if len(was) * len(now) > COMPARED:
        yield " ".join(was), " ".join(now)
        return
    for name, i1, i2, j1, j2 in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if name != "equal":
            yield from zip_longest(was[i1:i2], now[j1:j2], fillvalue="")


def _marked(old: list[str], new: list[str]) -> Iterator[SafeString]:
    if len(old) * len(new) > COMPARED:
        steps = [("replace", 0, len(old), 0, len(new))]
    else:
        steps = list(SequenceMatcher(None, old, new, autojunk=False).get_opcodes())
    for name, i1, i2, j1, j2 in steps:
        if name == "equal":
            yield format_html("{}", " ".join(new[j1:j2]))
            continue
        if i2 > i1:
            yield format_html("<del>{}</del>", " ".join(old[i1:i2]))
        if j2 > j1:
            yield format_html("<ins>{}</ins>", " ".join(new[j1:j2]))
