"""The readable leaves of a page: what a reader can read and a person can correct, and where each stands.

A *content path* names a leaf: ``title`` or ``lead`` for a field, ``body.<block id>`` for a leaf block of a
StreamField, ``.<field>`` per struct field, ``.<item id>`` per list item, ``.rows.R.values.C`` for a cell of a typed
table, ``.columns.C.heading`` and ``.caption`` for its headings and caption (R and C count from 0). Paths stay the same
through revisions and through ``copy_for_translation``.

A page model says which fields are read, in reading order, in ``readable_fields``; without it they are the title, the
rich-text fields and the StreamFields. ``leaf_roles`` (field name to role) may name the roles of plain fields. A block
says its role in ``leaf_role`` of its ``Meta``, which its child blocks inherit; ``leaf_role=None`` means that its text
is not for reading. A ``language`` choice in a struct says the language of its passage; texts of the roles
``people`` and ``caption`` in it are the page's own words about the passage and keep the page's language.

Everything here works on the stored form of the blocks, so no picture or page that a block points at is fetched.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Literal

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from wagtail import blocks
from wagtail.blocks.stream_block import BaseStreamBlock
from wagtail.blocks.struct_block import BaseStructBlock
from wagtail.contrib.typed_table_block.blocks import BaseTypedTableBlock
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

from editorial.richtext import readable_text

LeafKind = Literal["text", "rich_text"]

FIELD_ROLES = {"title": "headline", "lead": "lead", "introduction": "lead", "standfirst": "lead"}
OWN_WORDS = frozenset({"people", "caption"})


@dataclass(frozen=True, slots=True)
class Leaf:
    """One readable leaf.

    ``source`` is what is stored: plain text, or Wagtail's rich-text HTML (``kind`` says which). ``text`` is what a
    reader reads of it, in NFC, with white space folded. ``role`` is what it is for: ``headline``, ``lead``,
    ``heading``, ``body``, ``quotation``, ``caption`` or ``people``.
    ``language`` is a code where the passage differs from its page.
    """

    path: str
    kind: LeafKind
    source: str
    text: str
    role: str = "body"
    language: str | None = None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a leaf is stored: ``container[key]`` in the raw data of a field."""

    path: str
    kind: LeafKind
    container: Any
    key: str | int
    role: str
    language: str | None

    @property
    def source(self) -> str:
        value = self.container.get(self.key) if isinstance(self.container, dict) else self.container[self.key]
        return value if isinstance(value, str) else ""


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """What a block takes over from the blocks around it."""

    role: str | None = "body"
    language: str | None = None


def iter_leaves(page: Page, *, include_empty: bool = False) -> Iterator[Leaf]:
    """Yield the leaves of a specific page in reading order; with ``include_empty`` also those without text."""
    for name in _readable_fields(page):
        for place in _places(page, name, _raw(page, name)):
            leaf = _leaf(place)
            if leaf.text or include_empty:
                yield leaf


def get_leaf(page: Page, path: str) -> Leaf | None:
    """Return the leaf at ``path``, also where it is empty, or None where the page has none there."""
    name = path.partition(".")[0]
    if name not in _readable_fields(page):
        return None
    place = _find(_places(page, name, _raw(page, name)), path)
    return _leaf(place) if place else None


def with_leaf(page: Page, path: str, source: str) -> Page:
    """Set the stored source of the leaf at ``path`` on this in-memory page and return it; nothing is saved.

    Raises ``KeyError`` where the page has no leaf there.
    """
    name = path.partition(".")[0]
    if name not in _readable_fields(page):
        raise KeyError(path)
    raw = deepcopy(_raw(page, name))
    place = _find(_places(page, name, raw), path)
    if place is None:
        raise KeyError(path)
    place.container[place.key] = source
    setattr(page, name, raw[name])
    return page


def _readable_fields(page: Page) -> list[str]:
    named: list[str] | None = getattr(page, "readable_fields", None)
    if named is not None:
        return named
    fields = page._meta.get_fields()
    return ["title", *(field.name for field in fields if isinstance(field, RichTextField | StreamField))]


def _raw(page: Page, name: str) -> dict[str, Any]:
    """Return ``{name: stored form of the field}``."""
    try:
        field = page._meta.get_field(name)
    except FieldDoesNotExist:
        return {}
    value = getattr(page, name)
    return {name: field.get_prep_value(value) if isinstance(field, StreamField) else value}


