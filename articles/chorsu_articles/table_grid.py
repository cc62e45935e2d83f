"""Where the cells of an HTML table stand.

After "Forming a table" of the HTML standard (https://html.spec.whatwg.org/multipage/tables.html#forming-a-table), as
browsers lay it out: the head comes first and the foot last, a cell ends with its group of rows, and a column in which
no cell begins isn't seen.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from chorsu_editorial.markup import Element

CELLS = frozenset({"td", "th"})
GROUPS = frozenset({"thead", "tbody", "tfoot"})
# Columns of one cell; the standard has 1,000, and no table that is kept as one is as wide as this.
WIDEST = 100
# Places that the cells of a table may cover: a few tags could cover millions.
MOST_PLACES = 30_000
# As HTML reads numbers: what stands behind the digits counts nothing.
SPAN = re.compile(r"[ \t\n\f\r]*\+?([0-9]+)")


class TooLargeTableError(ValueError):
    """The cells of a table cover more than ``MOST_PLACES``."""


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """A row of a table; ``is_head`` where it stands in the table's head.

    ``cells`` begin in it, each in the column of that number in ``columns``. ``places`` has for each column of the table
    the cells that cover it in this row: one, none, or several that overlap.
    """

    element: Element
    is_head: bool
    cells: tuple[Element, ...]
    columns: tuple[int, ...]
    places: tuple[tuple[Element, ...], ...]


def rows_of(table: Element) -> list[Row]:
    """Return the rows of a table from top to bottom. Raises ``TooLargeTableError``."""
    lines = list(_lines(table))
    covered: dict[tuple[int, int], list[Element]] = defaultdict(list)
    number_of_places = 0
    for line in lines:
        column = 0
        for cell in line.cells:
            while (line.number, column) in covered:
                column += 1
            line.columns.append(column)
            width, height = _width(cell), min(_height(cell), line.end_of_group - line.number)
            number_of_places += width * height
            if number_of_places > MOST_PLACES:
                raise TooLargeTableError
            for row in range(line.number, line.number + height):
                for place in range(column, column + width):
                    covered[row, place].append(cell)
            column += width
    seen_columns = sorted({column for line in lines for column in line.columns})
    numbers = {column: number for number, column in enumerate(seen_columns)}
    return [
        Row(
            element=line.element,
            is_head=line.is_head,
            cells=line.cells,
            columns=tuple(numbers[column] for column in line.columns),
            places=tuple(tuple(covered.get((line.number, column), ())) for column in seen_columns),
        )
        for line in lines
    ]


@dataclass(frozen=True, slots=True)
class _Line:
    element: Element
    number: int
    end_of_group: int
    is_head: bool
    cells: tuple[Element, ...]
    # Where they begin, as the standard counts columns.
    columns: list[int] = field(default_factory=list)


def _lines(table: Element) -> Iterator[_Line]:
    number = 0
    for name, rows in _groups(table):
        end = number + len(rows)
        for row in rows:
            yield _Line(row, number, end, name == "thead", tuple(row.outermost(CELLS)))
            number += 1


def _groups(table: Element) -> list[tuple[str, list[Element]]]:
    """Return the groups of rows by their names; rows outside of any are a body."""
    groups: list[tuple[str, list[Element]]] = []
    is_loose = False
    for child in table.outermost({*GROUPS, "tr"}):
        if child.name in GROUPS:
            groups.append((child.name, list(child.outermost({"tr"}))))
        elif is_loose:
            groups[-1][1].append(child)
        else:
            groups.append(("tbody", [child]))
        is_loose = child.name == "tr"
    # Browsers show the first head at the top and the first foot at the bottom; others stay where they are.
    head = next((group for group in groups if group[0] == "thead"), None)
    foot = next((group for group in groups if group[0] == "tfoot"), None)
    between = [group for group in groups if group is not head and group is not foot]
    return [*([head] if head else []), *between, *([foot] if foot else [])]


def _width(cell: Element) -> int:
    width = _number(cell.attributes.get("colspan", ""), WIDEST)
    return width or 1


def _height(cell: Element) -> int:
    """Return how many rows a cell covers; one that says 0 goes on to the end of its group."""
    attribute = cell.attributes.get("rowspan", "")
    height = _number(attribute, MOST_PLACES)
    return MOST_PLACES if height == 0 else height or 1


def _number(attribute: str, most: int) -> int | None:
    """Return the number that an attribute says, at most ``most``; None where it says none."""
    digits = SPAN.match(attribute)
    if digits is None:
        return None
    written = digits[1].lstrip("0")
    return most if len(written) > len(str(most)) else min(int(written or "0"), most)
