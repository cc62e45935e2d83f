"""The field that refers to several rows of a vocabulary; migrations of sites name it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import models
from modelcluster.fields import ParentalManyToManyField


class VocabularyField(ParentalManyToManyField):
    """Rows of a vocabulary on a page, counted by Wagtail as uses of them.

    Wagtail's index of references reads ``extract_references``, but no many-to-many field: without this a topic in use
    would be offered for deletion as used nowhere.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # What Wagtail tells before a deletion: the reference will be taken out.
        self.remote_field.on_delete = models.SET_NULL

    def extract_references(self, value: Iterable[models.Model]) -> Iterator[tuple[type[models.Model], str, str, str]]:
        for row in value:
            yield type(row), str(row.pk), "item", str(row.pk)
