"""What became of each unit of a source between two snapshots."""

from __future__ import annotations

from itertools import groupby

from hypothesis import given
from hypothesis import strategies as st

from chorsu_editorial import alignment
from chorsu_editorial.alignment import COMPARED_UNITS, Units, align, marked_html, shown_html
from chorsu_translation.snapshots import compare, snapshot_of


def leaf(path: str, *texts: str) -> Units:
    return [[path, index, text] for index, text in enumerate(texts)]


def states(old: Units, new: Units) -> list[tuple[str, str]]:
    return [(unit.html or unit.was, unit.state) for unit in align(old, new)]


def test_a_paragraph_put_in_between_leaves_those_behind_it_unchanged():
    old = leaf("body.a", "One two.", "Three four.", "Gone with it.")
    new = leaf("body.a", "One two.", "Something else.", "Three four five.")
    found = align([*old, *leaf("c", "C")], [*new, *leaf("c", "C")])
    assert [(unit.html or unit.was, unit.state, unit.former) for unit in found] == [
        ("One two.", "unchanged", ("body.a", 0)),
        ("Something else.", "new", None),
        ("Three four five.", "changed", ("body.a", 1)),
        ("Gone with it.", "removed", ("body.a", 2)),
        ("C", "unchanged", ("c", 0)),
    ]


def test_a_moved_block_is_moved_and_its_neighbours_are_not():
    others, last = [*leaf("a", "A"), *leaf("b", "B"), *leaf("c", "C")], leaf("d", "D")
    unchanged = [("A", "unchanged"), ("B", "unchanged"), ("C", "unchanged")]
    assert states([*others, *last], [*last, *others]) == [("D", "moved"), *unchanged]
    assert states([*others, *last], [*others, *leaf("e", "D")]) == [*unchanged, ("D", "moved")]


UNITS = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["x y", "x z", "q", "r s t"])), max_size=12)


def _units(pairs: list[tuple[str, str]]) -> Units:
    found: Units = []
    for path in dict.fromkeys(path for path, _text in pairs):
        found += leaf(path, *(text for at, text in pairs if at == path))
    return found


@given(UNITS, UNITS)
def test_every_unit_of_the_source_is_there_once_and_in_order(old, new):
    before, after = _units(old), _units(new)
    found = align(before, after)
    assert [[unit.path, unit.index, unit.html] for unit in found if unit.state != "removed"] == after
    gone = len([unit for unit in found if unit.state == "removed"])
    came = len([unit for unit in found if unit.state == "new"])
    assert len(before) - gone == len(after) - came
    assert all(unit.was != unit.html for unit in found if unit.state == "changed")
    assert all(unit.state == "unchanged" for unit in align(before, before))


PATHS = st.sampled_from(
    ["title", "body.a", "body.b", "body.b.text", "body.t.rows.0.values.0", "body.t.rows.0.values.1"]
)
ANYWHERE = st.lists(st.tuples(PATHS, st.sampled_from(["x y", "x <b>z</b>", "x z", "q", "5", "7"])), max_size=10)


@given(ANYWHERE, ANYWHERE)
def test_a_digest_differs_where_a_unit_does(old, new):
    before, after = _units(old), _units(new)
    is_same = snapshot_of(before).digest == snapshot_of(after).digest
    assert is_same == (compare(before, after).units == [])


WORDS = st.sampled_from(["x y", "x z", "q", "r s t", "2027", "x y z", "***"])


@given(st.lists(st.tuples(WORDS, st.sampled_from("ab"), st.sampled_from("cd")), max_size=12))
def test_units_that_stand_in_other_blocks_are_the_same(texts):
    def divided(by):
        groups = [(name, [each[0] for each in group]) for name, group in groupby(texts, key=lambda each: each[by])]
        return [unit for at, (name, said) in enumerate(groups) for unit in leaf(f"body.{name}{at}", *said)]

    before, after = divided(1), divided(2)
    assert [unit.state for unit in align(before, after)] == ["unchanged"] * len(texts)
    assert snapshot_of(before).digest == snapshot_of(after).digest


def test_a_figure_in_another_column_or_field_of_its_block_is_a_change():
    for old, new in (
        (leaf("body.t.rows.1.values.0", "5"), leaf("body.t.rows.1.values.1", "5")),
        (leaf("body.n.metres", "5"), leaf("body.n.price", "5")),
        (leaf("body.t.rows.1.values.0", "five"), leaf("body.t.rows.1.values.1", "five")),
        (leaf("lead", "A text"), leaf("body.a", "A text")),
    ):
        assert snapshot_of(old).digest != snapshot_of(new).digest
        assert states(old, new) == [(old[0][2], "moved")]


def test_a_paragraph_that_changes_while_its_block_is_cut_is_a_changed_one():
    old = leaf("body.a", "One two.", "Three four five.", "Six.")
    new = [*leaf("body.a", "One two."), *leaf("body.b", "Three and four.", "Seven eight.", "Six.")]
    found = align(old, new)
    assert [unit.state for unit in found] == ["unchanged", "changed", "new", "unchanged"]
    assert [unit.former for unit in found] == [("body.a", 0), ("body.a", 1), None, ("body.a", 2)]


def test_many_units_are_compared_by_their_places(monkeypatch):
    number = COMPARED_UNITS // 10
    monkeypatch.setattr(alignment, "_likeness", None)
    old = leaf("body.a", *(f"was {each}" for each in range(number)))
    new = leaf("body.a", *(f"is {each}" for each in range(number)))
    assert {(unit.state, unit.former == (unit.path, unit.index)) for unit in align(old, new)} == {("changed", True)}


def test_a_long_text_that_grows_at_both_ends_is_otherwise_unchanged():
    texts = [f"was {number}" for number in range(1_000)]
    found = align(leaf("body.a", *texts), leaf("body.a", "Begin.", *texts, "End."))
    assert [unit.html for unit in found if unit.state != "unchanged"] == ["Begin.", "End."]
    assert len(found) == 1_002


def test_texts_are_divided_among_blocks_as_in_another_page_where_these_hold_as_much():
    texts = {"lead": ["0"], "body.a": ["1", "2"], "body.h": ["3"], "body.b": ["4"], "body.p.caption": ["5"]}
    # A heading that the other page has in its text; one that is missing; a block with parts of its own.
    one = alignment.divided_as(texts, {"lead": 1, "body.a": 4, "body.p.caption": 1})
    assert one == {"lead": ["0"], "body.a": ["1", "2", "3", "4"], "body.p.caption": ["5"]}
    for other in ({"body.b": 1, "body.p.caption": 1}, {"body.h": 1, "body.b": 2}):
        assert alignment.divided_as(texts, {"lead": 1, "body.a": 2, **other}) == texts


def test_changed_words_are_marked_and_nothing_of_the_source_runs_in_the_editor():
    was = 'Три <b>пять</b> <a href="javascript:alert(1)">дома</a>'
    now = 'Три <b>семь больших</b> <a href="javascript:alert(1)">дома</a><img src="x" onerror="alert(1)"> &lt;b&gt;'
    shown = marked_html(was, now)
    assert shown.startswith("Три <b><del>пять</del><ins>семь больших</ins></b>")
    for html in (shown, shown_html(now)):
        assert [part in html for part in ("javascript", "<img", "&lt;b&gt;")] == [False, False, True]


def test_long_texts_are_marked_as_a_whole():
    long = " ".join(str(number) for number in range(2000))
    assert marked_html(long, long[::-1]).count("<ins>") == 1
