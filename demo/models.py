"""What the demo made, so that removing it removes nothing else."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models


class DemoObject(models.Model):
    """One row that ``load_demo`` made: a page, picture, vocabulary entry or account.

    ``filled`` is a page that was there and empty before: the demo wrote ``filled`` into it, and takes it back.
    """

    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    object_id = models.CharField(max_length=40)
    item = GenericForeignKey("content_type", "object_id")
    filled = models.TextField(blank=True)

    # Else Wagtail would count the demo's own list as a use of each picture.
    wagtail_reference_index_ignore = True

    class Meta:
        db_table = "chorsu_cms_demoobject"  # as it was made, when the demo was a part of the site
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("content_type", "object_id"), name="chorsu_cms_demo_object")
        ]

    def __str__(self) -> str:
        return f"{self.content_type} {self.object_id}"
