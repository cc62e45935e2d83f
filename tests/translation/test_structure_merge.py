"""A translation is brought to the structure of its source, and loses no word."""

from __future__ import annotations

import uuid
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock

from chorsu_editorial.reading import block_texts
from chorsu_translation.structure.merge import BlockPosition, Merge, Sides, Step


class Card(blocks.StructBlock):
    text = blocks.CharBlock()
    number = blocks.IntegerBlock(required=False)
    items = blocks.ListBlock(blocks.StructBlock([("note", blocks.RichTextBlock()), ("link", blocks.URLBlock())]))


class Inner(blocks.StreamBlock):
    words = blocks.TextBlock()
    number = blocks.IntegerBlock()


class Body(blocks.StreamBlock):
    paragraph = blocks.RichTextBlock()
    card = Card()
    inner = Inner()
    numbers = blocks.ListBlock(blocks.IntegerBlock())


BODY = Body()
HERE = BlockPosition("body", ("Body",))
Stored = list[dict[str, Any]]

words = st.text("абвг <>&", max_size=6)
numbers = st.integers(0, 5)


def item(kind: str, value: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"type": st.just(kind), "value": value, "id": st.uuids(version=4).map(str)})


notes = item("item", st.fixed_dictionaries({"note": words, "link": st.sampled_from(["http://a", "http://b"])}))
cards = st.fixed_dictionaries({"text": words, "number": numbers, "items": st.lists(notes, max_size=3)})
inner_items = st.one_of(item("words", words), item("number", numbers))
inner = st.lists(inner_items, max_size=3)
body_items = st.one_of(
    item("paragraph", words),
    item("card", cards),
    item("inner", inner),
    item("numbers", st.lists(item("item", numbers), max_size=3)),
)
bodies = st.lists(body_items, max_size=5)


def translated(body: Stored) -> Stored:
    """Return a translation: the same blocks, each text with a mark of its place."""
    holder = {"value": deepcopy(body)}
    for text in block_texts(BODY, holder, "value", "body"):
        text.container[text.key] = f"T {text.path}"
    return holder["value"]


def texts(body: Stored) -> dict[str, str]:
    found = block_texts(BODY, {"value": body}, "value", "body")
    return {text.path: text.container[text.key] for text in found}


def bones(body: Stored) -> Stored:
    """Return a body without its texts."""
    holder = {"value": deepcopy(body)}
    for text in block_texts(BODY, holder, "value", "body"):
        text.container[text.key] = ""
    return holder["value"]


@st.composite
def edits(draw: Any, stored: Stored, kinds: st.SearchStrategy[dict[str, Any]]) -> Stored:
    """Return what any sequence of insertions, removals, moves and changes makes of a stream or list, at any depth."""
    body = deepcopy(stored)
    for _number in range(draw(st.integers(0, 5))):
        what = draw(st.sampled_from(["insert", "remove", "move", "change"]))
        if what == "insert":
            body.insert(draw(st.integers(0, len(body))), draw(kinds))
        elif body:
            at = draw(st.integers(0, len(body) - 1))
            if what == "remove":
                del body[at]
            elif what == "move":
                body.insert(draw(st.integers(0, len(body) - 1)), body.pop(at))
            else:
                change(draw, body[at])
    return body


def change(draw: Any, block: dict[str, Any]) -> None:
    if block["type"] == "card":
        value = block["value"]
        value["text"], value["number"] = draw(words), draw(numbers)
        value["items"] = draw(edits(value["items"], notes))
        for each in value["items"]:
            each["value"]["link"] = draw(st.sampled_from(["http://a", "http://b"]))
    elif block["type"] == "inner":
        block["value"] = draw(edits(block["value"], inner_items))
    elif block["type"] == "numbers":
        block["value"] = draw(edits(block["value"], item("item", numbers)))
    elif block["type"] in {"number", "item"} and isinstance(block["value"], int):
        block["value"] = draw(numbers)
    elif isinstance(block["value"], str):
        block["value"] = draw(words)


def sync(source: Stored, target: Stored, *, base: Any = None, **known: Any) -> tuple[Stored, list[Step]]:
    """Return the target with everything done that is offered, and the steps."""

    class All:
        def __contains__(self, _key: object) -> bool:
            return True

    merge = Merge(wanted=known.pop("wanted", All()), **known)
    sides = Sides(source, target) if base is None else Sides(source, target, base)
    return merge.value(BODY, sides, HERE), merge.steps


