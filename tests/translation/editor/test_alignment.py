"""What became of each unit of a source between two snapshots."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from chorsu_editorial.alignment import Units, align, marked_html, shown_html


def leaf(path: str, *texts: str) -> Units:
    return [[path, index, text] for index, text in enumerate(texts)]


def states(old: Units, new: Units) -> list[tuple[str, str]]:
    return [(unit.html or unit.was, unit.state) for unit in align(old, new)]


def test_a_paragraph_put_in_between_leaves_those_behind_it_unchanged() -> None:
    old, new = (
        leaf("body.a", "One two.", "Three four."),
        leaf("body.a", "One two.", "Something else.", "Three four five."),
    )
    assert states(old, new) == [("One two.", "unchanged"), ("Something else.", "new"), ("Three four five.", "changed")]
    assert [unit.former for unit in align(old, new)] == [0, None, 1]


def test_what_is_gone_stands_behind_what_was_before_it() -> None:
    old = [*leaf("a", "A"), *leaf("b", "B one", "B two"), *leaf("c", "C")]
    assert states(old, [*leaf("a", "A"), *leaf("b", "B two"), *leaf("c", "C")])[1] == ("B one", "removed")
    assert states(old, [*leaf("a", "A"), *leaf("c", "C")]) == [
        ("A", "unchanged"),
        ("B one", "removed"),
        ("B two", "removed"),
        ("C", "unchanged"),
    ]


def test_a_moved_block_is_moved_and_its_neighbours_are_not() -> None:
    old = [*leaf("a", "A"), *leaf("b", "B"), *leaf("c", "C"), *leaf("d", "D")]
    new = [*leaf("d", "D"), *leaf("a", "A"), *leaf("b", "B"), *leaf("c", "C")]
    assert states(old, new) == [("D", "moved"), ("A", "unchanged"), ("B", "unchanged"), ("C", "unchanged")]
    elsewhere = [*leaf("a", "A"), *leaf("b", "B"), *leaf("c", "C"), *leaf("e", "D")]
    assert states(old, elsewhere)[-1] == ("D", "moved")


UNITS = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["x y", "x z", "q", "r s t"])), max_size=12)


def _units(pairs: list[tuple[str, str]]) -> Units:
    found: Units = []
    for path in dict.fromkeys(path for path, _text in pairs):
        found += leaf(path, *(text for at, text in pairs if at == path))
    return found


@given(UNITS, UNITS)
def test_every_unit_of_the_source_is_there_once_and_in_order(old: list[Any], new: list[Any]) -> None:
    before, after = _units(old), _units(new)
    found = align(before, after)
    assert [[unit.path, unit.index, unit.html] for unit in found if unit.state != "removed"] == after
    gone = len([unit for unit in found if unit.state == "removed"])
    came = len([unit for unit in found if unit.state == "new"])
    assert len(before) - gone == len(after) - came
    assert all(unit.was != unit.html for unit in found if unit.state == "changed")
    assert all(unit.state == "unchanged" for unit in align(before, before))


def test_changed_words_are_marked_and_nothing_of_the_source_runs_in_the_editor() -> None:
    was = 'Три <b>пять</b> <a href="javascript:alert(1)">дома</a>'
    now = 'Три <b>семь больших</b> <a href="javascript:alert(1)">дома</a><img src="x" onerror="alert(1)"> &lt;b&gt;'
    shown = marked_html(was, now)
    assert shown.startswith("Три <b><del>пять</del><ins>семь больших</ins></b>")
    for html in (shown, shown_html(now)):
        assert "javascript" not in html
        assert "<img" not in html
        assert "&lt;b&gt;" in html


def test_long_texts_are_marked_as_a_whole() -> None:
    long = " ".join(str(number) for number in range(2000))
    assert marked_html(long, long[::-1]).count("<ins>") == 1
