"""The kinds of publications: page classes that declare a ``kind``. Those of a site's own are found as ours are."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.text import capfirst
from wagtail.models import get_page_models

from chorsu_articles.models.publications import Publication


def publication_models() -> list[type[Publication]]:
    """Return every page class below ``Publication``, ours first."""
    return [model for model in get_page_models() if issubclass(model, Publication) and model is not Publication]


def publication_kinds() -> list[type[Publication]]:
    """Return the page classes that a section can list."""
    return [model for model in publication_models() if model.kind]


def model_of_kind(kind: str) -> type[Publication] | None:
    """Return the page class of what a section lists, or None where no installed app has it any more."""
    return next((model for model in publication_kinds() if model.kind == kind), None)


def kind_choices() -> list[tuple[str, str]]:
    """Return what a section can list: stored value and label. Migrations refer to this function, not to its values."""
    return [(model.kind, plural_of(model)) for model in publication_kinds()]


def plural_of(model: type[Publication]) -> str:
    """Return the name of a kind in the plural, in the active language."""
    return str(model.kind_plural or capfirst(model._meta.verbose_name_plural))


def own_fields(model: type[Publication], vocabulary: type[models.Model]) -> list[models.Field[Any, Any]]:
    """Return the fields of a kind's own table that refer to rows of a vocabulary."""
    fields = (*model._meta.local_fields, *model._meta.local_many_to_many)
    return [field for field in fields if field.related_model is vocabulary]
