"""What a person has in hand, for the admin's home page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chorsu_translation.selectors.desk import Row, desk_rows, pages_for_rows, viewer_of
from chorsu_translation.selectors.desk_cells import Cell
from chorsu_translation.selectors.desk_filters import desk_sources

SHOWN = 10


@dataclass(frozen=True, slots=True)
class MyWork:
    """Articles in languages that wait for a person; ``is_more`` where there are more."""

    items: list[tuple[Row, Cell]]
    is_more: bool


def my_work(user: Any) -> MyWork:
    """Return what is assigned to a person or their own, and to be done: what is due first comes first."""
    viewer = viewer_of(user)
    if not viewer.own_locales:
        return MyWork([], is_more=False)
    sources = desk_sources({"mine": True, "order": "due"}, viewer=viewer)
    found = list(sources.values_list("pk", flat=True)[: SHOWN + 1])
    rows = desk_rows(pages_for_rows(found[:SHOWN]), viewer=viewer, locales=viewer.locales) if found else []
    items = [(row, cell) for row in rows for cell in row.cells if cell.is_mine and cell.is_to_do]
    return MyWork(items, is_more=len(found) > SHOWN)
