"""Pictures of image models that the site's library was made of before, and how they come into it.

Stored blocks name pictures by their keys alone, so each former picture needs a twin in the library, with the same key.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import batched
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.management.color import no_style
from django.db import connections, models, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from wagtail.images import get_image_model
from wagtail.images.models import AbstractImage, AbstractRendition
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry, ReferenceIndex
from wagtail.search import index

from chorsu_editorial.file_usage.files import FileUse

COPY_ACTION = "chorsu_articles.copy_picture"


def missing_pictures() -> list[QuerySet[Any]]:
    """Return the pictures without a twin, by former model; nothing for tables that aren't there yet.

    A logged copy counts, though it was deleted or changed in the library. Copies that a site made in another way are
    known by the moment of creation, or by the file.
    """
    library = get_image_model()
    tables = connections[QuerySet(library).db].introspection.table_names()
    if library._meta.db_table not in tables:
        return []
    is_twin = Q(created_at=OuterRef("created_at")) | Q(file=OuterRef("file"))
    twin: QuerySet[Any] = QuerySet(library).filter(is_twin, pk=OuterRef("pk"))
    found: list[QuerySet[Any]] = []
    for model in former_models():
        if model._meta.db_table in tables:
            of_model = {"content_type__app_label": model._meta.app_label, "content_type__model": model._meta.model_name}
            copied = ModelLogEntry.objects.filter(
                **of_model, action=COPY_ACTION, object_id=Cast(OuterRef("pk"), models.CharField())
            )
            found.append(QuerySet(model).filter(~Exists(twin), ~Exists(copied)).order_by("pk"))
    return [rows for rows in found if rows.exists()]


def former_models() -> Iterator[Any]:
    """Yield the image models beside that of the library whose keys can be kept there: those that are numbers."""
    library = get_image_model()
    for model in apps.get_models():
        related = issubclass(model, library) or issubclass(library, model)
        if issubclass(model, AbstractImage) and not related and isinstance(model._meta.pk, models.IntegerField):
            yield model


def fields_to_former_models() -> list[str]:
    """Return the fields of the site's models that still lead to former models, such as ``home.HomePage.picture``."""
    former: dict[Any, str] = {model: model._meta.label for model in former_models()}
    return [
        f"{model._meta.label}.{field.name} -> {former[field.related_model]}"
        for model in apps.get_models()
        if not issubclass(model, AbstractRendition)
        for field in [*model._meta.local_fields, *model._meta.local_many_to_many]
        if field.related_model in former
    ]


@transaction.atomic
def copy_pictures(missing: QuerySet[Any]) -> tuple[int, list[int]]:
    """Copy pictures with their keys into the library; return how many, and the keys that other pictures have there.

    A copy has the fields of Wagtail's own model, the tags and the same file. References in stored text lead to the
    copies afterwards. ``missing`` is one of those that ``missing_pictures`` returns.
    """
    library, former = get_image_model(), missing.model
    connection = connections[QuerySet(library).db]
    names = [field.attname for field in AbstractImage._meta.concrete_fields]
    keys = list(missing.values_list("pk", flat=True))
    taken: list[int] = []
    for batch in batched(keys, 500):
        there = set(QuerySet(library).filter(pk__in=batch).values_list("pk", flat=True))
        taken += sorted(there)
        for values in QuerySet(former).filter(pk__in={*batch} - there).order_by("pk").values("pk", *names):
            picture, copy = former(**values), library(**values)
            # As it is stored: with its date, and without a look into the file.
            copy.save_base(raw=True, force_insert=True)
            copy.tags.set(picture.tags.names())
            index.insert_or_update_object(copy)
            log(instance=picture, action=COPY_ACTION)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [library]):
            cursor.execute(statement)
    types = ContentType.objects.get_for_models(library, former)
    ReferenceIndex.objects.filter(to_content_type=types[former]).update(to_content_type=types[library])
    FileUse.objects.filter(file_type=types[former]).update(file_type=types[library])
    return len(keys) - len(taken), taken
