"""What stands in the blocks of a StreamField, in their stored form: no picture or page that they point at is fetched.

``parts`` alone knows how blocks store what stands inside them; ``walk`` follows them to the last one. A block says its
role in ``leaf_role`` of its ``Meta``, which its child blocks inherit; ``leaf_role=None`` means that its text is not for
reading. A ``language`` choice in a struct says the language of its passage; texts of the roles ``people`` and
``caption`` in it are the page's own words about the passage and keep the page's language. A block with
``search_index=False``, and raw HTML, are compared only: the text may be hidden, or be code.

Other entries of a block (numbers, dates, addresses, several choices) are of the kind ``value``: compared, never
searched or written. Single choices and switches, which mostly say how a block looks, and what points at pictures,
documents and pages are of the kind ``other``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

from wagtail import blocks
from wagtail.blocks.stream_block import BaseStreamBlock
from wagtail.blocks.struct_block import BaseStructBlock
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.contrib.typed_table_block.blocks import BaseTypedTableBlock
from wagtail.images.blocks import ImageBlock

LeafKind = Literal["text", "rich_text", "value", "other"]
# The name in content paths of a block inside another one, the block, and where it is stored: ``container[key]``.
Part = tuple[str, blocks.Block, Any, str | int]

OWN_WORDS = frozenset({"people", "caption"})
TEXT_BLOCKS = (
    blocks.CharBlock,
    blocks.TextBlock,
    blocks.RichTextBlock,
    blocks.RegexBlock,
    blocks.RawHTMLBlock,
)
# Choices of several are no ``ChoiceBlock``.
NOT_COMPARED = (blocks.ChooserBlock, blocks.ChoiceBlock, blocks.BooleanBlock)
# What tables hold without blocks of their own.
CAPTION, HEADING = blocks.CharBlock(leaf_role="caption"), blocks.CharBlock(leaf_role="heading")
CELL, RICH_CELL = blocks.CharBlock(), blocks.RichTextBlock()


@dataclass(frozen=True, slots=True)
class BlockText:
    """A text or another value, and where it is stored: ``container[key]`` in the raw data of a StreamField."""

    path: str
    kind: LeafKind
    container: Any
    key: str | int
    role: str | None
    language: str | None
    public: bool
    block: blocks.Block | None = None

    @property
    def value(self) -> Any:
        """Return what is stored there; None where a struct has no such entry."""
        return self.container.get(self.key) if isinstance(self.container, dict) else self.container[self.key]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a block takes over from the blocks around it."""

    role: str | None = "body"
    language: str | None = None
    public: bool = True


def block_texts(
    block: blocks.Block, container: Any, key: str | int, path: str, *, values: bool = False
) -> Iterator[BlockText]:
    """Yield the texts for reading inside the block whose raw value is ``container[key]``; ``values``: those too."""
    wanted = {"text", "rich_text", "value"} if values else {"text", "rich_text"}
    return (each for each in walk(block, container, key, path) if each.role is not None and each.kind in wanted)


def walk(
    block: blocks.Block, container: Any, key: str | int, path: str, around: Surroundings = Surroundings()
) -> Iterator[BlockText]:
    """Yield all that stands in a block whose raw value is ``container[key]``, in reading order."""
    value = container.get(key) if isinstance(container, dict) else container[key]
    block = as_stored(block, value)
    around = Surroundings(
        None if around.role is None else getattr(block.meta, "leaf_role", around.role),
        around.language,
        around.public and getattr(block, "search_index", True) and not isinstance(block, blocks.RawHTMLBlock),
    )
    inside = parts(block, value)
    if inside is None:
        kind = _kind(block)
        is_own = kind == "value" or around.role in OWN_WORDS
        language = None if is_own else around.language
        yield BlockText(path, kind, container, key, around.role, language, around.public and kind != "value", block)
        return
    if isinstance(block, BaseStructBlock) and isinstance(block.child_blocks.get("language"), blocks.ChoiceBlock):
        language = value.get("language") if isinstance(value, dict) else None
        around = replace(around, language=language or around.language)
    for name, child, holder, place in inside:
        yield from walk(child, holder, place, f"{path}.{name}", around)


def parts(block: blocks.Block, value: Any) -> list[Part] | None:
    """Return what stands in a block of this stored value; None for a block that is one value by itself."""
    if isinstance(block, BaseStreamBlock):
        children = block.child_blocks
        items = [(number, item) for number, item in enumerate(value or []) if item["type"] in children]
        return [(item.get("id") or str(number), children[item["type"]], item, "value") for number, item in items]
    if isinstance(block, blocks.ListBlock):
        child = block.child_block
        return [
            (item["id"] or str(number), child, item, "value")
            if block._item_is_in_block_format(item)  # noqa: SLF001
            else (str(number), child, value, number)  # stored before Wagtail gave list items ids
            for number, item in enumerate(value or [])
        ]
    if not isinstance(block, BaseStructBlock | BaseTypedTableBlock | TableBlock):
        return None
    if not isinstance(value, dict):
        return []
    if isinstance(block, BaseStructBlock):
        return [(name, child, value, name) for name, child in block.child_blocks.items()]
    return list((_typed_table_parts if isinstance(block, BaseTypedTableBlock) else _table_parts)(block, value))


def as_stored(block: blocks.Block, value: Any) -> blocks.Block:
    """Return the block that a value is of: what an ``ImageBlock`` stored when it was a plain chooser is a key alone."""
    is_plain = isinstance(block, ImageBlock) and value is not None and not isinstance(value, dict)
    return block.child_blocks["image"] if is_plain else block


def is_text(block: blocks.Block) -> bool:
    """Return whether the block's value is a text for reading, as far as its own class and ``leaf_role`` say."""
    if isinstance(block, TEXT_BLOCKS):
        return True
    return isinstance(block, blocks.FieldBlock) and getattr(block.meta, "leaf_role", None) is not None


def _kind(block: blocks.Block) -> LeafKind:
    if is_text(block):
        return "rich_text" if isinstance(block, blocks.RichTextBlock | blocks.RawHTMLBlock) else "text"
    return "value" if isinstance(block, blocks.FieldBlock) and not isinstance(block, NOT_COMPARED) else "other"


def _typed_table_parts(block: Any, value: dict[str, Any]) -> Iterator[Part]:
    yield "caption", CAPTION, value, "caption"
    columns = value.get("columns", [])
    for number, column in enumerate(columns):
        yield f"columns.{number}.heading", HEADING, column, "heading"
    for row_number, row in enumerate(value.get("rows", [])):
        for number, (column, _cell) in enumerate(zip(columns, row["values"], strict=False)):
            if child := block.child_blocks.get(column["type"]):
                yield f"rows.{row_number}.values.{number}", child, row["values"], number


def _table_parts(block: Any, value: dict[str, Any]) -> Iterator[Part]:
    yield "caption", CAPTION, value, "table_caption"
    cell = RICH_CELL if block.is_html_renderer() else CELL
    for row_number, row in enumerate(value.get("data") or []):
        for number in range(len(row)):
            yield f"rows.{row_number}.values.{number}", cell, row, number
