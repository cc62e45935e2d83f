"""Bring the pictures of a former image model into the library."""

from __future__ import annotations

from itertools import batched
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.management.color import no_style
from django.db import connections, transaction
from django.db.models import QuerySet
from wagtail.images import get_image_model
from wagtail.images.models import AbstractImage
from wagtail.log_actions import log
from wagtail.models import ReferenceIndex
from wagtail.search import index

from chorsu_articles.selectors.former_pictures import COPY_ACTION
from chorsu_editorial.uses.files import FileUse

# How many pictures are read at a time.
BATCH = 500


@transaction.atomic
def copy_pictures(missing: QuerySet[Any]) -> tuple[int, list[int]]:
    """Copy pictures with their keys into the library; return how many, and the keys that other pictures have there.

    Copied is all that Wagtail's own model has, and the tags; a copy has the same file. What refers to the pictures in
    stored text refers to the copies afterwards. ``missing``: as ``selectors.former_pictures`` returns it.
    """
    library, former = get_image_model(), missing.model
    connection = connections[QuerySet(library).db]
    names = [field.attname for field in AbstractImage._meta.concrete_fields]
    keys = list(missing.values_list("pk", flat=True))
    taken: list[int] = []
    for batch in batched(keys, BATCH):
        there = set(QuerySet(library).filter(pk__in=batch).values_list("pk", flat=True))
        taken += sorted(there)
        for facts in QuerySet(former).filter(pk__in={*batch} - there).order_by("pk").values("pk", *names):
            picture, copy = former(**facts), library(**facts)
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
