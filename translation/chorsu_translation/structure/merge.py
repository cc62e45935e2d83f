"""Bring the blocks of a translation to the structure of its source: pure functions on what StreamFields store.

Blocks are identified by their ids, which ``copy_for_translation`` keeps. Order, new blocks, and values other than text
come from the source; texts stay as the translation has them, byte for byte. The same run describes what it does, as
``Step``s, and does it, so a preview can't differ from the result. Rows and columns of tables have no ids: a table that
differs in more than its words is left to the person.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from django.utils.text import capfirst
from wagtail import blocks
from wagtail.blocks.stream_block import BaseStreamBlock
from wagtail.blocks.struct_block import BaseStructBlock
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.contrib.typed_table_block.blocks import BaseTypedTableBlock

from chorsu_editorial.alignment import moved
from chorsu_editorial.markup import readable_text
from chorsu_editorial.reading import block_texts, is_text, walk

Kind = Literal["divide", "insert", "remove", "move", "set", "field", "by_hand"]
Describe = Callable[[blocks.Block, Any], str]
LONGEST_WORDS = 80
UNKNOWN: Any = object()


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that is done, or left to the person (``by_hand``).

    ``labels`` name the blocks from the outermost, ``words`` are the first words of the block. ``before`` and ``after``
    are the values of a ``set`` or ``field``; ``before`` of an ``insert`` or ``move`` are the words of the block that it
    comes behind. ``chosen``: done by default; ``divide`` and moves are always done. ``own``: the source has nothing of
    it.
    """

    kind: Kind
    path: str
    labels: tuple[str, ...]
    words: str = ""
    before: str = ""
    after: str = ""
    chosen: bool = True
    own: bool = False

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.path}"

    @property
    def optional(self) -> bool:
        return self.kind in {"insert", "remove", "set", "field"}

    def is_done(self, wanted: Collection[str] | None) -> bool:
        if not self.optional:
            return self.kind in {"divide", "move"}
        return self.chosen if wanted is None else self.key in wanted


@dataclass(frozen=True, slots=True)
class BlockPosition:
    """The position of a block: its content path, the names of the blocks around and its own, and its role."""

    path: str
    labels: tuple[str, ...]
    role: str | None = "body"

    def inside(self, name: str, label: str) -> BlockPosition:
        return BlockPosition(f"{self.path}.{name}", (*self.labels, label) if label else self.labels, self.role)


@dataclass(frozen=True, slots=True)
class Sides:
    """The stored value of one block on both sides; ``base`` is the source's when the translation was made of it."""

    source: Any
    target: Any
    base: Any = UNKNOWN

    def child(self, name: str, default: Any) -> Sides:
        base = self.base.get(name, UNKNOWN) if isinstance(self.base, dict) else UNKNOWN
        return Sides(self.source.get(name, default), self.target.get(name, default), base)


