"""Which models are files of the library, which of their fields readers see, and what refers to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import ReferenceIndex

FOCAL_POINT = ("focal_point_x", "focal_point_y", "focal_point_width", "focal_point_height")
# Pages show a document's title where they give it none of their own.
FROZEN_IN_PICTURE = ("file", *FOCAL_POINT)
FROZEN_IN_DOCUMENT = ("file", "title")


def frozen_fields() -> dict[type[models.Model], tuple[str, ...]]:
    """Return, for each model of files in the library, the fields that nobody changes while a page uses the file."""
    found: dict[type[models.Model], tuple[str, ...]] = {}
    if apps.is_installed("wagtail.images"):
        found[get_image_model()] = FROZEN_IN_PICTURE
    if apps.is_installed("wagtail.documents"):
        found[get_document_model()] = FROZEN_IN_DOCUMENT
    return found


def changed_frozen_fields(file: Any, update_fields: Iterable[str] | None) -> list[str]:
    """Return which of these fields would differ in the database once a file in memory was saved."""
    names = frozen_fields()[type(file)]
    if update_fields is not None:
        names = tuple(name for name in names if name in update_fields)
    if not names:
        return []
    stored = models.QuerySet(type(file)).filter(pk=file.pk).values(*names).first()
    if stored is None:
        return []
    return [name for name in names if _value(file, name) != stored[name]]


def references(instance: Any) -> dict[type[models.Model], set[str]]:
    """Return the primary keys, as text, of all that a page or other object in memory refers to, by model.

    Found by Wagtail's own reading for its reference index: foreign keys, choosers in StreamFields, links and pictures
    in rich text, child rows.
    """
    found: dict[type[models.Model], set[str]] = defaultdict(set)
    for model, key, _path in _references(instance):
        found[model].add(key)
    return dict(found)


def reference_paths(instance: Any, file: models.Model) -> list[str]:
    """Return the content paths at which an object in memory refers to a file."""
    return [path for model, key, path in _references(instance) if model is type(file) and key == str(file.pk)]


def _references(instance: Any) -> Iterator[tuple[type[models.Model], str, str]]:
    for type_id, key, _model_path, path in ReferenceIndex._extract_references_from_object(instance):  # noqa: SLF001
        model = ContentType.objects.get_for_id(type_id).model_class()
        if model is not None:
            yield model, key, path


def _value(file: Any, name: str) -> Any:
    value = getattr(file, name)
    if not isinstance(value, models.fields.files.FieldFile):
        return value
    # A file that is not stored yet may bear the name of the one that is.
    return value.name if getattr(value, "_committed", True) else object()
