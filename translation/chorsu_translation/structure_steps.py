"""What bringing in a change of structure does, step by step, named as the editor names blocks."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.text import capfirst
from wagtail import blocks
from wagtail.blocks.stream_block import BaseStreamBlock
from wagtail.blocks.struct_block import BaseStructBlock
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.contrib.typed_table_block.blocks import BaseTypedTableBlock

from chorsu_editorial.block_texts import block_texts, is_text
from chorsu_editorial.richtext import readable_text

Kind = Literal["insert", "remove", "move", "set", "field", "by_hand"]
Describe = Callable[[blocks.Block, Any], str]
LONGEST_WORDS = 80
UNKNOWN: Any = object()


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that is done, or left to the person (``by_hand``).

    ``labels`` name the blocks from the outermost, ``words`` are the first ones of the block concerned. ``before`` and
    ``after`` are the values of a ``set`` or ``field``; ``before`` of an ``insert`` or ``move`` are the words of the
    block that it comes behind. ``chosen``: done unless the person says otherwise; moves
    are always done. ``own``: the translation's own work, which the source has no part in.
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
        """Return what names the step in a form."""
        return f"{self.kind}:{self.path}"

    @property
    def optional(self) -> bool:
        """Return whether the person decides."""
        return self.kind in {"insert", "remove", "set", "field"}

    def is_done(self, wanted: Collection[str] | None) -> bool:
        """Return whether it is done where these keys are wanted, or those that are chosen by default."""
        if not self.optional:
            return self.kind == "move"
        return self.chosen if wanted is None else self.key in wanted


@dataclass(frozen=True, slots=True)
class Place:
    """Where a block stands: its content path, the names of the blocks around and its own, and its role."""

    path: str
    labels: tuple[str, ...]
    role: str | None = "body"

    def inside(self, name: str, label: str) -> Place:
        """Return the place of a block inside this one; an empty label leaves the names as they are."""
        return Place(f"{self.path}.{name}", (*self.labels, label) if label else self.labels, self.role)


@dataclass(frozen=True, slots=True)
class Sides:
    """The stored value of one block on both sides; ``base`` is the source's when the translation was made of it."""

    source: Any
    target: Any
    base: Any = UNKNOWN

    def child(self, name: str, default: Any) -> Sides:
        """Return the values of a struct's child."""
        base = self.base.get(name, UNKNOWN) if isinstance(self.base, dict) else UNKNOWN
        return Sides(self.source.get(name, default), self.target.get(name, default), base)


def label_of(block: blocks.Block | None, name: str) -> str:
    """Return what the editor calls a block."""
    return str(block.label) if block is not None and block.label else capfirst(name.replace("_", " "))


def item_block(block: Any, item: dict[str, Any]) -> tuple[blocks.Block | None, str]:
    """Return the block of an item of a stream or list, None where the type is gone, and what the editor calls it."""
    if isinstance(block, blocks.ListBlock):
        return block.child_block, str(block.child_block.label or "")
    child = block.child_blocks.get(item["type"])
    return child, label_of(child, item["type"])


def first_words(block: blocks.Block | None, value: Any, describe: Describe) -> str:
    """Return the first words of a block's stored value, else what its first value is."""
    if block is None:
        return ""
    for text in block_texts(block, {"value": value}, "value", ""):
        source = text.container.get(text.key) if isinstance(text.container, dict) else text.container[text.key]
        if isinstance(source, str) and (words := readable_text(source, rich=text.kind == "rich_text")):
            return shortened([words])
    return _first_value(block, value, describe)


def shortened(texts: Iterable[str]) -> str:
    """Return texts that stand side by side as one line of bearable length."""
    words = " · ".join(filter(None, texts))
    return words if len(words) <= LONGEST_WORDS else words[:LONGEST_WORDS].rsplit(" ", 1)[0] + " …"


def _first_value(block: blocks.Block, value: Any, describe: Describe) -> str:
    if value in (None, ""):
        return ""
    if isinstance(block, BaseStructBlock) and isinstance(value, dict):
        shown = (_first_value(child, value.get(name), describe) for name, child in block.child_blocks.items())
        return next(filter(None, shown), "")
    if isinstance(block, blocks.ListBlock):
        items = [item["value"] if isinstance(item, dict) and "value" in item else item for item in value]
        return next(filter(None, (_first_value(block.child_block, item, describe) for item in items)), "")
    if isinstance(block, BaseStreamBlock | BaseTypedTableBlock | TableBlock) or is_text(block):
        return ""
    return describe(block, value)
