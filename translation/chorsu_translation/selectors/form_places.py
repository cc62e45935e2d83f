"""Which field of a translation's edit form stands for a unit of its source."""

from __future__ import annotations

from typing import Any

from wagtail.models import Page, TranslatableMixin

from chorsu_editorial.text_fields import child_relations, child_rows, row_key
from chorsu_translation.snapshots import paths_in_page


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
