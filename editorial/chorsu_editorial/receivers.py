"""What follows from a change, one line each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models.signals import post_save, pre_delete, pre_save
from django.dispatch import receiver
from wagtail.log_actions import get_active_log_context
from wagtail.models import Page, PageLogEntry, Revision, Task, TaskState, WorkflowState

from chorsu_editorial import approval, exceptions, held_approvals, lineage
from chorsu_editorial.file_usage import files as file_uses
from chorsu_editorial.file_usage.files import frozen_fields
from chorsu_editorial.lock_order import lock_page_of
from chorsu_editorial.models import FourEyesTask, FourEyesTaskState


@receiver(pre_save, sender=Revision, dispatch_uid="chorsu_editorial.revision_to_save")
def revision_to_save(
    instance: Revision, raw: bool = False, update_fields: Iterable[str] | None = None, **_kwargs: Any
) -> None:
    if raw:
        return
    lock_page_of(instance)
    if update_fields is None or "content" in update_fields:
        lineage.date_behind_others(instance)
        held_approvals.refuse_published(instance)


@receiver(pre_save, sender=WorkflowState, dispatch_uid="chorsu_editorial.workflow_state_to_save")
@receiver(pre_save, sender=TaskState, dispatch_uid="chorsu_editorial.task_state_to_save")
@receiver(pre_save, sender=FourEyesTaskState, dispatch_uid="chorsu_editorial.four_eyes_task_state_to_save")
def review_to_save(instance: WorkflowState | TaskState, raw: bool = False, **_kwargs: Any) -> None:
    if not raw:
        lock_page_of(instance)


@receiver(post_save, sender=Revision, dispatch_uid="chorsu_editorial.revision_saved")
def revision_saved(
    instance: Revision, created: bool, raw: bool = False, update_fields: Iterable[str] | None = None, **_kwargs: Any
) -> None:
    if raw:
        return
    if created:
        lineage.record(instance)
        approval.follow_review(instance)
    if update_fields is None or "content" in update_fields:
        held_approvals.follow_edit(instance)
    file_uses.revision_saved(instance, created=created, update_fields=update_fields)


@receiver(post_save, sender=PageLogEntry, dispatch_uid="chorsu_editorial.entry_logged")
def entry_logged(instance: PageLogEntry, created: bool, raw: bool = False, **_kwargs: Any) -> None:
    if created and not raw:
        held_approvals.forget_published(instance)
        lineage.record_logged(instance)
        exceptions.record_publication(instance)
        exceptions.record_end(instance)


@receiver(post_save, sender=Task, dispatch_uid="chorsu_editorial.task_saved")
@receiver(post_save, sender=FourEyesTask, dispatch_uid="chorsu_editorial.four_eyes_task_saved")
def task_saved(instance: Task, created: bool, raw: bool = False, **_kwargs: Any) -> None:
    """End the reviews of a task that was deactivated.

    Not a method of the task: Wagtail's view deactivates the plain ``Task``, whose method then finishes the workflows.
    """
    if not (created or raw or instance.active) and isinstance(instance.specific, FourEyesTask):
        approval.end_reviews(task=instance.specific, user=get_active_log_context().user)


@receiver(pre_delete, sender=Revision, dispatch_uid="chorsu_editorial.revision_goes")
def revision_goes(instance: Revision, origin: Any = None, **_kwargs: Any) -> None:
    lineage.bridge(instance, alone=issubclass(getattr(origin, "model", type(origin)), Revision))


@receiver(post_save, dispatch_uid="chorsu_editorial.comes_into_use")
def comes_into_use(
    instance: models.Model, created: bool, raw: bool = False, update_fields: Iterable[str] | None = None, **_kwargs: Any
) -> None:
    if raw:
        return
    if isinstance(instance, TaskState) and created:
        file_uses.submitted(instance.revision)
        held_approvals.cancel_at_submission(instance)
    elif isinstance(instance, Page) and instance.live and instance.live_revision_id and update_fields is None:
        file_uses.hold(instance.live_revision_id)


def file_saved(
    instance: models.Model, raw: bool = False, update_fields: Iterable[str] | None = None, **_kwargs: Any
) -> None:
    if not raw:
        file_uses.check_change(instance, update_fields)


def file_goes(instance: models.Model, **_kwargs: Any) -> None:
    file_uses.check_deletion(instance)


for model in frozen_fields():
    pre_save.connect(file_saved, sender=model, dispatch_uid=f"chorsu_editorial.file_saved_{model._meta.label}")
    pre_delete.connect(file_goes, sender=model, dispatch_uid=f"chorsu_editorial.file_goes_{model._meta.label}")
