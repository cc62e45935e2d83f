"""Which fields of a page type hold text, who reads it, and in which order.

*Public* text is shown to readers: it is searched and can be reported. Public are the title, every ``RichTextField`` and
``StreamField``, and what the model names in ``readable_fields`` or in ``search_fields``. *Compared* is every other
``CharField`` and ``TextField`` of the edit form but choices, slugs and addresses: a translation goes out of date by it,
and a report about words that stand there too is uncertain, but it is never shown, since it may be an internal note.

The same holds for child rows (``ParentalKey``). They become public by ``readable_fields`` of their own model, by their
relation's name in ``readable_fields`` of the page, or by a ``RelatedFields`` in its ``search_fields``.

A model leaves fields and relations out altogether by ``unread_fields``. ``override_translatable_fields``, where it is
declared for wagtail-localize, says which are compared: a ``SynchronizedField`` isn't, a ``TranslatableField`` is.

The order is that of ``readable_fields``, then that of the edit form.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from modelcluster.models import ClusterableModel, get_all_child_relations
from wagtail.admin.panels import get_edit_handler
from wagtail.fields import RichTextField, StreamField
from wagtail.models import COMMENTS_RELATION_NAME, Page, TranslatableMixin
from wagtail.search import index

NO_PROSE = (models.SlugField, models.URLField, models.EmailField, models.FilePathField)


@dataclass(frozen=True, slots=True)
class TextField:
    """A field with text, or a relation to child rows, which have text fields of their own.

    Of a relation ``public`` says that all its texts are, ``named`` which ones are by the page's ``search_fields``.
    """

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
    declared = _declared_for_translation(model)
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
        field = _field(model, name)
        if isinstance(field, RichTextField | StreamField) or (name in public and _holds_text(field)):
            found.append(TextField(name, public=True, compared=declared.get(name, True)))
        elif _holds_text(field) and declared.get(name, name in edited and _is_prose(field)):
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


def child_rows(instance: models.Model, relation: str) -> list[Any]:
    """Return the rows of a relation in their order.

    Where rows have none, or the same, their primary keys decide: PostgreSQL gives them back in any order, and a page
    would differ from itself. Rows that were never stored stand last, as they will when they are.
    """
    rows = list(getattr(instance, relation).all())
    if rows and (hasattr(rows[0], "sort_order") or not rows[0]._meta.ordering):
        rows.sort(key=_place)
    return rows


def _place(row: Any) -> tuple[Any, ...]:
    order = getattr(row, "sort_order", None)
    return order is None, order or 0, row.pk is None, row.pk or 0


def row_key(row: models.Model) -> str:
    """Return what names a child row in content paths; empty for a row that has never been published.

    It survives every change of the row and of its position: the primary key, or the translation key, which the row has
    in common with its translations.
    """
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


def _declared_for_translation(model: type[models.Model]) -> dict[str, bool]:
    """Return whether a field is translated, for each that ``override_translatable_fields`` names."""
    declared = getattr(model, "override_translatable_fields", ())
    return {field.field_name: field.is_translated(None) for field in declared}


def _field(model: type[models.Model], name: str) -> Any:
    try:
        return model._meta.get_field(name)
    except FieldDoesNotExist:
        return None


def _holds_text(field: models.Field[Any, Any]) -> bool:
    return isinstance(field, models.CharField | models.TextField)


def _is_prose(field: models.Field[Any, Any]) -> bool:
    return not (isinstance(field, NO_PROSE) or field.choices)
