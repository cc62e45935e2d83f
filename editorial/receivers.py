"""What follows from a change, one line each."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_save, pre_delete
from django.dispatch import receiver
from wagtail.models import PageLogEntry, Revision

from editorial import lineage, services


@receiver(post_save, sender=Revision, dispatch_uid="chorsu_editorial.revision_saved")
def revision_saved(sender: type, instance: Revision, created: bool, raw: bool = False, **_kwargs: Any) -> None:  # noqa: ARG001
    """Record where a new revision comes from, and let a review follow it."""
    if created and not raw:
        lineage.record(instance)
        services.follow_review(instance)


@receiver(post_save, sender=PageLogEntry, dispatch_uid="chorsu_editorial.entry_logged")
def entry_logged(sender: type, instance: PageLogEntry, created: bool, raw: bool = False, **_kwargs: Any) -> None:  # noqa: ARG001
    """Record the parent that a save was given."""
    if created and not raw:
        lineage.record_logged(instance)


@receiver(pre_delete, sender=Revision, dispatch_uid="chorsu_editorial.revision_goes")
def revision_goes(sender: type, instance: Revision, **_kwargs: Any) -> None:  # noqa: ARG001
    """Keep the lineage whole."""
    lineage.bridge(instance)
