"""Rows and columns of a table follow the source's, and no translated cell is lost or put elsewhere."""

from __future__ import annotations

from collections import Counter
from copy import deepcopy
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wagtail import blocks
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock

from chorsu_editorial.block_texts import block_texts
from chorsu_translation.structure import Merge
from chorsu_translation.structure_steps import Place, Sides, Step

TYPED = TypedTableBlock([("text", blocks.CharBlock()), ("number", blocks.IntegerBlock())])
PLAIN = TableBlock()
HERE = Place("body.t", ("Table",))
_numbers = count(1)


class All:
    """Every step is wanted."""

    def __contains__(self, _key: object) -> bool:
        return True


def merged(source: Any, target: Any, **known: Any) -> tuple[Any, list[Step]]:
    """Return the target's table with the source's rows and columns; ``base`` is the source's former version."""
    base = known.pop("base")
    merge = Merge(**{"wanted": All(), **known})
    block = PLAIN if "data" in source else TYPED
    return merge.value(block, Sides(source, target, base), HERE), merge.steps


def typed(heads: list[tuple[str, str]], *rows: list[Any]) -> dict[str, Any]:
    columns = [{"type": kind, "heading": heading} for kind, heading in heads]
    return {"columns": columns, "rows": [{"values": row} for row in rows], "caption": "c"}


def plain(*rows: list[Any], **settings: Any) -> dict[str, Any]:
    return {"data": list(rows), "table_caption": "c", **settings}


def texts(table: dict[str, Any]) -> dict[str, Any]:
    holder = {"value": table}
    block = PLAIN if "data" in table else TYPED
    return {
        text.path: text.container.get(text.key) if isinstance(text.container, dict) else text.container[text.key]
        for text in block_texts(block, holder, "value", "t")
    }


def in_tajik(table: dict[str, Any]) -> dict[str, Any]:
    holder = {"value": deepcopy(table)}
    for text in block_texts(PLAIN if "data" in table else TYPED, holder, "value", "t"):
        old = text.container.get(text.key) if isinstance(text.container, dict) else text.container[text.key]
        text.container[text.key] = f"T {old}"
    return holder["value"]


def bones(table: dict[str, Any]) -> dict[str, Any]:
    holder = {"value": deepcopy(table)}
    for text in block_texts(PLAIN if "data" in table else TYPED, holder, "value", "t"):
        text.container[text.key] = ""
    return holder["value"]


def new_word() -> str:
    return f"w{next(_numbers)}"


def cell(kind: str) -> Any:
    return new_word() if kind == "text" else next(_numbers)


def make(*, is_typed: bool, kinds: list[str], rows: int) -> dict[str, Any]:
    if is_typed:
        return typed([(kind, new_word()) for kind in kinds], *([cell(kind) for kind in kinds] for _ in range(rows)))
    return plain(*([new_word() for _ in kinds] for _ in range(rows)))


def edit(draw: Any, table: dict[str, Any]) -> None:
    """Insert, remove or move a row or a column; every cell says something else."""
    is_typed = "columns" in table
    rows = [row["values"] for row in table["rows"]] if is_typed else table["data"]
    heads = table["columns"] if is_typed else [None] * len(rows[0])
    what = draw(st.sampled_from(["insert", "remove", "move"]))
    change = edit_rows if draw(st.booleans()) else edit_columns
    change(draw, what, heads, rows)
    if is_typed:
        table["rows"] = [{"values": row} for row in rows]


def edit_rows(draw: Any, what: str, heads: list[Any], rows: list[list[Any]]) -> None:
    if what == "insert":
        new = [cell(head["type"] if head else "text") for head in heads]
        rows.insert(draw(st.integers(0, len(rows))), new)
    elif len(rows) > 1:
        row = rows.pop(draw(st.integers(0, len(rows) - 1)))
        if what == "move":
            rows.insert(draw(st.integers(0, len(rows))), row)


def edit_columns(draw: Any, what: str, heads: list[Any], rows: list[list[Any]]) -> None:
    if what == "insert":
        kind = draw(st.sampled_from(["text", "number"])) if heads[0] else "text"
        at = draw(st.integers(0, len(heads)))
        heads.insert(at, {"type": kind, "heading": new_word()} if heads[0] else None)
        for row in rows:
            row.insert(at, cell(kind))
    elif len(heads) > 1:
        at = draw(st.integers(0, len(heads) - 1))
        to = draw(st.integers(0, len(heads) - 1)) if what == "move" else None
        for line in (heads, *rows):
            gone = line.pop(at)
            if to is not None:
                line.insert(to, gone)


@settings(max_examples=300, deadline=None)
@given(st.data(), st.booleans(), st.booleans())
def test_any_edits_of_a_table_are_followed_and_each_translated_cell_goes_with_its_source(
    data: Any, is_typed: bool, empty: bool
) -> None:
    kinds = data.draw(st.lists(st.sampled_from(["text", "number"]), min_size=2, max_size=5))
    base = make(is_typed=is_typed, kinds=kinds, rows=data.draw(st.integers(2, 5)))
    target = in_tajik(base)
    for _round in range(2):
        source = deepcopy(base)
        for _number in range(data.draw(st.integers(1, 3))):
            edit(data.draw, source)
        untouched = deepcopy((source, target, base))
        result, _steps = merged(source, target, base=base, empty=empty)
        assert untouched == (source, target, base)
        assert bones(result) == bones(source)
        translations = dict(zip(texts(base).values(), texts(target).values(), strict=True))
        shown = dict(zip(texts(source).values(), texts(result).values(), strict=True))
        kept = Counter(text for text in texts(result).values() if str(text).startswith("T "))
        assert max(kept.values()) == 1, "a translated cell stands in two places"
        # What changed as a whole in its place keeps the translation of what stood there.
        gone = {now for was, now in translations.items() if was not in shown}
        for was, now in shown.items():
            assert now == ("" if empty else was) or now in ({translations[was]} if was in translations else gone)
        lines = [row["values"] for row in source["rows"]] if is_typed else source["data"]
        if all(sum(str(each) in map(str, old_cells(base)) for each in line) * 2 > len(line) + 1 for line in lines):
            assert all(shown[was] == translations[was] for was in shown if was in translations)
        assert merged(source, result, base=source) == (result, [])
        base, target = source, result


