"""How a page is read: which of its fields hold text, the leaves that stand in them, and the units of a leaf.

Which texts are *public* and which only *compared* says docs/extend/editorial.md, "What is read"; why is in
docs/decisions/reading.md. ``override_translatable_fields``, where it is declared for wagtail-localize, says which are
compared: a ``SynchronizedField`` isn't. Fields are read in the order of ``readable_fields``, then in that of the edit
form.

**Blocks** of a StreamField are read in their stored form: no picture or page that they point at is fetched. ``parts``
alone knows how blocks store what stands inside them; ``walk`` follows them to the last one. A block says its role in
``leaf_role`` of its ``Meta``, which its child blocks inherit; ``leaf_role=None`` means that its text is not for
reading. A ``language`` choice in a struct says the language of its passage; texts of the roles ``people`` and
``caption`` in it are the page's own words about the passage and keep the page's language.

**Leaves** are the texts that a reader can read and a person can correct. A *content path* names a leaf: ``title`` or
``lead`` for a field; ``body.<block id>`` for a leaf block of a StreamField, ``.<field>`` per struct field,
``.<item id>`` per list item, ``.rows.R.values.C`` for a cell of a table (R and C count from 0),
``.columns.C.heading`` and ``.caption`` for its headings and caption; ``links.<key>.title`` for a child row, whose key
is explained in ``row_key``. Paths stay the same through revisions, and those of blocks through
``copy_for_translation``. ``leaf_roles`` of a model (field name to role) may name the roles of plain fields.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cache
from html import escape
from typing import Any, Literal

from django.core.exceptions import FieldDoesNotExist
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from modelcluster.models import ClusterableModel, get_all_child_m2m_relations, get_all_child_relations
from modelcluster.queryset import FakeQuerySet
from wagtail import blocks
from wagtail.admin.panels import get_edit_handler
from wagtail.blocks.stream_block import BaseStreamBlock
from wagtail.blocks.struct_block import BaseStructBlock
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.contrib.typed_table_block.blocks import BaseTypedTableBlock
from wagtail.fields import RichTextField, StreamField
from wagtail.images.blocks import ImageBlock
from wagtail.models import COMMENTS_RELATION_NAME, Page, TranslatableMixin
from wagtail.rich_text import RichText
from wagtail.search import index

from chorsu_editorial.markup import canonical_html, canonical_text, count_words, fold, paragraphs, readable_text

NO_PROSE = (models.SlugField, models.URLField, models.EmailField, models.FilePathField)


@dataclass(frozen=True, slots=True)
class TextField:
    """A field with text, or a relation to child rows: ``named`` are then public by the page's ``search_fields``."""

    name: str
    public: bool
    compared: bool
    rows: type[models.Model] | None = None
    named: frozenset[str] = frozenset()


def text_fields(model: type[models.Model], *, named: Collection[str] = ()) -> list[TextField]:
    """Return the text fields of a page type, or of its child rows, in reading order; ``named`` are public too."""
    readable = list(getattr(model, "readable_fields", None) or [])
    searched = _searched(model)
    public = {*readable, *searched, *named, *(["title"] if issubclass(model, Page) else [])}
    # For wagtail-localize; of a field that it doesn't name nothing is declared.
    overridden = getattr(model, "override_translatable_fields", ())
    declared = {field.field_name: field.is_translated(None) for field in overridden}
    edited = edit_order(model)
    unread = set(getattr(model, "unread_fields", ()))
    relations = child_relations(model)
    always = [field.name for field in model._meta.get_fields() if isinstance(field, RichTextField | StreamField)]
    found: list[TextField] = []
    for name in dict.fromkeys([*readable, *edited, *always, *public]):
        if name in unread:
            continue
        if rows := relations.get(name):
            compared = declared.get(name, True)
            found.append(TextField(name, name in readable, compared, rows, searched.get(name, frozenset())))
            continue
        field = model_field(model, name)
        if isinstance(field, RichTextField | StreamField) or (name in public and _holds_text(field)):
            found.append(TextField(name, public=True, compared=declared.get(name, True)))
        elif _holds_text(field):
            is_prose = not (isinstance(field, NO_PROSE) or field.choices)
            if declared.get(name, name in edited and is_prose):
                found.append(TextField(name, public=False, compared=True))
    return found


