"""The leaves of a page: the texts that a reader can read and a person can correct, and where each stands.

A *content path* names a leaf: ``title`` or ``lead`` for a field; ``body.<block id>`` for a leaf block of a StreamField,
``.<field>`` per struct field, ``.<item id>`` per list item, ``.rows.R.values.C`` for a cell of a table (R and C count
from 0), ``.columns.C.heading`` and ``.caption`` for its headings and caption; ``links.<key>.title`` for a child row,
whose key is explained in ``text_fields.row_key``. Paths stay the same through revisions, and those of blocks through
``copy_for_translation``.

``text_fields`` says which fields are read; ``block_texts`` reads StreamFields. ``leaf_roles`` of a model (field name to
role) may name the roles of plain fields.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

from chorsu_editorial.block_texts import BlockText, LeafKind, block_texts
from chorsu_editorial.richtext import readable_text
from chorsu_editorial.text_fields import TextField, child_rows, row_key, text_fields

FIELD_ROLES = {"title": "headline", "lead": "lead", "introduction": "lead", "standfirst": "lead"}


@dataclass(frozen=True, slots=True)
class Leaf:
    """One leaf.

    ``source`` is what is stored: plain text, Wagtail's rich-text HTML, or a value in the form that JSON gives it, each
    choice in a line (``kind`` says which). ``text`` is what a reader reads of it, in NFC, with white space folded.
    ``role`` is what it is for: ``headline``, ``lead``, ``heading``, ``body``, ``quotation``, ``caption`` or ``people``.
    ``language`` is a code where the passage differs from its page.
    ``public``: readers see it. ``compared``: a translation goes out of date by it.
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
class _Place:
    """Where a leaf is stored: ``text`` in ``raw``, the stored form of the field ``name`` of a page or child row."""

    text: BlockText
    compared: bool
    owner: models.Model
    name: str
    raw: dict[str, Any]

    def leaf(self) -> Leaf:
        value = self.text.value
        is_value = self.text.kind == "value" or isinstance(value, int | float)  # a cell of a table may be a number
        source = value if isinstance(value, str) else _written(value) if is_value else ""
        text = readable_text(source, rich=self.text.kind == "rich_text")
        place = self.text
        return Leaf(
            place.path, place.kind, source, text, place.role or "body", place.language, place.public, self.compared
        )

    def write(self, source: str) -> None:
        self.text.container[self.text.key] = source
        setattr(self.owner, self.name, self.raw[self.name])


def all_leaves(page: Page, *, include_empty: bool = False, values: bool = False) -> Iterator[Leaf]:
    """Yield the leaves of a specific page in reading order, public and compared.

    Those without text, and values, are left out unless asked for.
    """
    for place in _places(page, values=values):
        leaf = place.leaf()
        if leaf.text or include_empty:
            yield leaf


def public_leaves(page: Page, *, include_empty: bool = False) -> Iterator[Leaf]:
    """Yield the leaves of a specific page that readers see, in reading order."""
    return (leaf for leaf in all_leaves(page, include_empty=include_empty) if leaf.public)


def get_leaf(page: Page, path: str) -> Leaf | None:
    """Return the leaf at ``path``, also where it is empty, or None where the page has none there."""
    place = _find(page, path)
    return place.leaf() if place else None


def with_leaf(page: Page, path: str, source: str) -> Page:
    """Set the stored source of the leaf at ``path`` on this in-memory page and return it; nothing is saved.

    Raises ``KeyError`` where the page has no leaf there.
    """
    place = _find(page, path, for_writing=True)
    if place is None:
        raise KeyError(path)
    place.write(source)
    return page


def without_texts(page: Page) -> Page:
    """Empty every leaf of this in-memory page, compared ones too, and return it: what is left is its other content."""
    owners: dict[tuple[int, str], _Place] = {}
    for place in list(_places(page, for_writing=True)):
        place.text.container[place.text.key] = ""
        owners[id(place.owner), place.name] = place
    for place in owners.values():
        setattr(place.owner, place.name, place.raw[place.name])
    return page


def _find(page: Page, path: str, *, for_writing: bool = False) -> _Place | None:
    places = _places(page, only=path.partition(".")[0], for_writing=for_writing)
    return next((place for place in places if place.text.path == path), None)


def _places(
    instance: models.Model,
    *,
    prefix: str = "",
    named: Collection[str] = (),
    compared: bool = True,
    only: str = "",
    for_writing: bool = False,
    values: bool = False,
) -> Iterator[_Place]:
    """Yield the places of a page, or of a child row, of which ``named`` are public by what its page declares."""
    for field in text_fields(type(instance), named=named):
        if only and field.name != only:
            continue
        path = prefix + field.name
        field_compared = compared and field.compared
        if field.rows is None:
            yield from _field_places(instance, field, path, field_compared, for_writing=for_writing, values=values)
            continue
        rows = child_rows(instance, field.name)
        if for_writing:
            getattr(instance, field.name).set(rows)  # else the relation hands out other objects each time
        public = [each.name for each in text_fields(field.rows)] if field.public else field.named
        for number, row in enumerate(rows):
            yield from _places(
                row,
                prefix=f"{path}.{row_key(row) or f'new{number}'}.",
                named=public,
                compared=field_compared,
                for_writing=for_writing,
                values=values,
            )


def _field_places(
    instance: models.Model, field: TextField, path: str, compared: bool, *, for_writing: bool, values: bool
) -> Iterator[_Place]:
    name = field.name
    model_field = instance._meta.get_field(name)
    value = getattr(instance, name)
    if isinstance(model_field, StreamField):
        raw = {name: model_field.get_prep_value(value)}
        raw = deepcopy(raw) if for_writing else raw
        for text in block_texts(model_field.stream_block, raw, name, path, values=values):
            yield _Place(text, compared, instance, name, raw)
        return
    roles: dict[str, str] = getattr(instance, "leaf_roles", {})
    kind: LeafKind = "rich_text" if isinstance(model_field, RichTextField) else "text"
    raw = {name: value}
    text = BlockText(path, kind, raw, name, roles.get(name) or _field_role(name), None, field.public)
    yield _Place(text, compared, instance, name, raw)


def _written(value: Any) -> str:
    """Return a stored value that is no text as JSON gives it back, since a form gives it in another form."""
    stored = json.loads(json.dumps(value, cls=DjangoJSONEncoder))
    if isinstance(stored, list):
        return "\n".join(map(str, stored))
    return "" if stored is None else str(stored)


def _field_role(name: str) -> str:
    if name.endswith(("caption", "_alt", "alt_text")):
        return "caption"
    return FIELD_ROLES.get(name, "body")
