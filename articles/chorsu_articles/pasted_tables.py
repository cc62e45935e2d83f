"""A table of somebody's cleaned HTML as a table block, where it holds plain data and arranges nothing else."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, takewhile
from typing import Any, NamedTuple

from chorsu_articles.inline_html import HEADING_LEVELS, inline
from chorsu_articles.table_grid import Row, TooLargeTableError, rows_of
from chorsu_editorial.markup import Element

LONGEST_CELL = 300
MOST_CELLS = 3000
ARRANGED = frozenset({"table", "ul", "ol", "blockquote", *HEADING_LEVELS})
BOLD = re.compile(r"(?:<b>[^<]*</b>\s*)+")
DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class PastedTable:
    """``value`` is that of a raw table block; ``has_merged_cells`` where it repeats the text of a cell."""

    value: dict[str, Any]
    has_merged_cells: bool


class Content(NamedTuple):
    """What stands in a cell: its inner HTML, and the text of that."""

    html: str
    text: str


Contents = Mapping[Element, Content]
Line = list[Content]


def read_table(table: Element, *, fewest_rows: int = 2) -> PastedTable | None:
    """Return a table, or None where there are less than ``fewest_rows`` or two columns of plain data.

    A table block has no merged cells: the text of one stands in each place that it covers. It has one line of headings:
    of several, a column has those above it, as "Price: 2018". A first line of one cell alone is the caption.
    """
    if not table.inside.isdisjoint(ARRANGED):
        return None
    try:
        rows = rows_of(table)
    except TooLargeTableError:
        return None
    cells = chain.from_iterable(row.cells for row in rows)
    contents = {cell: Content(*inline(cell.children)) for cell in cells}
    rows = [row for row in rows if any(contents[cell].text for cell in row.cells)]
    width = _width(rows, contents)
    if len(rows) < fewest_rows or width < 2 or len(rows) * width > MOST_CELLS:
        return None
    texts = [content.text for content in contents.values()]
    caption_element = next(table.outermost({"caption"}), None)
    caption = inline(caption_element.children)[1] if caption_element else ""
    has_text_outside = _letters(caption, *texts) != _letters(*table.texts())
    if has_text_outside or max(map(len, texts)) > LONGEST_CELL:
        return None
    if not caption and len(rows) > 2 and _is_one_cell(rows[0], width):
        caption = contents[rows[0].cells[0]].text
        rows = rows[1:]
    lines = [[_content(cells, contents) for cells in row.places[:width]] for row in rows]
    number_of_heads = _number_of_heads(rows, lines) if len(rows) > 1 else 0
    heads, body = lines[:number_of_heads], lines[number_of_heads:]
    columns = [
        {"type": "rich_text" if _is_formatted(body, column) else "text", "heading": _heading(heads, column)}
        for column in range(width)
    ]
    values = [{"values": [_value(*pair) for pair in zip(line, columns, strict=True)]} for line in body]
    return PastedTable(
        value={"columns": columns, "rows": values, "caption": caption},
        has_merged_cells=_has_repeated_text(rows, width, contents),
    )


def _width(rows: Sequence[Row], contents: Contents) -> int:
    """Return the number of columns up to the last one in which a text begins."""
    width = 0
    for row in rows:
        for cell, column in zip(row.cells, row.columns, strict=True):
            if contents[cell].text:
                width = max(width, column + 1)
    return width


def _has_repeated_text(rows: Sequence[Row], width: int, contents: Contents) -> bool:
    covered = Counter[Element]()
    for row in rows:
        covered.update(chain.from_iterable(row.places[:width]))
    return any(number > 1 and contents[cell].text for cell, number in covered.items())


def _is_one_cell(row: Row, width: int) -> bool:
    return all(cells == row.cells[:1] for cells in row.places[:width])


def _content(cells: Sequence[Element], contents: Contents) -> Content:
    """Return what stands in a place, where cells may overlap."""
    filled = [contents[cell] for cell in cells if contents[cell].text]
    return Content(" ".join(content.html for content in filled), " ".join(content.text for content in filled))


def _number_of_heads(rows: Sequence[Row], lines: Sequence[Line]) -> int:
    """Return how many lines name the columns; a cell that begins in one ends in one."""
    number = len(list(takewhile(_says_that_it_is_a_head, rows)))
    if number == 0 and not _looks_like_a_head(lines):
        return 0
    number = max(number, 1)
    cells = {cell for row in rows[:number] for place in row.places for cell in place}
    reached = takewhile(lambda row: not cells.isdisjoint(chain.from_iterable(row.places)), rows[number:])
    number += len(list(reached))
    return number if number < len(rows) else 1


def _says_that_it_is_a_head(row: Row) -> bool:
    return row.is_head or "td" not in row.element.inside


def _looks_like_a_head(lines: Sequence[Line]) -> bool:
    """Tell whether the first line is bold, or has no digits above lines that have."""
    first, *others = lines
    if all(BOLD.fullmatch(content.html) for content in first if content.text):
        return True
    has_only_names = all(content.text and not DIGIT.search(content.text) for content in first)
    return has_only_names and all(any(DIGIT.search(content.text) for content in line) for line in others)


def _heading(heads: Sequence[Line], column: int) -> str:
    texts = dict.fromkeys(line[column].text for line in heads)
    return ": ".join(filter(None, texts))


def _is_formatted(lines: Sequence[Line], column: int) -> bool:
    return any("<" in line[column].html for line in lines)


def _value(content: Content, column: Mapping[str, str]) -> str:
    if column["type"] == "text" or not content.html:
        return content.text
    return f"<p>{content.html}</p>"


def _letters(*texts: str) -> Counter[str]:
    return Counter(character for text in texts for character in text if not character.isspace())