def child_relations(model: type[models.Model]) -> dict[str, type[models.Model]]:
    """Return the relations to child rows, by the name under which the page has them; without Wagtail's comments."""
    if not issubclass(model, ClusterableModel):
        return {}
    found = {relation.get_accessor_name(): relation.related_model for relation in get_all_child_relations(model)}
    return {name: rows for name, rows in found.items() if name != COMMENTS_RELATION_NAME}


def text_relations(model: type[models.Model]) -> list[str]:
    """Return the relations to child rows with text, and those of the rows, as names for ``prefetch_related``."""
    found = []
    for field in text_fields(model):
        if field.rows:
            found += [field.name, *(f"{field.name}__{name}" for name in text_relations(field.rows))]
    return found


def load_child_rows(*pages: models.Model) -> None:
    """Read the child rows of specific pages by one query for each relation, where the pages are read several times."""
    for model in {type(page) for page in pages}:
        models.prefetch_related_objects([page for page in pages if type(page) is model], *child_relations(model))


def load_stored_relations(page: Any) -> None:
    """Read the child rows and chosen rows of a page that is read several times, and not written.

    A version that was made of its revision has its own in memory.
    """
    names = [*child_relations(type(page)), *(field.name for field in get_all_child_m2m_relations(type(page)))]
    stored = [name for name in names if not isinstance(getattr(page, name).all(), FakeQuerySet)]
    models.prefetch_related_objects([page], *stored)


def child_rows(instance: models.Model, relation: str) -> list[Any]:
    """Return the rows of a relation in their order; those that were never stored stand last, as they will then."""
    rows = list(getattr(instance, relation).all())
    # PostgreSQL gives rows of no or the same order back in any, and a page would differ from itself: keys decide.
    if rows and (hasattr(rows[0], "sort_order") or not rows[0]._meta.ordering):
        rows.sort(key=_row_order)
    return rows


def _row_order(row: Any) -> tuple[Any, ...]:
    order = getattr(row, "sort_order", None)
    return order is None, order or 0, row.pk is None, row.pk or 0


def row_key(row: models.Model) -> str:
    """Return what names a child row in content paths whatever changes; empty where it was never published."""
    key = row.translation_key if isinstance(row, TranslatableMixin) else row.pk
    return "" if key is None else str(key)


@cache
def edit_order(model: type[models.Model]) -> tuple[str, ...]:
    """Return the names of the fields and relations that the edit form of a page type, or of a child row, offers."""
    page_type: Any = model if issubclass(model, Page) else None
    panel = page_type.get_edit_handler() if page_type else get_edit_handler(model)
    return tuple(dict.fromkeys(_panel_names(panel)))


def _panel_names(panel: Any) -> Iterator[str]:
    if hasattr(panel, "children"):
        for child in panel.children:
            yield from _panel_names(child)
        return
    options = panel.get_form_options()
    yield from options.get("fields", ())
    yield from options.get("formsets", ())


def _searched(model: type[models.Model]) -> dict[str, frozenset[str]]:
    """Return what ``search_fields`` names: fields, and relations with the fields of their rows."""
    found: dict[str, frozenset[str]] = {}
    indexed: Any = model if issubclass(model, index.Indexed) else None
    for declared in indexed.get_search_fields() if indexed else ():
        if isinstance(declared, index.SearchField):
            found[declared.field_name] = frozenset()
        elif isinstance(declared, index.RelatedFields):
            names = [field.field_name for field in declared.fields if isinstance(field, index.SearchField)]
            found[declared.field_name] = frozenset(names)
    return found


def model_field(model: type[models.Model], name: str) -> Any:
    try:
        return model._meta.get_field(name)
    except FieldDoesNotExist:
        return None


def _holds_text(field: models.Field[Any, Any]) -> bool:
    return isinstance(field, models.CharField | models.TextField)


