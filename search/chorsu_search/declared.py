"""Texts that a page type declares for Wagtail's own search, in ``search_fields``, and that are no leaves of it.

Those are attributes that are no field (a method that returns a text) and names of related objects (a category, tags).
Fields and child rows that ``search_fields`` names are leaves: see ``chorsu_editorial.text_fields``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import models
from django.utils.html import strip_tags
from wagtail.models import Page
from wagtail.search import index

from chorsu_editorial.text_fields import child_rows, text_fields

LEAST_BOOST_OF_A_LEAD = 2


def is_lead(page: Page, path: str) -> bool:
    """Return whether the field at this content path is declared with a boost of 2 or more; the title is a headline."""
    return path != "title" and any(
        isinstance(declared, index.SearchField)
        and declared.field_name == path
        and (declared.boost or 1) >= LEAST_BOOST_OF_A_LEAD
        for declared in page.get_search_fields()
    )


def declared_texts(page: Page) -> Iterator[tuple[str, str]]:
    """Yield the name of a document's field and a text for it; names of related objects count as topics."""
    yield from _declared_by(page, page.get_search_fields())


def _declared_by(instance: models.Model, declarations: Iterable[Any]) -> Iterator[tuple[str, str]]:
    """Yield the texts of a page, or of a child row, that are no leaves."""
    names = [declared.field_name for declared in declarations]
    leaves = {field.name: field for field in text_fields(type(instance), named=names)}
    for declared in declarations:
        leaf = leaves.get(declared.field_name)
        if isinstance(declared, index.RelatedFields):
            if leaf and leaf.rows:
                for row in child_rows(instance, leaf.name):
                    yield from _declared_by(row, declared.fields)
            else:
                yield from (("topics", text) for text in _related_texts(instance, declared))
        elif isinstance(declared, index.SearchField) and leaf is None:
            field = "lead" if (declared.boost or 1) >= LEAST_BOOST_OF_A_LEAD else "body"
            yield from ((field, text) for text in _texts(declared, instance))


def _related_texts(instance: models.Model, declared: index.RelatedFields) -> Iterator[str]:
    related = declared.get_value(instance)
    if related is None:
        return
    for row in related.all() if hasattr(related, "all") else [related]:
        for field in declared.fields:
            if isinstance(field, index.RelatedFields):
                yield from _related_texts(row, field)
            elif isinstance(field, index.SearchField):
                yield from _texts(field, row)


def _texts(declared: index.SearchField, instance: models.Model) -> list[str]:
    value = declared.get_value(instance)
    values = value if isinstance(value, list | tuple) else [value]
    return [strip_tags(str(value)) for value in values if value not in {None, ""}]
