"""What an export of a newsroom has of other plug-ins and of the site: whoever owns it registers it here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from wagtail.models import Page

from chorsu_archive.mapping import hash_of, texts_of
from chorsu_editorial.reading import child_relations, child_rows

# What ``ImportedItem.what`` says of a field that was empty here.
FILLED = "filled"


@dataclass(frozen=True, slots=True)
class Part:
    """Fields and lists of child rows that are taken together, each with the most rows that it may have."""

    label: str | Promise
    limits: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Supplement:
    """Rows of a model that an export takes along; each that violates no constraint comes back.

    With ``parts``, by their names, ``rows`` has one row, which readers see at once: of what comes back only the parts
    that somebody chose are taken, and of these only what is empty here.
    """

    rows: QuerySet[Any]
    parts: Mapping[str, Part] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """The name of its list in an export."""
        return str(self.rows.model._meta.label_lower)


@dataclass(frozen=True, slots=True)
class Translated:
    """What a page was translated from.

    ``units`` is the text of ``source`` that it is up to date with, as ``[path, index, HTML]``; None for the present one
    and for one that is lost. ``reading`` is the version of the rules by which it was taken.
    """

    source: Page
    adapted: bool = False
    reading: int = 0
    units: list[list[Any]] | None = None


class Translations:
    """Where the site knows what pages were translated from; a site without translations knows nothing."""

    def read(self, page: Page) -> Translated | None:  # noqa: ARG002
        return None

    def write(self, page: Page, translated: Translated) -> bool:  # noqa: ARG002
        """Store it in the caller's transaction; return whether its units can be used here."""
        return True


_supplements: dict[str, Supplement] = {}
_translations = [Translations()]


def register(supplement: Supplement) -> None:
    _supplements[supplement.label] = supplement


def register_translations(translations: Translations) -> None:
    _translations[0] = translations


def registered() -> list[Supplement]:
    return list(_supplements.values())


def translations() -> Translations:
    return _translations[0]


def part_label(name: str) -> str:
    """Return what a part is called in the active language; of an unknown one its name."""
    labels = [each.parts[name].label for each in registered() if name in each.parts]
    return str(labels[0]) if labels else name


def value_of(row: Any, name: str) -> Any:
    """Return the value of a field, or the rows of a list, of a row."""
    if name in child_relations(type(row)):
        return child_rows(row, name)
    return getattr(row, row._meta.get_field(name).attname)


def set_value(row: Any, name: str, value: Any) -> None:
    """Set a field or list of a row in memory; an empty list or None empties it."""
    if isinstance(value, list):
        getattr(row, name).set(value)
        return
    field = row._meta.get_field(name)
    setattr(row, field.attname, field.get_default() if value is None else value)


def value_hash(row: Any, name: str) -> str:
    """Return a digest of a value, to know later whether an editor changed it."""
    value = value_of(row, name)
    return hash_of(list(map(texts_of, value)) if isinstance(value, list) else value)
