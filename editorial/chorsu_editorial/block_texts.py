"""The texts of a StreamField, found in the stored form of its blocks: no picture or page that they point at is fetched.

A block says its role in ``leaf_role`` of its ``Meta``, which its child blocks inherit; ``leaf_role=None`` means that
its text is not for reading. A ``language`` choice in a struct says the language of its passage; texts of the roles
``people`` and ``caption`` in it are the page's own words about the passage and keep the page's language. A block with
``search_index=False``, and raw HTML, are compared only: the text may be hidden, or be code.

Other entries of a block (numbers, dates, addresses, several choices) are of the kind ``value``: compared, never
searched or written. Left out are single choices and switches, which mostly say how a block looks, and what points at
pictures, documents and pages.
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

LeafKind = Literal["text", "rich_text", "value"]

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


@dataclass(frozen=True, slots=True)
class BlockText:
    """Where a text is stored: ``container[key]`` in the raw data of a StreamField."""

    path: str
    kind: LeafKind
    container: Any
    key: str | int
    role: str
    language: str | None
    public: bool


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a block takes over from the blocks around it; ``values``: those are wanted too."""

    role: str | None = "body"
    language: str | None = None
    public: bool = True
    values: bool = False


def block_texts(
    block: blocks.Block, container: Any, key: str | int, path: str, around: Surroundings = Surroundings()
) -> Iterator[BlockText]:
    """Yield the texts inside the block whose raw value is ``container[key]``, in reading order."""
    around = Surroundings(
        getattr(block.meta, "leaf_role", around.role),
        around.language,
        around.public and getattr(block, "search_index", True) and not isinstance(block, blocks.RawHTMLBlock),
        around.values,
    )
    if around.role is None:
        return
    value = container.get(key) if isinstance(container, dict) else container[key]
    if isinstance(block, BaseStreamBlock):
        yield from _stream_texts(block, value, path, around)
    elif isinstance(block, BaseStructBlock):
        yield from _struct_texts(block, value, path, around)
    elif isinstance(block, blocks.ListBlock):
        yield from _list_texts(block, value, path, around)
    elif isinstance(block, BaseTypedTableBlock):
        yield from _typed_table_texts(block, value, path, around)
    elif isinstance(block, TableBlock):
        yield from _table_texts(block, value, path, around)
    elif is_text(block):
        language = None if around.role in OWN_WORDS else around.language
        yield BlockText(path, _kind(block), container, key, around.role, language, around.public)
    elif around.values and isinstance(block, blocks.FieldBlock) and not isinstance(block, NOT_COMPARED):
        yield BlockText(path, "value", container, key, around.role, None, public=False)


def is_text(block: blocks.Block) -> bool:
    """Return whether the block's value is a text for reading, as far as its own class and ``leaf_role`` say."""
    if isinstance(block, TEXT_BLOCKS):
        return True
    return isinstance(block, blocks.FieldBlock) and getattr(block.meta, "leaf_role", None) is not None


def _kind(block: blocks.Block) -> LeafKind:
    return "rich_text" if isinstance(block, blocks.RichTextBlock | blocks.RawHTMLBlock) else "text"


def _stream_texts(block: BaseStreamBlock, value: Any, path: str, around: Surroundings) -> Iterator[BlockText]:
    for index, item in enumerate(value or []):
        child = block.child_blocks.get(item["type"])
        if child is not None:
            yield from block_texts(child, item, "value", f"{path}.{item.get('id') or index}", around)


def _struct_texts(block: BaseStructBlock, value: Any, path: str, around: Surroundings) -> Iterator[BlockText]:
    if not isinstance(value, dict):
        return
    if isinstance(block.child_blocks.get("language"), blocks.ChoiceBlock) and value.get("language"):
        around = replace(around, language=value["language"])
    for name, child in block.child_blocks.items():
        yield from block_texts(child, value, name, f"{path}.{name}", around)


def _list_texts(block: blocks.ListBlock, value: Any, path: str, around: Surroundings) -> Iterator[BlockText]:
    for index, item in enumerate(value or []):
        if block._item_is_in_block_format(item):  # noqa: SLF001
            yield from block_texts(block.child_block, item, "value", f"{path}.{item['id'] or index}", around)
        else:  # stored before Wagtail gave list items ids
            yield from block_texts(block.child_block, value, index, f"{path}.{index}", around)


def _typed_table_texts(block: BaseTypedTableBlock, value: Any, path: str, around: Surroundings) -> Iterator[BlockText]:
    if not isinstance(value, dict):
        return
    yield BlockText(f"{path}.caption", "text", value, "caption", "caption", None, around.public)
    columns = value.get("columns", [])
    for number, column in enumerate(columns):
        heading = f"{path}.columns.{number}.heading"
        yield BlockText(heading, "text", column, "heading", "heading", around.language, around.public)
    for row_number, row in enumerate(value.get("rows", [])):
        for number, column in enumerate(columns):
            child = block.child_blocks.get(column["type"])
            if child is not None:
                yield from block_texts(child, row["values"], number, _cell(path, row_number, number), around)


def _table_texts(block: Any, value: Any, path: str, around: Surroundings) -> Iterator[BlockText]:
    if not isinstance(value, dict):
        return
    yield BlockText(f"{path}.caption", "text", value, "table_caption", "caption", None, around.public)
    kind: LeafKind = "rich_text" if block.is_html_renderer() else "text"
    role = around.role or "body"
    for row_number, row in enumerate(value.get("data") or []):
        for number in range(len(row)):
            cell = _cell(path, row_number, number)
            yield BlockText(cell, kind, row, number, role, around.language, around.public)


def _cell(path: str, row: int, column: int) -> str:
    return f"{path}.rows.{row}.values.{column}"
