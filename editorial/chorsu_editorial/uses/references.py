"""What an object in memory refers to."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from wagtail.models import ReferenceIndex


def references(instance: Any) -> dict[type[models.Model], set[str]]:
    """Return the primary keys, as text, of all that a page or other object refers to, by model.

    Found by Wagtail's own reading for its reference index: foreign keys, choosers in StreamFields, links and pictures
    in rich text, child rows.
    """
    found: dict[type[models.Model], set[str]] = defaultdict(set)
    for type_id, key, _model_path, _content_path in ReferenceIndex._extract_references_from_object(instance):  # noqa: SLF001
        model = ContentType.objects.get_for_id(type_id).model_class()
        if model is not None:
            found[model].add(key)
    return dict(found)
