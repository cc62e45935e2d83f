"""What the site does when something is saved or deleted: one line each."""

from __future__ import annotations

from typing import Any

from django.db import models

from cms.reader import freshness


def saved(instance: models.Model, update_fields: frozenset[str] | None = None, **_kwargs: Any) -> None:
    """Make pieces of reader pages old where readers may see the change."""
    freshness.note(instance, update_fields)


def changed(instance: models.Model, **_kwargs: Any) -> None:
    """Make pieces of reader pages old after a deletion or a move."""
    freshness.note(instance)