def _places(page: Page, name: str, raw: dict[str, Any]) -> Iterator[_Place]:
    if name not in raw:
        return
    field = page._meta.get_field(name)
    if isinstance(field, StreamField):
        yield from _block_places(field.stream_block, raw, name, name, _Surroundings())
    elif isinstance(field, models.CharField | models.TextField):
        roles: dict[str, str] = getattr(page, "leaf_roles", {})
        kind: LeafKind = "rich_text" if isinstance(field, RichTextField) else "text"
        yield _Place(name, kind, raw, name, roles.get(name) or _field_role(name), None)


def _field_role(name: str) -> str:
    if name.endswith(("caption", "_alt", "alt_text")):
        return "caption"
    return FIELD_ROLES.get(name, "body")


def _find(places: Iterator[_Place], path: str) -> _Place | None:
    return next((place for place in places if place.path == path), None)


def _leaf(place: _Place) -> Leaf:
    source = place.source
    text = readable_text(source, rich=place.kind == "rich_text")
    return Leaf(place.path, place.kind, source, text, place.role, place.language)


def _block_places(
    block: blocks.Block, container: Any, key: str | int, path: str, around: _Surroundings
) -> Iterator[_Place]:
    """Yield the places inside the block whose raw value is ``container[key]``."""
    around = _Surroundings(getattr(block.meta, "leaf_role", around.role), around.language)
    value = container.get(key) if isinstance(container, dict) else container[key]
    if isinstance(block, BaseStreamBlock):
        yield from _stream_places(block, value, path, around)
    elif isinstance(block, BaseStructBlock):
        yield from _struct_places(block, value, path, around)
    elif isinstance(block, blocks.ListBlock):
        yield from _list_places(block, value, path, around)
    elif isinstance(block, BaseTypedTableBlock):
        yield from _table_places(block, value, path, around)
    elif around.role is not None and _is_text(block):
        kind: LeafKind = "rich_text" if isinstance(block, blocks.RichTextBlock) else "text"
        language = None if around.role in OWN_WORDS else around.language
        yield _Place(path, kind, container, key, around.role, language)


def _is_text(block: blocks.Block) -> bool:
    if isinstance(block, blocks.CharBlock | blocks.TextBlock | blocks.RichTextBlock):
        return True
    return isinstance(block, blocks.FieldBlock) and getattr(block.meta, "leaf_role", None) is not None


def _stream_places(block: Any, value: Any, path: str, around: _Surroundings) -> Iterator[_Place]:
    for index, item in enumerate(value or []):
        child = block.child_blocks.get(item["type"])
        if child is not None:
            yield from _block_places(child, item, "value", f"{path}.{item.get('id') or index}", around)


def _struct_places(block: Any, value: Any, path: str, around: _Surroundings) -> Iterator[_Place]:
    if not isinstance(value, dict):
        return
    if isinstance(block.child_blocks.get("language"), blocks.ChoiceBlock) and value.get("language"):
        around = _Surroundings(around.role, value["language"])
    for name, child in block.child_blocks.items():
        yield from _block_places(child, value, name, f"{path}.{name}", around)


def _list_places(block: Any, value: Any, path: str, around: _Surroundings) -> Iterator[_Place]:
    for index, item in enumerate(value or []):
        if block._item_is_in_block_format(item):  # noqa: SLF001
            yield from _block_places(block.child_block, item, "value", f"{path}.{item['id'] or index}", around)
        else:  # stored before Wagtail gave list items ids
            yield from _block_places(block.child_block, value, index, f"{path}.{index}", around)


def _table_places(block: Any, value: Any, path: str, around: _Surroundings) -> Iterator[_Place]:
    if not isinstance(value, dict) or around.role is None:
        return
    yield _Place(f"{path}.caption", "text", value, "caption", "caption", None)
    columns = value.get("columns", [])
    for number, column in enumerate(columns):
        yield _Place(f"{path}.columns.{number}.heading", "text", column, "heading", "heading", around.language)
    for row_number, row in enumerate(value.get("rows", [])):
        for number, column in enumerate(columns):
            child = block.child_blocks.get(column["type"])
            if child is not None:
                cell_path = f"{path}.rows.{row_number}.values.{number}"
                yield from _block_places(child, row["values"], number, cell_path, around)
