"""What was changed about the texts of vocabularies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils.text import capfirst
from wagtail.log_actions import registry

from chorsu_articles.columns import translated_columns
from chorsu_articles.permissions import SHARED_TEXTS, closed_texts
from chorsu_locales.selectors import get_language_row

TEXTS_CHANGED = "chorsu_articles.shown_texts_changed"
LISTED = 10


def texts_of(row: models.Model) -> dict[str, str]:
    """Return the texts of a row that readers see, and its address, by column; empty ones are empty strings."""
    names = {field.name for field in row._meta.concrete_fields}
    return {name: getattr(row, name) or "" for name in (*translated_columns(type(row)), *SHARED_TEXTS) if name in names}


def text_changes(*, row: models.Model, user: Any) -> list[Any]:
    """Return the log's last changes of a row's texts, newest first, each with ``may_put_back``.

    Those of a protected person have lost their texts, and can't be put back.
    """
    texts, closed = texts_of(row), closed_texts(user=user, row=row)
    entries = registry.get_logs_for_instance(row).filter(action=TEXTS_CHANGED).select_related("user")
    found = list(entries.order_by("-timestamp", "-pk")[:LISTED])
    for entry in found:
        after = entry.data.get("after", {})
        entry.may_put_back = bool(after) and after.items() <= texts.items() and closed.keys().isdisjoint(after)
    return found


def describe_texts(model: Any, texts: Mapping[str, str]) -> str:
    """Return texts by column for people: "Name (Русский): Вода; slug: voda"."""
    translated = translated_columns(model)
    parts = []
    for name, text in texts.items():
        field, code = translated.get(name, (name, ""))
        label = f"{model._meta.get_field(field).verbose_name}{f' ({get_language_row(code).name})' if code else ''}"
        parts.append(f"{label}: {text or '–'}")
    return capfirst("; ".join(parts))