@pytest.mark.thorough
@settings(max_examples=300, deadline=None)
@given(st.data(), st.booleans(), st.booleans())
def test_any_edits_of_the_source_are_followed_and_no_translated_word_is_lost(data, empty, knows_base):
    base = data.draw(bodies)
    target = translated(base)
    source = base
    for _round in range(2):
        source = data.draw(edits(source, body_items))
        before = texts(target)
        untouched = deepcopy((source, target))
        target, _steps = sync(source, target, base=base if knows_base else None, empty=empty)
        assert untouched[0] == source
        assert bones(target) == bones(source)
        new = texts(source)
        for path, text in texts(target).items():
            assert text == (before[path] if path in before else "" if empty else new[path])
        again, steps = sync(source, target, base=base if knows_base else None)
        assert (again, steps) == (target, [])


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_what_is_not_chosen_stays(data):
    base = data.draw(bodies)
    source = data.draw(edits(base, body_items))
    target = translated(base)
    merged, steps = sync(source, target, wanted=frozenset())
    order = [each["id"] for each in source if each["id"] in {own["id"] for own in target}]
    assert {each["id"] for each in merged} == {each["id"] for each in target}
    assert [each["id"] for each in merged if each["id"] in order] == order
    assert texts(merged) == texts(target)
    once_more, left = sync(source, merged, wanted=frozenset())
    assert once_more == merged
    # Steps are in the order of the text, which was followed where blocks were moved.
    assert {step.key for step in left} == {step.key for step in steps if step.optional}


def block(kind: str, value: Any, name: str = "") -> dict[str, Any]:
    return {"type": kind, "value": value, "id": name or str(uuid.uuid4())}


def test_own_blocks_of_the_translation_stay_behind_what_they_stood_behind():
    a, b, own = block("paragraph", "a", "a"), block("paragraph", "b", "b"), block("paragraph", "own", "own")
    merge = Merge()
    result = merge.value(BODY, Sides([b, a], [a, own, b], [a, b]), HERE)
    assert [each["id"] for each in result] == ["b", "a", "own"]
    removal = next(step for step in merge.steps if step.kind == "remove")
    assert (removal.own, removal.chosen) == (True, False)
    moves = [(step.words, step.before) for step in merge.steps if step.kind == "move"]
    assert moves in ([("a", "b")], [("b", "")])


def test_a_removal_is_off_where_the_text_was_changed_since():
    a = block("paragraph", "a", "a")
    changed = Merge(was_translated=lambda path: path == "body.a")
    assert changed.value(BODY, Sides([], [a], [a]), HERE) == [a]
    assert Merge().value(BODY, Sides([], [a], [a]), HERE) == []


def test_a_value_that_the_translation_changed_itself_is_offered_only():
    card = {"text": "a", "number": 1, "items": []}
    base, own = [block("card", card, "c")], [block("card", {**card, "number": 2}, "c")]
    merge = Merge()
    assert merge.value(BODY, Sides(base, own, base), HERE) == own
    assert [(step.chosen, step.own, step.before, step.after) for step in merge.steps] == [(False, True, "2", "1")]
    newer = [block("card", {**card, "number": 3}, "c")]
    assert Merge().value(BODY, Sides(newer, own, base), HERE) == newer


TABLE = TypedTableBlock([("text", blocks.CharBlock()), ("number", blocks.IntegerBlock())])


def table(*rows: list[Any], caption: str = "") -> dict[str, Any]:
    columns = [{"type": "text", "heading": "h"}, {"type": "number", "heading": "n"}]
    return {"columns": columns, "rows": [{"values": row} for row in rows], "caption": caption}


@pytest.mark.parametrize(
    ("source", "base", "kinds"),
    [
        (table(["a", 1], ["b", 2]), None, ["by_hand"]),
        (table(["a", 2]), table(["a", 1]), ["by_hand"]),
        (table(["b", 1]), None, []),
        (table(["a", 2], caption="c"), table(["a", 2]), []),
    ],
    ids=["row", "number", "words", "the translation's own"],
)
def test_a_table_that_differs_in_more_than_words_is_left_to_the_person(source, base, kinds):
    merge, own = Merge(), table(["T", 1], caption="T c")
    sides = Sides(source, own) if base is None else Sides(source, own, base)
    assert merge.value(TABLE, sides, HERE) == own
    assert [step.kind for step in merge.steps] == kinds


def test_blocks_and_items_without_ids_are_left_to_the_person():
    merge = Merge()
    assert merge.value(BODY, Sides([{"type": "paragraph", "value": "x"}], []), HERE) == []
    assert [step.kind for step in merge.steps] == ["by_hand"]
    texts = blocks.ListBlock(blocks.CharBlock())
    assert Merge().value(texts, Sides(["a"], ["b", "c"]), HERE) == ["b", "c"]
    merge = Merge()
    assert merge.value(texts, Sides(["a", "b"], ["c", "d"]), HERE) == ["c", "d"]
    assert merge.steps == [], "another text is none of the structure"
