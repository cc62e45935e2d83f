"""Sizes and hashes of files that a program stored without them: Wagtail saves them as soon as somebody asks for one."""

from __future__ import annotations

import logging
from typing import Any

from django.db import transaction
from django.db.models import Q
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.utils.file import hash_filelike

logger = logging.getLogger("chorsu_articles")

# Files that are read one after the other; what is stored in between waits for none of them.
BATCH = 20
# Models and keys of files that can't be read, until the process ends.
_unreadable: set[tuple[type, Any]] = set()


def fill_file_facts() -> int:
    """Store size and hash of some documents and pictures that lack either; return how many had them to be stored."""
    filled = 0
    for model in (get_document_model(), get_image_model()):
        lacking = model.objects.filter(Q(file_size=None) | Q(file_hash="")).order_by("pk")
        unreadable = [key for of_model, key in _unreadable if of_model is model]
        for row in lacking.exclude(pk__in=unreadable)[:BATCH]:
            filled += _fill(row)
    return filled


def _fill(row: Any) -> bool:
    model = type(row)
    try:
        with row.file.open() as file:
            size, digest = row.file.size, hash_filelike(file)
    except OSError:
        logger.warning("The file of %s %s can't be read; upload it again.", model._meta.verbose_name, row.pk)
        _unreadable.add((model, row.pk))
        return False
    with transaction.atomic():
        # Somebody may have stored another file meanwhile.
        current = model.objects.select_for_update().filter(pk=row.pk, file=row.file.name).first()
        if current is None:
            return False
        current.file_size, current.file_hash = size, digest
        current.save(update_fields=["file_size", "file_hash"])
    return True
