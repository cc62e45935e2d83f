"""What follows from a change, one line each."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_save, pre_delete
from django.dispatch import receiver
from wagtail.log_actions import get_active_log_context
from wagtail.models import PageLogEntry, Revision, Task

from editorial import lineage, services
from editorial.models import FourEyesTask


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


@receiver(post_save, sender=Task, dispatch_uid="chorsu_editorial.task_saved")
@receiver(post_save, sender=FourEyesTask, dispatch_uid="chorsu_editorial.four_eyes_task_saved")
def task_saved(sender: type, instance: Task, created: bool, raw: bool = False, **_kwargs: Any) -> None:  # noqa: ARG001
    """End the reviews of a task that was deactivated.

    Not a method of the task: Wagtail's view deactivates the plain ``Task``, whose method then finishes the workflows.
    """
    if not (created or raw or instance.active) and isinstance(instance.specific, FourEyesTask):
        services.end_reviews(task=instance.specific, user=get_active_log_context().user)


@receiver(pre_delete, sender=Revision, dispatch_uid="chorsu_editorial.revision_goes")
def revision_goes(sender: type, instance: Revision, **_kwargs: Any) -> None:  # noqa: ARG001
    """Keep the lineage whole."""
    lineage.bridge(instance)
