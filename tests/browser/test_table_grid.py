"""Cells of a table are read where Chromium lays them out."""

from __future__ import annotations

import random
from typing import Any

from chorsu_articles.table_grid import rows_of
from chorsu_editorial.markup import tree

# A last row without merged cells shows where these columns are.
COLUMNS = 10
SPANS = ("", "", "", "1", "2", "2", "3", "4", "0", "00", "-1", "x", " 2px", "+3", "1000", "9" * 40)
GROUPS = ("thead", "tbody", "tbody", "tfoot")
TABLES = 400
# Of each cell the rows and columns whose middle it covers, from top to bottom and from left to right.
LAYOUT = """(columns) => [...document.querySelectorAll("table")].map((table) => {
  const box = (element) => element.getBoundingClientRect();
  const rows = [...table.querySelectorAll("tr")].map(box).sort((a, b) => a.top - b.top);
  const probes = [...table.querySelectorAll("td")].slice(-columns).map(box);
  const covered = (from, to, starts, ends) => starts.flatMap((start, n) => {
    const middle = (start + ends[n]) / 2;
    return from < middle && middle < to ? [n] : [];
  });
  return Object.fromEntries([...table.querySelectorAll("td, th")].map((cell) => {
    const { top, bottom, left, right } = box(cell);
    const inRows = covered(top, bottom, rows.map((row) => row.top), rows.map((row) => row.bottom));
    const inColumns = covered(left, right, probes.map((probe) => probe.left), probes.map((probe) => probe.right));
    return [cell.textContent, inRows.flatMap((row) => inColumns.map((column) => `${row} ${column}`))];
  }));
})"""


def random_table(chosen: random.Random) -> str:
    """Return a table of a few groups of rows, whose cells are called by numbers and merged at random."""
    number = 0
    groups = []
    for _group in range(chosen.randint(1, 3)):
        rows = []
        for _row in range(chosen.randint(0, 4)):
            cells = []
            for _cell in range(chosen.randint(0, 4)):
                name, width, height = chosen.choice(("td", "th")), chosen.choice(SPANS), chosen.choice(SPANS)
                cells.append(f"<{name} colspan='{width}' rowspan='{height}'>c{number}</{name}>")
                number += 1
            rows.append(f"<tr>{''.join(cells)}</tr>")
        group = chosen.choice(GROUPS)
        groups.append("".join(rows) if chosen.random() < 0.2 else f"<{group}>{''.join(rows)}</{group}>")
    probes = "".join(f"<td>p{column}</td>" for column in range(COLUMNS))
    # Behind any foot.
    return f"<table>{''.join(groups)}<tfoot><tr></tr></tfoot><tfoot><tr>{probes}</tr></tfoot></table>"


def read_places(html: str) -> dict[str, list[str]]:
    """Return the places of each cell in the first columns, by its text."""
    (table,) = tree(html).outermost({"table"})
    places: dict[str, list[str]] = {}
    for line, row in enumerate(rows_of(table)):
        for column, cells in enumerate(row.places[:COLUMNS]):
            for cell in cells:
                places.setdefault("".join(cell.texts()), []).append(f"{line} {column}")
    return places


def test_each_text_stands_in_the_rows_and_columns_in_which_chromium_lays_it_out(
    running_browser,
):
    chosen = random.Random(7)
    tables = [random_table(chosen) for _table in range(TABLES)]
    page = running_browser().new_page()
    style = "<style>table { border-spacing: 0 } tr { height: 20px } td, th { padding: 0; min-width: 30px }</style>"
    page.set_content(f"<!doctype html>{style}{''.join(tables)}")
    layouts: list[dict[str, Any]] = page.evaluate(LAYOUT, COLUMNS)
    page.close()
    assert len(layouts) == TABLES
    for html, layout in zip(tables, layouts, strict=True):
        # What begins behind the first columns can't be seen by them.
        seen = {text: places for text, places in layout.items() if places}
        assert read_places(html) == seen, html
