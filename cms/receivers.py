"""What the site does when something is saved or deleted: one line each."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from wagtail.signals import post_page_move

from cms.reader import freshness


@receiver(post_save, dispatch_uid="chorsu_cms.saved")
def saved(instance: models.Model, update_fields: frozenset[str] | None = None, **_kwargs: Any) -> None:
    """Make pieces of reader pages old where readers may see the change."""
    freshness.note(instance, update_fields)


@receiver(post_delete, dispatch_uid="chorsu_cms.deleted")
@receiver(post_page_move, dispatch_uid="chorsu_cms.moved")
def changed(instance: models.Model, **_kwargs: Any) -> None:
    """Make pieces of reader pages old after a deletion or a move."""
    freshness.note(instance)