@dataclass
class Merge:
    """What is known about both pages, and the steps so far.

    ``wanted``: keys of the steps to do, or None for the default. ``empty``: new blocks come without texts.
    ``from_source`` says of a path whether the source had it at the baseline, for blocks whose former version isn't
    stored; ``was_translated`` whether its text was changed since; ``localised`` returns a block's value in the target's
    language; ``describe`` shows a value to a person.
    """

    wanted: Collection[str] | None = None
    empty: bool = False
    from_source: Callable[[str], bool] = lambda _path: False
    was_translated: Callable[[str], bool] = lambda _path: False
    localised: Callable[[blocks.Block, Any], Any] = lambda _block, value: value
    describe: Describe = lambda _block, value: str(value)
    steps: list[Step] = field(default_factory=list)

    def does(self, step: Step) -> bool:
        """Add a step, and return whether it is done."""
        self.steps.append(step)
        return step.is_done(self.wanted)

    def value(self, block: blocks.Block, sides: Sides, at: BlockPosition) -> Any:
        """Return the new stored value of a block of the target."""
        at = replace(at, role=getattr(block.meta, "leaf_role", at.role))
        source, target = sides.source, sides.target
        is_read = at.role is not None and is_text(block, source)
        if source == target or getattr(block.meta, "unhashed", False) or is_read:
            return target
        merged = self._parts(block, sides, at) if at.role is not None else UNKNOWN
        return self._other(block, sides, at) if merged is UNKNOWN else merged

    def _parts(self, block: blocks.Block, sides: Sides, at: BlockPosition) -> Any:
        """Return a value with the parts of a block merged, ``UNKNOWN`` where the block has none."""
        if isinstance(block, BaseStreamBlock | blocks.ListBlock):
            return self._items(block, replace(sides, source=sides.source or [], target=sides.target or []), at)
        if isinstance(sides.source, dict) and isinstance(sides.target, dict):
            if isinstance(block, BaseStructBlock):
                return self._struct(block, sides, at)
            if isinstance(block, BaseTypedTableBlock | TableBlock):
                return self._by_hand(block, sides, at)
        return UNKNOWN

    def _other(self, block: blocks.Block, sides: Sides, at: BlockPosition) -> Any:
        """Return a value that isn't text; if the source's is unchanged since ``base``, the translation's is its own."""
        new = self.localised(block, sides.source)
        if sides.target in (sides.source, new):
            return sides.target
        own = sides.base is not UNKNOWN and sides.base == sides.source
        shown = (self.describe(block, sides.target), self.describe(block, new))
        step = Step("set", at.path, at.labels, before=shown[0], after=shown[1], chosen=not own, own=own)
        return deepcopy(new) if self.does(step) else sides.target

    def _struct(self, block: BaseStructBlock, sides: Sides, at: BlockPosition) -> dict[str, Any]:
        merged = dict(sides.target)
        for name, child in block.child_blocks.items():
            known = name in sides.source and name in sides.target
            below = sides.child(name, None if known else child.get_prep_value(child.get_default()))
            new = self.value(child, below, at.inside(name, label_of(child, name)))
            if name in sides.target or new != below.target:
                merged[name] = new
        return merged

    def _items(self, block: Any, sides: Sides, at: BlockPosition) -> list[Any]:
        """Return the items of a stream or list in the source's order; the target's own stay where they were."""
        # Written by old code, or stored before list items had ids.
        if not all(isinstance(item, dict) and item.get("id") for item in [*sides.source, *sides.target]):
            untouched: list[Any] = self._by_hand(block, sides, at)
            return untouched
        mine = {item["id"]: item for item in sides.target}
        base = sides.base if isinstance(sides.base, list) else []
        known = {item["id"]: item.get("value", UNKNOWN) for item in base if isinstance(item, dict) and "id" in item}
        merged: list[Any] = []
        for item in sides.source:
            own, (child, label) = mine.get(item["id"]), item_block(block, item)
            here = at.inside(item["id"], label)
            if own is None:
                before = self._words(block, merged[-1]) if merged else ""
                if self.does(Step("insert", here.path, here.labels, self._words(block, item), before)):
                    merged.append(self._new(child, item))
            elif own["type"] != item["type"] or child is None:
                self.does(Step("by_hand", here.path, here.labels, self._words(block, own)))
                merged.append(own)
            else:
                values = Sides(item["value"], own["value"], known.get(item["id"], UNKNOWN))
                merged.append({**own, "value": self.value(child, values, here)})
        self._note_moves(block, sides, merged, at)
        theirs = {item["id"] for item in sides.source}
        for index, item in enumerate(sides.target):
            if item["id"] in theirs:
                continue
            here = at.inside(item["id"], item_block(block, item)[1])
            is_own = item["id"] not in known and not self.from_source(here.path)
            chosen = not (is_own or self.was_translated(here.path))
            step = Step("remove", here.path, here.labels, self._words(block, item), chosen=chosen, own=is_own)
            if not self.does(step):
                merged.insert(_index_behind(merged, sides.target[:index]), item)
        return merged

    def _note_moves(self, block: Any, sides: Sides, merged: list[Any], at: BlockPosition) -> None:
        moving = moved([item["id"] for item in sides.target], [item["id"] for item in sides.source])
        for number, item in enumerate(merged, start=1):
            if item["id"] in moving:
                here = at.inside(item["id"], item_block(block, item)[1])
                words = self._words(block, item)
                before = self._words(block, merged[number - 2]) if number > 1 else ""
                self.does(Step("move", here.path, here.labels, words, before))

    def _by_hand(self, block: Any, sides: Sides, at: BlockPosition) -> Any:
        wanted = without_words(block, sides.source)
        if wanted != without_words(block, sides.target) and (
            sides.base is UNKNOWN or wanted != without_words(block, sides.base)
        ):
            self.does(Step("by_hand", at.path, at.labels, first_words(block, sides.target, self.describe)))
        return sides.target

    def _new(self, child: blocks.Block | None, item: dict[str, Any]) -> dict[str, Any]:
        new = deepcopy(item)
        if child is None:
            return new
        for each in list(walk(child, new, "value", "")):
            if each.block is not None and each.kind == "other":
                each.container[each.key] = self.localised(each.block, each.value)
        if self.empty:
            for text in block_texts(child, new, "value", ""):
                text.container[text.key] = ""
        return new

    def _words(self, block: Any, item: dict[str, Any]) -> str:
        return first_words(item_block(block, item)[0], item["value"], self.describe)


def without_words(block: blocks.Block, value: Any) -> Any:
    """Return what a block stores with its texts emptied, for comparison."""
    holder = {"value": deepcopy(value)}
    for text in list(block_texts(block, holder, "value", "")):
        text.container[text.key] = ""
    return holder["value"]


def label_of(block: blocks.Block | None, name: str) -> str:
    return str(block.label) if block is not None and block.label else capfirst(name.replace("_", " "))


def item_block(block: Any, item: dict[str, Any]) -> tuple[blocks.Block | None, str]:
    """Return the block of an item of a stream or list, None where the type is gone, and its label in the editor."""
    if isinstance(block, blocks.ListBlock):
        return block.child_block, str(block.child_block.label or "")
    child = block.child_blocks.get(item["type"])
    return child, label_of(child, item["type"])


def first_words(block: blocks.Block | None, value: Any, describe: Describe) -> str:
    """Return the first words of a block's stored value, else its first value."""
    if block is None:
        return ""
    holder = {"value": value}
    for text in block_texts(block, holder, "value", ""):
        if isinstance(text.value, str) and (words := readable_text(text.value, rich=text.kind == "rich_text")):
            return words if len(words) <= LONGEST_WORDS else words[:LONGEST_WORDS].rsplit(" ", 1)[0] + " …"
    others = (each for each in walk(block, holder, "value", "") if each.kind in {"value", "other"})
    shown = (describe(each.block, each.value) for each in others if each.block and each.value not in (None, ""))
    return next(filter(None, shown), "")


def _index_behind(merged: list[Any], before: list[Any]) -> int:
    places = {item["id"]: number for number, item in enumerate(merged)}
    return next((places[item["id"]] + 1 for item in reversed(before) if item["id"] in places), 0)
