"""Choosers of what a text names. What was read before isn't asked for again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from copy import copy
from typing import Any

from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock

type Rows = Mapping[tuple[str, int], Any]

_known: ContextVar[Rows | None] = ContextVar("chorsu_articles_named", default=None)


@contextmanager
def known(rows: Rows) -> Iterator[None]:
    """Let texts that are read inside take pictures and pages from ``rows``, which have them by label and key."""
    token = _known.set(rows)
    try:
        yield
    finally:
        _known.reset(token)


class _Known:
    def bulk_to_python(self: Any, values: Iterable[int | None]) -> list[Any]:
        """Return the rows with these keys in their order, as Wagtail does."""
        rows = _known.get() or {}
        keys: list[tuple[str, Any]] = [(self.model_class._meta.label, value) for value in values]
        if all(key in rows for key in keys):
            return [copy(rows[key]) for key in keys]
        found: list[Any] = super().bulk_to_python([key for _label, key in keys])  # type: ignore[misc]
        return found


class PictureChooserBlock(_Known, ImageChooserBlock):
    """A picture of the library."""

    # In migrations it is what it stores.
    canonical_module_path = "wagtail.images.blocks.ImageChooserBlock"


class PublicationChooserBlock(_Known, blocks.PageChooserBlock):
    """A publication."""

    canonical_module_path = "wagtail.blocks.PageChooserBlock"
