"""Which field of a translation's edit form stands for a unit of its source."""

from __future__ import annotations

from typing import Any

from wagtail.models import Page, TranslatableMixin

from chorsu_editorial.alignment import Units
from chorsu_editorial.reading import child_relations, child_rows, row_key, text_relations
from chorsu_translation.snapshots import paths_in_page, take_snapshot


class FormPlaces:
    """The content paths of a source as its translation's edit form has them: child rows are counted from 0.

    A row that has a translation key stands where the translation has the row with that key, any other one where the
    source has it, among all of its rows.
    """

    def __init__(self, source: Page, target: Page) -> None:
        self.source, self.target = source, target
        self.known = paths_in_page(source)

    def __getitem__(self, path: str) -> str:
        """Return the place of a unit's path; the path itself where no child row is in it, or the row is gone."""
        parts = self.known.get(path, path).split(".")
        rows: tuple[Any, Any] = (self.source, self.target)
        for at in range(0, len(parts) - 2, 2):
            if parts[at] not in child_relations(type(rows[0])):
                break
            ours, theirs = ([] if row is None else child_rows(row, parts[at]) for row in rows)
            keys = [row_key(row) or f"new{number}" for number, row in enumerate(ours)]
            if parts[at + 1] not in keys:
                break
            number = keys.index(parts[at + 1])
            row = ours[number]
            if isinstance(row, TranslatableMixin):
                there = [row_key(each) for each in theirs]
                number = there.index(row_key(row)) if row_key(row) in there else len(there)
            parts[at + 1] = str(number)
            rows = row, theirs[number] if number < len(theirs) else None
        return ".".join(parts)

    def in_row(self, path: str) -> bool:
        """Return whether a unit stands in a child row."""
        return path.partition(".")[0] in child_relations(type(self.source))


def units_by_form(version: Page, source: Page) -> Units:
    """Return the units of a version of a translation, those of child rows by the paths of the source's beside them.

    A snapshot counts rows with text alone: in a translation that began empty, the first of them may be any.
    """
    units = take_snapshot(version).units
    if not text_relations(type(version)):
        return units
    theirs, ours = FormPlaces(source, version), FormPlaces(version, version)
    paths = {theirs[path]: path for path in theirs.known}
    taken = set(paths.values())
    found: Units = []
    for path, index, html in units:
        own = str(path)
        # A row beside which the source has none must not stand for another one's.
        found.append([paths.get(ours[own], f"+{own}" if own in taken else own), index, html])
    return found
