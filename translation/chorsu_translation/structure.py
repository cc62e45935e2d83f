"""Bring the blocks of a translation to the structure of its source: pure functions on what StreamFields store.

Blocks are told by their ids, which ``copy_for_translation`` keeps. Order, new blocks, and all that isn't text come from
the source; texts for reading stay as the translation has them, byte for byte. The same run says what it does, as
``Step``s, and does it, so a preview can't differ from what follows.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any

from wagtail import blocks
from wagtail.blocks.stream_block import BaseStreamBlock
from wagtail.blocks.struct_block import BaseStructBlock
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.contrib.typed_table_block.blocks import BaseTypedTableBlock

from chorsu_editorial.block_texts import block_texts, is_text
from chorsu_translation.structure_grids import longest_rising
from chorsu_translation.structure_steps import (
    UNKNOWN,
    Describe,
    Place,
    Sides,
    Step,
    first_words,
    item_block,
    label_of,
)
from chorsu_translation.structure_tables import merged_table


@dataclass
class Merge:
    """What is known about both pages, and the steps so far.

    ``wanted``: keys of the steps to do, or None for those that are chosen by default. ``empty``: new blocks come
    without texts. ``from_source`` says of a path whether the source once had it, where its former version isn't known;
    ``was_translated`` whether its text was changed since; ``localised`` gives a block's value in the target's language;
    ``describe`` shows a value to a person; ``former`` gives the source's earlier values at a path, the last brought in
    first.
    """

    wanted: Collection[str] | None = None
    empty: bool = False
    from_source: Callable[[str], bool] = lambda _path: False
    was_translated: Callable[[str], bool] = lambda _path: False
    localised: Callable[[blocks.Block, Any], Any] = lambda _block, value: value
    describe: Describe = lambda _block, value: str(value)
    former: Callable[[str], Iterable[Any]] = lambda _path: ()
    steps: list[Step] = field(default_factory=list)

    def does(self, step: Step) -> bool:
        """Note a step, and return whether it is done."""
        self.steps.append(step)
        return step.is_done(self.wanted)

    def value(self, block: blocks.Block, sides: Sides, at: Place) -> Any:
        """Return what the target's stored value of a block becomes."""
        at = replace(at, role=getattr(block.meta, "leaf_role", at.role))
        source, target = sides.source, sides.target
        if source == target or getattr(block.meta, "unhashed", False) or (at.role is not None and is_text(block)):
            return target
        merged = self._parts(block, sides, at) if at.role is not None else UNKNOWN
        return self._other(block, sides, at) if merged is UNKNOWN else merged

    def _parts(self, block: blocks.Block, sides: Sides, at: Place) -> Any:
        """Return a value with the parts of a block merged, ``UNKNOWN`` where the block has none."""
        if isinstance(block, BaseStreamBlock):
            return self._items(block, replace(sides, source=sides.source or [], target=sides.target or []), at)
        if isinstance(block, blocks.ListBlock):
            return self._list(block, replace(sides, source=sides.source or [], target=sides.target or []), at)
        if isinstance(sides.source, dict) and isinstance(sides.target, dict):
            if isinstance(block, BaseStructBlock):
                return self._struct(block, sides, at)
            if isinstance(block, BaseTypedTableBlock | TableBlock):
                return merged_table(self, block, sides, at)
        return UNKNOWN

    def _other(self, block: blocks.Block, sides: Sides, at: Place) -> Any:
        """Return a value that isn't text; where the source's is the former one, the translation has its own."""
        new = self.localised(block, sides.source)
        if sides.target in (sides.source, new):
            return sides.target
        own = sides.base is not UNKNOWN and sides.base == sides.source
        shown = (self.describe(block, sides.target), self.describe(block, new))
        step = Step("set", at.path, at.labels, before=shown[0], after=shown[1], chosen=not own, own=own)
        return deepcopy(new) if self.does(step) else sides.target

    def _struct(self, block: BaseStructBlock, sides: Sides, at: Place) -> dict[str, Any]:
        merged = dict(sides.target)
        for name, child in block.child_blocks.items():
            known = name in sides.source and name in sides.target
            below = sides.child(name, None if known else child.get_prep_value(child.get_default()))
            new = self.value(child, below, at.inside(name, label_of(child, name)))
            if name in sides.target or new != below.target:
                merged[name] = new
        return merged

    def _list(self, block: blocks.ListBlock, sides: Sides, at: Place) -> list[Any]:
        source, target = sides.source, sides.target
        if all(block._item_is_in_block_format(item) for item in [*source, *target]):  # noqa: SLF001
            return self._items(block, sides, at)
        if len(source) != len(target):  # stored before list items had ids
            self.does(Step("by_hand", at.path, at.labels))
            found: list[Any] = target
            return found
        pairs = zip(*([_plain(block, item) for item in items] for items in (source, target)), strict=True)
        return [
            self.value(block.child_block, Sides(theirs, mine), at.inside(str(index), ""))
            for index, (theirs, mine) in enumerate(pairs)
        ]

    def _items(self, block: Any, sides: Sides, at: Place) -> list[Any]:
        """Return the items of a stream or list in the source's order; those that stay stand behind what they did."""
        if not all(item.get("id") for item in [*sides.source, *sides.target]):  # written by old code
            self.does(Step("by_hand", at.path, at.labels))
            untouched: list[Any] = sides.target
            return untouched
        mine = {item["id"]: item for item in sides.target}
        base = sides.base if isinstance(sides.base, list) else []
        known = {item["id"]: item.get("value", UNKNOWN) for item in base if isinstance(item, dict) and "id" in item}
        merged: list[Any] = []
        for item in sides.source:
            own, (child, label) = mine.get(item["id"]), item_block(block, item)
            place = at.inside(item["id"], label)
            if own is None:
                if self.does(self._insertion(block, item, merged, place)):
                    merged.append(self._new(child, item))
            elif own["type"] != item["type"] or child is None:
                self.does(Step("by_hand", place.path, place.labels, self._words(block, own)))
                merged.append(own)
            else:
                values = Sides(item["value"], own["value"], known.get(item["id"], UNKNOWN))
                merged.append({**own, "value": self.value(child, values, place)})
        self._note_moves(block, sides, merged, at)
        theirs = {item["id"] for item in sides.source}
        for index, item in enumerate(sides.target):
            if item["id"] not in theirs and not self.does(self._removal(block, item, known, at)):
                merged.insert(_place_behind(merged, sides.target[:index]), item)
        return merged

    def _insertion(self, block: Any, item: dict[str, Any], merged: list[Any], place: Place) -> Step:
        before = self._words(block, merged[-1]) if merged else ""
        return Step("insert", place.path, place.labels, self._words(block, item), before)

    def _removal(self, block: Any, item: dict[str, Any], known: Collection[str], at: Place) -> Step:
        place = at.inside(item["id"], item_block(block, item)[1])
        own = item["id"] not in known and not self.from_source(place.path)
        chosen = not (own or self.was_translated(place.path))
        return Step("remove", place.path, place.labels, self._words(block, item), chosen=chosen, own=own)

    def _note_moves(self, block: Any, sides: Sides, merged: list[Any], at: Place) -> None:
        places = {item["id"]: number for number, item in enumerate(sides.target, start=1)}
        staying = longest_rising((item["id"] for item in sides.source if item["id"] in places), places)
        for number, item in enumerate(merged, start=1):
            if item["id"] in places and item["id"] not in staying:
                place = at.inside(item["id"], item_block(block, item)[1])
                words = self._words(block, item)
                before = self._words(block, merged[number - 2]) if number > 1 else ""
                self.does(Step("move", place.path, place.labels, words, before))

    def with_source_values(self, block: Any, source: Any, target: Any, at: Place) -> Any:
        """Return a table of the source's shape with its numbers and settings, and the texts of the translation."""
        holder, own = ({"value": deepcopy(each)} for each in (source, target))
        mine = {text.path: text for text in block_texts(block, own, "value", "")}
        for text in list(block_texts(block, holder, "value", "")):
            theirs = mine.get(text.path)
            if theirs is None or (isinstance(theirs.container, dict) and theirs.key not in theirs.container):
                text.container.pop(text.key, None)
            else:
                text.container[text.key] = theirs.container[theirs.key]
        return self._other(block, Sides(holder["value"], target), at)

    def _new(self, child: blocks.Block | None, item: dict[str, Any]) -> dict[str, Any]:
        new = deepcopy(item)
        if child is None:
            return new
        new["value"] = self._in_language(child, new["value"])
        if self.empty:
            for text in block_texts(child, new, "value", ""):
                text.container[text.key] = ""
        return new

    def new_value(self, block: blocks.Block, value: Any) -> Any:
        """Return a new block's value as the translation gets it."""
        return self._new(block, {"value": value})["value"]

    def _in_language(self, block: blocks.Block, value: Any) -> Any:
        """Return a new block's value with what it points at in the target's language."""
        if isinstance(block, BaseStructBlock) and isinstance(value, dict):
            children = block.child_blocks
            return {
                name: self._in_language(children[name], each) if name in children else each
                for name, each in value.items()
            }
        if isinstance(block, BaseStreamBlock | blocks.ListBlock) and isinstance(value, list):
            found = [(item, item_block(block, item)[0]) for item in value if isinstance(item, dict) and "value" in item]
            if len(found) < len(value):
                return value
            return [
                {**item, "value": self._in_language(child, item["value"]) if child else item["value"]}
                for item, child in found
            ]
        return self.localised(block, value)

    def _words(self, block: Any, item: dict[str, Any]) -> str:
        return first_words(item_block(block, item)[0], item["value"], self.describe)


def _plain(block: blocks.ListBlock, item: Any) -> Any:
    return item["value"] if block._item_is_in_block_format(item) else item  # noqa: SLF001


def _place_behind(merged: list[Any], before: list[Any]) -> int:
    """Return where an item belongs that stood behind these ones."""
    places = {item["id"]: number for number, item in enumerate(merged)}
    return next((places[item["id"]] + 1 for item in reversed(before) if item["id"] in places), 0)
