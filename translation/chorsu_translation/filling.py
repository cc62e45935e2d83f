"""Writes translated units into a page in memory."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from wagtail.models import Page

from chorsu_editorial.markup import canonical_text, paragraphs, readable_text
from chorsu_editorial.reading import Leaf, all_leaves, child_relations, model_field, with_leaves
from chorsu_translation.snapshots import counted_paths


def room(model: Any, path: str) -> float:
    """Return how many characters the field at a content path may have; a longer text can't be stored."""
    name, *rest = path.split(".", 2)
    rows = child_relations(model).get(name)
    return room(rows, rest[1]) if rows else model_field(model, name).max_length or math.inf


def fill_units(page: Page, texts: Mapping[tuple[str, int], str]) -> set[tuple[str, int]]:
    """Replace units of a specific page in memory by inner HTML in canonical form; return the places that were there.

    Places are content paths, as a snapshot of this page has them, and indexes. Every other text, and the tag around
    each unit, stays as it is stored; values do, too.
    """
    wanted: dict[str, dict[int, str]] = defaultdict(dict)
    for (path, index), html in texts.items():
        wanted[path][index] = html
    leaves = [leaf for leaf in all_leaves(page, values=True) if leaf.compared]
    filled: set[tuple[str, int]] = set()
    sources: dict[str, str] = {}
    for counted, leaf in zip(counted_paths((each.path for each in leaves), type(page)), leaves, strict=True):
        if counted in wanted and leaf.kind != "value":
            sources[leaf.path], found = filled_leaf(leaf, wanted[counted])
            filled.update((counted, index) for index in found)
    with_leaves(page, sources)
    return filled


def filled_leaf(leaf: Leaf, texts: Mapping[int, str]) -> tuple[str, set[int]]:
    if leaf.kind != "rich_text":
        lines = canonical_text(leaf.source).split("\n")
        places = [at for at, line in enumerate(lines) if line.strip()]
        found = {index for index in texts if 0 <= index < len(places)}
        for index in found:
            lines[places[index]] = readable_text(texts[index], rich=True)
        return "\n".join(lines), found
    source, end, parts = leaf.source, 0, []
    there = dict(enumerate(paragraphs(source)))
    found = texts.keys() & there.keys()
    for index in sorted(found):
        parts += [source[end : there[index].start], texts[index]]
        end = there[index].start + len(there[index].html)
    return "".join(parts) + source[end:], found
