"""Follow the rows and columns of tables, and the rows of other objects, which have no ids: pure functions.

Which row of the source is which one of its former version is told by what is in them: equal ones first (``difflib``),
then those that have most in common, then a row that left one place and stands in another; what changed as a whole
stays in its place where as many rows came as went. A translation has the rows of the source's former version.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

# What is longer is followed in order.
COMPARED_ROWS = 10_000

Lines = list[list[Any]]
Former = list[int | None]


def follow(old: Lines, new: Lines, may_pair: Callable[[int, int], bool] = lambda _i, _j: True) -> Former:
    """Return of each new row or column which old one it is, None where it is new; ``may_pair`` says what could be."""
    if len(old) * len(new) > COMPARED_ROWS:
        return [number if number < len(old) and may_pair(number, number) else None for number in range(len(new))]
    keys = [[[_key(cell) for cell in line] for line in side] for side in (old, new)]
    whole = [[_key(line) for line in side] for side in keys]
    found: Former = [None] * len(new)
    gaps = []
    for name, i1, i2, j1, j2 in SequenceMatcher(None, whole[0], whole[1], autojunk=False).get_opcodes():
        if name == "equal" and all(may_pair(i, j) for i, j in zip(range(i1, i2), range(j1, j2), strict=True)):
            found[j1:j2] = range(i1, i2)
        else:
            gaps.append((range(i1, i2), range(j1, j2)))
    for ours, theirs in gaps:
        for i, j in _alike(keys, ours, theirs, may_pair):
            found[j] = i
    _find_moved(keys, found, may_pair)
    for ours, theirs in gaps:
        left = [i for i in ours if i not in found]
        came = [j for j in theirs if found[j] is None]
        if len(left) == len(came) and all(may_pair(i, j) for i, j in zip(left, came, strict=True)):
            for i, j in zip(left, came, strict=True):
                found[j] = i
    return found


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of a stored table; ``heads`` has per column its type and heading, or None where the table has none."""

    rows: Lines
    heads: list[Any]

    @property
    def shape(self) -> tuple[int, list[Any]]:
        """Return what two tables have in common whose cells stand for each other: rows, and the types of columns."""
        return len(self.rows), [head and head[0] for head in self.heads]


def longest_rising(ids: Iterable[str], places: dict[str, int]) -> set[str]:
    """Return as many of the ids as can stay where they are: a longest rising subsequence of their places."""
    ends: list[int] = []
    lasts: list[str] = []
    former: dict[str, str | None] = {}
    for name in ids:
        at = bisect_left(ends, places[name])
        former[name] = lasts[at - 1] if at else None
        ends[at : at + 1] = [places[name]]
        lasts[at : at + 1] = [name]
    found: set[str] = set()
    at_end = lasts[-1] if lasts else None
    while at_end is not None:
        found.add(at_end)
        at_end = former[at_end]
    return found


def read_grid(value: Any) -> Grid | None:
    """Return the cells of a table's stored value; None where it isn't one, or its rows differ in length."""
    if not isinstance(value, dict):
        return None
    if "data" in value:
        rows = value["data"] or []
        heads: list[Any] = [None] * (len(rows[0]) if rows else 0)
    else:
        rows = [row["values"] for row in value.get("rows", [])]
        heads = [(column["type"], column["heading"]) for column in value.get("columns", [])]
    return Grid(rows, heads) if all(len(row) == len(heads) for row in rows) else None


def with_grid(value: dict[str, Any], grid: Grid, rows: Sequence[int | None], columns: Sequence[int | None]) -> Any:
    """Return a table's stored value with other cells; ``rows`` and ``columns`` say where each stood in ``value``."""
    if "data" not in value:
        heads = [{"type": head[0], "heading": head[1]} for head in grid.heads]
        return {**value, "columns": heads, "rows": [{"values": row} for row in grid.rows]}
    found = {**value, "data": grid.rows}
    # Handsontable's settings of single cells name them by number.
    places = [{was: now for now, was in enumerate(side) if was is not None} for side in (rows, columns)]
    for name in ("cell", "mergeCells"):
        if isinstance(value.get(name), list):
            found[name] = list(_moved_settings(value[name], *places))
    return found


def follow_grid(old: Grid, new: Grid) -> tuple[Former, Former]:
    """Return of each row and each column of a table which one of its former version it is."""
    rows = follow(old.rows, new.rows)
    pairs = [(was, now) for now, was in enumerate(rows) if was is not None]
    sides = [
        [[head, *(grid.rows[pair[side]][number] for pair in pairs)] for number, head in enumerate(grid.heads)]
        for side, grid in enumerate((old, new))
    ]

    def same_type(i: int, j: int) -> bool:
        return bool(old.shape[1][i] == new.shape[1][j])

    return rows, follow(sides[0], sides[1], same_type)


def _alike(
    keys: list[list[list[str]]], ours: range, theirs: range, may_pair: Callable[[int, int], bool]
) -> Iterator[tuple[int, int]]:
    """Pair rows in order, so that the pairs share as many cells as possible."""
    cells = [[_said(keys[side][at]) for at in places] for side, places in enumerate((ours, theirs))]
    best = [[0.0] * (len(theirs) + 1) for _ in range(len(ours) + 1)]

    def likeness(i: int, j: int) -> float:
        return _likeness(cells[0][i], cells[1][j]) if may_pair(ours[i], theirs[j]) else 0.0

    for i in range(len(ours) - 1, -1, -1):
        for j in range(len(theirs) - 1, -1, -1):
            best[i][j] = max(best[i + 1][j + 1] + likeness(i, j), best[i + 1][j], best[i][j + 1])
    i = j = 0
    while i < len(ours) and j < len(theirs):
        if best[i][j] == best[i + 1][j]:
            i += 1
        elif best[i][j] == best[i][j + 1]:
            j += 1
        else:
            yield ours[i], theirs[j]
            i, j = i + 1, j + 1


def _find_moved(keys: list[list[list[str]]], found: Former, may_pair: Callable[[int, int], bool]) -> None:
    """Note of new rows which one that is gone has more than half of the same cells."""
    cells = [[_said(line) for line in side] for side in keys]
    taken = set(found)
    gone = [i for i in range(len(keys[0])) if i not in taken]
    for j, was in enumerate(found):
        if was is not None:
            continue
        likely = [(_likeness(cells[0][i], cells[1][j]), -i) for i in gone if may_pair(i, j)]
        most, place = max(likely, default=(0.0, 0))
        if most > 0.5:
            found[j] = -place
            gone.remove(-place)


def _said(cells: list[str]) -> Counter[str]:
    return Counter(cell for cell in cells if cell not in {'""', "null"})


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    together = one.total() + other.total()
    return 2 * (one & other).total() / together if together else 0.0


def _moved_settings(
    settings: list[dict[str, Any]], rows: dict[int, int], columns: dict[int, int]
) -> Iterator[dict[str, Any]]:
    """Yield the settings of cells that are still there; cells that were one are so only where they still stand so."""
    for each in settings:
        places = []
        for side, name, span in ((rows, "row", "rowspan"), (columns, "col", "colspan")):
            first, length = each.get(name, -1), min(each.get(span) or 1, len(side) + 1)
            found = [side.get(first + number) for number in range(length)]
            start = found[0]
            if start is not None and found == list(range(start, start + length)):
                places.append(start)
        if len(places) == 2:
            yield {**each, "row": places[0], "col": places[1]}


def _key(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
