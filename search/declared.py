"""Texts that a page type declares for Wagtail's own search, in ``search_fields``, beside what its leaves hold."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from django.db import models
from django.utils.html import strip_tags
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

LEAST_BOOST_OF_A_LEAD = 2


def declared_texts(page: Page, *, read: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield the name of a document's field and a text for it, for each declared field that ``read`` doesn't name.

    A boost of 2 or more makes it count as the lead, and names of related objects count as topics. A page type with
    ``readable_fields`` says there what is read, so nothing is added.
    """
    if getattr(page, "readable_fields", None) is not None:
        return
    # A StreamField's blocks say themselves what is not for reading.
    read = {*read, *(field.name for field in page._meta.get_fields() if isinstance(field, StreamField))}
    for declared in page.get_search_fields():
        if isinstance(declared, index.RelatedFields):
            related = declared.get_value(page)
            names = [field for field in declared.fields if isinstance(field, index.SearchField)]
            yield from (("topics", text) for row in _rows(related) for name in names for text in _texts(name, row))
        elif isinstance(declared, index.SearchField) and declared.field_name not in read:
            field = "lead" if (declared.boost or 1) >= LEAST_BOOST_OF_A_LEAD else "body"
            yield from ((field, text) for text in _texts(declared, page))


def _rows(related: Any) -> list[Any]:
    if related is None:
        return []
    return list(related.all()) if hasattr(related, "all") else [related]


def _texts(declared: index.SearchField, instance: models.Model) -> list[str]:
    value = declared.get_value(instance)
    values = value if isinstance(value, list | tuple) else [value]
    return [strip_tags(str(value)) for value in values if value not in {None, ""}]
