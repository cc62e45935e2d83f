"""A pasted table: one of data becomes a table, one that only arranges things is read cell by cell."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from chorsu_articles.paste.markup import HEADING_LEVELS, inline
from chorsu_editorial.markup import Element
from chorsu_locales.received import whole_number

LONGEST_CELL = 300
MOST_CELLS = 3000
ARRANGED = frozenset({"table", "ul", "ol", "blockquote", *HEADING_LEVELS})
CELLS = frozenset({"td", "th"})
Cells = list[tuple[str, str]]


def rows_of(table: Element) -> list[Element]:
    """Return the rows of a table that have text."""
    return [row for row in table.outermost({"tr"}) if any(text.strip() for text in row.texts())]


def table_value(table: Element) -> dict[str, Any] | None:
    """Return the raw value of a table block, or None where there are less than two rows or columns of plain data."""
    if not table.inside.isdisjoint(ARRANGED):
        return None
    rows = rows_of(table)
    if len(rows) < 2:
        return None
    grid = [_cells(row) for row in rows]
    width = max(len(cells) for cells in grid)
    cells = [cell for row in grid for cell in row]
    if width < 2 or len(rows) * width > MOST_CELLS or max(len(text) for _html, text in cells) > LONGEST_CELL:
        return None
    caption = next(table.outermost({"caption"}), None)
    title = inline(caption.children)[1] if caption else ""
    if _letters(title, *(text for _html, text in cells)) != _letters(*table.texts()):
        return None  # there is text outside of the cells
    grid = [row + [("", "")] * (width - len(row)) for row in grid]
    width = max(n + 1 for row in grid for n, (_html, text) in enumerate(row) if text)
    if width < 2:
        return None
    grid = [row[:width] for row in grid]
    heads = [row for head in table.outermost({"thead"}) for row in head.outermost({"tr"})]
    has_head = rows[0] in heads or _is_head(rows[0], grid)
    headings = [text for _html, text in grid[0]] if has_head else [""] * width
    grid = grid[has_head:]
    formatted = ["<" in "".join(row[n][0] for row in grid) for n in range(width)]
    return {
        "columns": [
            {"type": "rich_text" if rich else "text", "heading": heading}
            for rich, heading in zip(formatted, headings, strict=True)
        ],
        "rows": [{"values": [_value(cell, rich) for cell, rich in zip(row, formatted, strict=True)]} for row in grid],
        "caption": title,
    }


def _cells(row: Element) -> Cells:
    """Return HTML and text of a row's cells; a wide one leaves empty ones behind it."""
    found: Cells = []
    for cell in row.outermost(CELLS):
        html, text = inline(cell.children)
        span = whole_number(cell.attributes.get("colspan", "")) or 1
        found += [(html, text), *[("", "")] * (min(span, 50) - 1)]
    return found


def _letters(*texts: str) -> Counter[str]:
    return Counter(character for text in texts for character in text if not character.isspace())


def _value(cell: tuple[str, str], rich: bool) -> str:
    html, text = cell
    return (f"<p>{html}</p>" if html else "") if rich else text


def _is_head(row: Element, grid: list[Cells]) -> bool:
    """Tell whether a row names the columns: it says so, it is bold, or it has no digits above rows that have."""
    if "td" not in row.inside:
        return True
    first, *others = grid
    if all(re.fullmatch(r"(?:<b>[^<]*</b>\s*)+", html) for html, text in first if text):
        return True
    named = all(text and not re.search(r"\d", text) for _html, text in first)
    return named and all(any(re.search(r"\d", text) for _html, text in row) for row in others)
