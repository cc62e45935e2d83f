"""Bring the rows and columns of a table in a translation to those of its source."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from django.utils.translation import gettext as _

from chorsu_editorial.richtext import readable_text
from chorsu_translation.structure_grids import Former, Grid, follow_grid, longest_rising, read_grid, with_grid
from chorsu_translation.structure_steps import Place, Sides, Step, first_words, shortened

# A line of what comes of it: its number in the source, and in the translation; one of them may be None.
Pair = tuple[int | None, int | None]
Arranged = list[Pair]


class Merge(Protocol):
    """What a table needs of ``structure.Merge``, which is described there."""

    empty: bool

    def describe(self, block: Any, value: Any, /) -> str: ...

    def former(self, path: str, /) -> Iterable[Any]: ...

    def was_translated(self, path: str, /) -> bool: ...

    def does(self, step: Step) -> bool: ...

    def new_value(self, block: Any, value: Any) -> Any: ...

    def with_source_values(self, block: Any, source: Any, target: Any, at: Place) -> Any: ...


@dataclass(frozen=True, slots=True)
class Lines:
    """What steps say of the rows or columns of a table, or of child rows.

    ``words`` are those of a line, by its number in the source and in the translation; ``own`` and ``translated`` say of
    a line of the translation whether the source never had it, and whether its text was changed since.
    """

    at: Place
    label: Callable[[int], str]
    words: Callable[[int | None, int | None], str]
    translated: Callable[[int], bool]
    own: Callable[[int], bool] = lambda _number: False


def arrange(merge: Merge, follows: Former, count: int, lines: Lines) -> Arranged:
    """Note the steps that bring ``count`` lines to the source's order, and return the lines that come of it."""
    found: Arranged = []
    for now, was in enumerate(follows):
        if was is not None:
            found.append((now, was))
            continue
        place = lines.at.inside(str(now), lines.label(now))
        before = lines.words(*found[-1]) if found else ""
        if merge.does(Step("insert", place.path, place.labels, lines.words(now, None), before)):
            found.append((now, None))
    places = {str(was): was for was in follows if was is not None}
    staying = longest_rising(places, places)
    for number, (theirs, mine) in enumerate(found, start=1):
        if mine is not None and str(mine) not in staying:
            place = lines.at.inside(str(mine), lines.label(mine))
            merge.does(Step("move", place.path, place.labels, lines.words(theirs, mine), str(mine + 1), str(number)))
    for left in range(count):
        if str(left) not in places and not merge.does(_removal(left, lines)):
            found.insert(_behind(found, left), (None, left))
    return found


def merged_table(merge: Merge, block: Any, sides: Sides, at: Place) -> Any:
    """Return a table with the source's rows, columns, numbers and settings; texts that the translation has stay."""
    source, target = read_grid(sides.source), read_grid(sides.target)
    former = _former(merge, sides, at) if source and target else None
    if source is None or target is None or former is None:
        merge.does(Step("by_hand", at.path, at.labels, first_words(block, sides.target, merge.describe)))
        return sides.target
    follows = follow_grid(former, source)
    rows = arrange(merge, follows[0], len(target.rows), _rows(merge, block, source, target, at))
    columns = arrange(merge, follows[1], len(target.heads), _columns(merge, block, source, target, at))
    cells = [[_cell(merge, block, (source, target), row, column) for column in columns] for row in rows]
    heads = [_head(merge, source, target, column) for column in columns]
    grid = Grid(cells, heads)
    merged = with_grid(sides.target, grid, [was for _now, was in rows], [was for _now, was in columns])
    return merge.with_source_values(block, sides.source, merged, at) if grid.shape == source.shape else merged


def _former(merge: Merge, sides: Sides, at: Place) -> Grid | None:
    """Return the source's table whose rows and columns the translation has."""
    target = read_grid(sides.target)
    for value in (*merge.former(at.path), sides.base, sides.source):
        grid = read_grid(value)
        if grid is not None and target is not None and grid.shape == target.shape:
            return grid
    return None


def _rows(merge: Merge, block: Any, source: Grid, target: Grid, at: Place) -> Lines:
    def words(now: int | None, was: int | None) -> str:
        grid, number = (source, now) if was is None else (target, was)
        cells = zip(grid.rows[number or 0], grid.heads, strict=True)
        return _words(merge, block, [(cell, head) for cell, head in cells])

    return Lines(
        at=Place(f"{at.path}.rows", at.labels, at.role),
        label=lambda number: _("row %(number)d") % {"number": number + 1},
        words=words,
        translated=lambda number: merge.was_translated(f"{at.path}.rows.{number}"),
    )


def _columns(merge: Merge, block: Any, source: Grid, target: Grid, at: Place) -> Lines:
    def words(now: int | None, was: int | None) -> str:
        grid, number = (source, now or 0) if was is None else (target, was)
        head = grid.heads[number]
        heading = [head[1]] if head and head[1] else []
        return shortened([*heading, _words(merge, block, [(row[number], head) for row in grid.rows])])

    def translated(number: int) -> bool:
        cells = [f"{at.path}.rows.{row}.values.{number}" for row in range(len(target.rows))]
        return any(map(merge.was_translated, [f"{at.path}.columns.{number}.heading", *cells]))

    return Lines(
        at=Place(f"{at.path}.columns", at.labels, at.role),
        label=lambda number: _("column %(number)d") % {"number": number + 1},
        words=words,
        translated=translated,
    )


def _words(merge: Merge, block: Any, cells: list[tuple[Any, Any]]) -> str:
    """Return what stands in cells, each with the head of its column."""
    found = []
    for cell, head in cells:
        if head is not None:
            found.append(first_words(block.child_blocks.get(head[0]), cell, merge.describe))
        elif cell not in (None, ""):
            found.append(readable_text(str(cell), rich=block.is_html_renderer()))
    return shortened(found)


def _cell(merge: Merge, block: Any, grids: tuple[Grid, Grid], row: Pair, column: Pair) -> Any:
    source, target = grids
    if row[1] is not None and column[1] is not None:
        return target.rows[row[1]][column[1]]
    head = target.heads[column[1]] if column[1] is not None else source.heads[column[0] or 0]
    child = block.child_blocks.get(head[0]) if head is not None else None
    if row[0] is None or column[0] is None:
        # The source has no such cell: only one of row and column is its own.
        return child.get_prep_value(child.get_default()) if child is not None else ""
    cell = source.rows[row[0]][column[0]]
    if head is None:
        return "" if merge.empty else cell
    return merge.new_value(child, cell) if child is not None else cell


def _head(merge: Merge, source: Grid, target: Grid, column: Pair) -> Any:
    if column[1] is not None:
        return target.heads[column[1]]
    head = source.heads[column[0] or 0]
    return (head[0], "") if head is not None and merge.empty else head


def _removal(was: int, lines: Lines) -> Step:
    place = lines.at.inside(str(was), lines.label(was))
    own = lines.own(was)
    chosen = not (own or lines.translated(was))
    return Step("remove", place.path, place.labels, lines.words(None, was), chosen=chosen, own=own)


def _behind(found: Arranged, number: int) -> int:
    """Return where a line of the translation belongs that isn't the source's: behind the one that it stood behind."""
    places = {was: at for at, (_now, was) in enumerate(found) if was is not None}
    return next((places[before] + 1 for before in range(number - 1, -1, -1) if before in places), 0)