# A ``value`` is compared, never searched or written; ``other`` isn't read: how a block looks, what it points at.
LeafKind = Literal["text", "rich_text", "value", "other"]
# The name in content paths of a block inside another one, the block, and where it is stored: ``container[key]``.
Part = tuple[str, blocks.Block, Any, str | int]

OWN_WORDS = frozenset({"people", "caption"})
TEXT_BLOCKS = (blocks.CharBlock, blocks.TextBlock, blocks.RichTextBlock, blocks.RegexBlock, blocks.RawHTMLBlock)
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
        kind = _kind(block, value)
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
    return _table_parts(block, value)


def _table_parts(block: Any, value: dict[str, Any]) -> list[Part]:
    if isinstance(block, TableBlock):
        cell = RICH_CELL if block.is_html_renderer() else CELL
        cells = [
            (f"rows.{number}.values.{column}", cell, row, column)
            for number, row in enumerate(value.get("data") or [])
            for column in range(len(row))
        ]
        return [("caption", CAPTION, value, "table_caption"), *cells]
    columns = value.get("columns", [])
    found: list[Part] = [("caption", CAPTION, value, "caption")]
    found += [(f"columns.{number}.heading", HEADING, column, "heading") for number, column in enumerate(columns)]
    for row_number, row in enumerate(value.get("rows", [])):
        for number, (column, _cell) in enumerate(zip(columns, row["values"], strict=False)):
            if child := block.child_blocks.get(column["type"]):
                found.append((f"rows.{row_number}.values.{number}", child, row["values"], number))
    return found


def as_stored(block: blocks.Block, value: Any) -> blocks.Block:
    """Return the block that a value is of: what an ``ImageBlock`` stored when it was a plain chooser is a key alone."""
    is_plain = isinstance(block, ImageBlock) and value is not None and not isinstance(value, dict)
    return block.child_blocks["image"] if is_plain else block


def is_text(block: blocks.Block, value: Any) -> bool:
    """Return whether a block's stored value is a text for reading, as far as its own class and ``leaf_role`` say."""
    return _text_kind(block, value) is not None


def is_known(block: blocks.Block) -> bool:
    """Return whether it is certain how a block is read: as its kind among Wagtail's, or as it says itself."""
    return _is_of_wagtail(block) or hasattr(block.meta, "leaf_role") or is_text(block, None)


def _is_of_wagtail(block: blocks.Block) -> bool:
    kind = next(base for base in type(block).__mro__ if base.__module__.startswith("wagtail."))
    return kind not in {blocks.Block, blocks.FieldBlock}


def _kind(block: blocks.Block, value: Any) -> LeafKind:
    if kind := _text_kind(block, value):
        return kind
    return "value" if isinstance(block, blocks.FieldBlock) and not isinstance(block, NOT_COMPARED) else "other"


def _text_kind(block: blocks.Block, value: Any) -> LeafKind | None:
    """Return as what a block's stored value is read, None where it is no text.

    A site's own kind of field holds text where Wagtail's search is given what is stored: not the name behind a key.
    """
    if isinstance(block, blocks.RichTextBlock | blocks.RawHTMLBlock):
        return "rich_text"
    if isinstance(block, TEXT_BLOCKS):
        return "text"
    if not isinstance(block, blocks.FieldBlock):
        return None
    is_said = getattr(block.meta, "leaf_role", None) is not None
    if _is_of_wagtail(block):
        return "text" if is_said else None
    if "_chorsu_sample" not in vars(block):  # blocks can't be hashed, so none is the key of a cache
        block._chorsu_sample = _own_kind(block, "A *text* <b>with</b> marks")  # noqa: SLF001
    kind, is_given = vars(block)["_chorsu_sample"]
    if is_given and not is_said:
        is_given = isinstance(value, str | None) and (kind == "rich_text" or not value or _own_kind(block, value)[1])
    return kind if is_said or is_given else None