def old_cells(table: dict[str, Any]) -> list[Any]:
    rows = [row["values"] for row in table["rows"]] if "rows" in table else table["data"]
    return [each for row in rows for each in row]


BEFORE = plain(["Ort", "Pegel"], ["Bruckdorf", "hoch"], ["Talheim", "tief"])
TAJIK = plain(["Ҷой", "Сатҳ"], ["Б", "баланд"], ["Т", "паст"])


@pytest.mark.usefixtures("_messages_in_english")
def test_a_row_put_in_comes_at_its_place_as_a_copy_or_empty() -> None:
    source = plain(["Ort", "Pegel"], ["Neustadt", "mittel"], ["Bruckdorf", "hoch"], ["Talheim", "tief"])
    result, steps = merged(source, TAJIK, base=BEFORE)
    assert result["data"] == [["Ҷой", "Сатҳ"], ["Neustadt", "mittel"], ["Б", "баланд"], ["Т", "паст"]]
    assert [(step.kind, step.labels, step.words, step.before) for step in steps] == [
        ("insert", ("Table", "row 2"), "Neustadt · mittel", "Ҷой · Сатҳ")
    ]
    assert merged(source, TAJIK, base=BEFORE, empty=True)[0]["data"][1] == ["", ""]


def test_a_column_that_goes_is_offered_for_removal_where_it_was_translated() -> None:
    source = plain(["Pegel"], ["hoch"], ["tief"])
    translated = {"wanted": None, "was_translated": lambda path: path.endswith("values.0")}
    kept, steps = merged(source, TAJIK, base=BEFORE, **translated)
    assert kept == TAJIK
    assert [(step.key, step.words, step.chosen) for step in steps] == [
        ("remove:body.t.columns.0", "Ҷой · Б · Т", False)
    ]
    assert merged(source, TAJIK, base=BEFORE, wanted=None)[0]["data"] == [["Сатҳ"], ["баланд"], ["паст"]]


def test_a_table_of_the_same_size_with_another_row_is_followed_too() -> None:
    source = plain(["Ort", "Pegel"], ["Neustadt", "mittel"], ["Bruckdorf", "hoch"])
    result, steps = merged(source, TAJIK, base=BEFORE)
    assert result["data"] == [["Ҷой", "Сатҳ"], ["Neustadt", "mittel"], ["Б", "баланд"]]
    assert [step.key for step in steps] == ["insert:body.t.rows.1", "remove:body.t.rows.2"]
    # Once that was brought in, the source as it was then is what the translation has.
    again, steps = merged(source, result, base=BEFORE, former=lambda _path: [source])
    assert (again, steps) == (result, [])


def test_a_row_that_changed_as_a_whole_keeps_its_translation() -> None:
    source = plain(["Ort", "Pegel"], ["Bruckdorf-Süd", "sehr hoch"], ["Talheim", "tief"])
    assert merged(source, TAJIK, base=BEFORE) == (TAJIK, [])


def test_settings_of_single_cells_go_with_them() -> None:
    cells = [{"row": 1, "col": 0, "className": "htCenter", "hidden": False}]
    spans = [{"row": 1, "col": 0, "rowspan": 2, "colspan": 1}]
    target = {**TAJIK, "cell": cells, "mergeCells": spans}
    source = plain(["Ort", "Pegel"], ["Neustadt", "mittel"], ["Bruckdorf", "hoch"], ["Talheim", "tief"])
    insertion = merged(source, target, base=BEFORE, wanted={"insert:body.t.rows.1"})[0]
    assert insertion["cell"][0]["row"] == 2
    assert insertion["mergeCells"] == [{**spans[0], "row": 2}]
    between = plain(["Ort", "Pegel"], ["Bruckdorf", "hoch"], ["Neustadt", "mittel"], ["Talheim", "tief"])
    split = merged(between, target, base=BEFORE, wanted={"insert:body.t.rows.2"})[0]
    assert (split["cell"][0]["row"], split["mergeCells"]) == (1, [])


def test_a_column_of_another_type_is_another_column() -> None:
    base = typed([("text", "a"), ("text", "b")], ["one", "two"])
    target = in_tajik(base)
    source = typed([("text", "a"), ("number", "b")], ["one", 2])
    result, steps = merged(source, target, base=base)
    assert result == typed([("text", "T a"), ("number", "b")], ["T one", 2]) | {"caption": "T c"}
    assert {step.kind for step in steps} == {"insert", "remove"}


@pytest.mark.parametrize("target", [plain(["x"]), plain(["x", "y"], ["z"]), {"data": None}])
def test_a_table_that_is_none_of_the_source_s_is_left_to_the_person(target: dict[str, Any]) -> None:
    assert merged(BEFORE, target, base=BEFORE)[0] == target
    assert [step.kind for step in merged(BEFORE, target, base=BEFORE)[1]] == ["by_hand"]