def _own_kind(block: blocks.FieldBlock, stored: str) -> tuple[LeafKind, bool]:
    """Return as what a site's own kind of field reads a text that it stored, and whether search is given that text."""
    kind: LeafKind = "text"
    try:
        value = block.to_python(stored)
        kind = "rich_text" if isinstance(value, RichText) else "text"
        given = " ".join(block.get_searchable_content(value))
    except Exception:  # noqa: BLE001 - the site's own code, and the target of a key may be gone
        return kind, False
    return kind, fold(given) in {fold(stored), readable_text(stored, rich=kind == "rich_text")}


FIELD_ROLES = {"title": "headline", "lead": "lead", "introduction": "lead", "standfirst": "lead"}


@dataclass(frozen=True, slots=True)
class Leaf:
    """A text that a reader can read.

    ``source`` is what is stored: plain text, Wagtail's rich-text HTML, or a value as JSON gives it, each choice in a
    line (``kind`` says which). ``text`` is what a reader reads of it, in NFC, with white space folded. ``role`` is
    ``headline``, ``lead``, ``heading``, ``body``, ``quotation``, ``caption`` or ``people``. ``language`` is a code if
    the passage differs from its page. ``public``: readers see it. ``compared``: a translation goes out of date by it.
    """

    path: str
    kind: LeafKind
    source: str
    text: str
    role: str = "body"
    language: str | None = None
    public: bool = True
    compared: bool = True


@dataclass(frozen=True, slots=True)
class _LeafPosition:
    """Where a leaf is stored: ``text`` in ``raw``, the stored form of the field ``name`` of a page or child row."""

    text: BlockText
    compared: bool
    owner: models.Model
    name: str
    raw: dict[str, Any]

    def leaf(self) -> Leaf:
        at, value = self.text, self.text.value
        is_value = at.kind == "value" or isinstance(value, int | float)  # a cell of a table may be a number
        source = value if isinstance(value, str) else _as_json(value) if is_value else ""
        text = readable_text(source, rich=at.kind == "rich_text")
        return Leaf(at.path, at.kind, source, text, at.role or "body", at.language, at.public, self.compared)

    def write(self, source: str) -> None:
        self.text.container[self.text.key] = source

    def store(self) -> None:
        setattr(self.owner, self.name, self.raw[self.name])


def all_leaves(page: Page, *, include_empty: bool = False, values: bool = False) -> Iterator[Leaf]:
    """Yield the leaves of a specific page in reading order, public and compared; empty ones and values if asked for."""
    leaves = (position.leaf() for position in _positions(page, values=values))
    return (leaf for leaf in leaves if leaf.text or include_empty)


def public_leaves(page: Page, *, include_empty: bool = False) -> Iterator[Leaf]:
    return (leaf for leaf in all_leaves(page, include_empty=include_empty) if leaf.public)


def words_of(page: Page) -> int:
    """Return the number of words of a specific page: what is to be translated, and as much as is read."""
    return sum(count_words(leaf.text) for leaf in all_leaves(page, values=True) if leaf.compared)


def get_leaf(page: Page, path: str) -> Leaf | None:
    """Return the leaf at ``path``, also where it is empty, or None where the page has none there."""
    position = _find(page, path)
    return position.leaf() if position else None


def with_leaf(page: Page, path: str, source: str) -> Page:
    """Set the stored text of a leaf on this in-memory page and return it. Raises ``KeyError`` where there is none."""
    position = _find(page, path, for_writing=True)
    if position is None:
        raise KeyError(path)
    position.write(source)
    position.store()
    return page


def with_leaves(page: Page, sources: Mapping[str, str]) -> Page:
    """Set the stored texts of leaves, by content path, as ``with_leaf`` does, but in one pass; others are left out."""
    fields: dict[tuple[int, str], _LeafPosition] = {}
    for position in list(_positions(page, for_writing=True)):
        if position.text.path in sources:
            position.write(sources[position.text.path])
            fields[id(position.owner), position.name] = position
    for position in fields.values():
        position.store()
    return page


def without_texts(page: Page) -> Page:
    """Empty every leaf of this in-memory page, compared ones too, and return it: what is left is its other content."""
    return with_leaves(page, {leaf.path: "" for leaf in all_leaves(page, include_empty=True)})


def _find(page: Page, path: str, *, for_writing: bool = False) -> _LeafPosition | None:
    positions = _positions(page, only=path.partition(".")[0], for_writing=for_writing)
    return next((position for position in positions if position.text.path == path), None)


def _positions(
    instance: models.Model,
    *,
    prefix: str = "",
    named: Collection[str] = (),
    compared: bool = True,
    only: str = "",
    for_writing: bool = False,
    values: bool = False,
) -> Iterator[_LeafPosition]:
    """Yield where the leaves of a page, or of a child row, stand; ``named`` are public by what its page declares."""
    for field in text_fields(type(instance), named=named):
        if only and field.name != only:
            continue
        path = prefix + field.name
        field_compared = compared and field.compared
        if field.rows is None:
            yield from _field_positions(instance, field, path, field_compared, for_writing=for_writing, values=values)
            continue
        rows = child_rows(instance, field.name)
        if for_writing:
            getattr(instance, field.name).set(rows)  # else the relation hands out other objects each time
        public = [each.name for each in text_fields(field.rows)] if field.public else field.named
        for number, row in enumerate(rows):
            yield from _positions(
                row,
                prefix=f"{path}.{row_key(row) or f'new{number}'}.",
                named=public,
                compared=field_compared,
                for_writing=for_writing,
                values=values,
            )


def _field_positions(
    instance: models.Model, field: TextField, path: str, compared: bool, *, for_writing: bool, values: bool
) -> Iterator[_LeafPosition]:
    name = field.name
    django_field = instance._meta.get_field(name)
    value = getattr(instance, name)
    if isinstance(django_field, StreamField):
        raw = {name: django_field.get_prep_value(value)}
        raw = deepcopy(raw) if for_writing else raw
        for text in block_texts(django_field.stream_block, raw, name, path, values=values):
            yield _LeafPosition(text, compared, instance, name, raw)
        return
    roles: dict[str, str] = getattr(instance, "leaf_roles", {})
    kind: LeafKind = "rich_text" if isinstance(django_field, RichTextField) else "text"
    raw = {name: value}
    role = "caption" if name.endswith(("caption", "_alt", "alt_text")) else FIELD_ROLES.get(name, "body")
    text = BlockText(path, kind, raw, name, roles.get(name) or role, None, field.public)
    yield _LeafPosition(text, compared, instance, name, raw)


def _as_json(value: Any) -> str:
    """Return a stored value that is no text as JSON gives it back, since a form gives it in another form."""
    stored = json.loads(json.dumps(value, cls=DjangoJSONEncoder))
    if isinstance(stored, list):
        return "\n".join(map(str, stored))
    return "" if stored is None else str(stored)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of the leaf at ``path``: ``text`` in NFC with white space folded, and inner HTML in canonical form.

    ``role`` is that of its leaf, and ``heading`` for a heading inside a text.
    """

    path: str
    index: int
    text: str
    html: str
    role: str = "body"


def units(leaf: Leaf) -> list[Unit]:
    """Return the units of a leaf in reading order; a plain text has one per line, and nothing is empty."""
    if leaf.kind == "rich_text":
        found = [
            (each.text, canonical_html(each.html), "heading" if each.is_heading and leaf.role == "body" else leaf.role)
            for each in paragraphs(leaf.source)
        ]
    else:
        lines = canonical_text(leaf.source).split("\n")
        found = [(fold(line), escape(line.strip(), quote=False), leaf.role) for line in lines]
    return [Unit(leaf.path, index, *each) for index, each in enumerate(each for each in found if each[0])]


def first_texts(page: Page, most: int, *, without: Collection[str] = ()) -> Iterator[tuple[Leaf, str]]:
    """Yield the texts of the public units in a page's own language with their leaves, ``most`` characters in all.

    ``without``: names of fields that are left out.
    """
    for leaf in public_leaves(page):
        if most > 0 and not leaf.language and leaf.path.partition(".")[0] not in without:
            for unit in units(leaf):
                yield leaf, unit.text[: max(0, most)]
                most -= len(unit.text)
