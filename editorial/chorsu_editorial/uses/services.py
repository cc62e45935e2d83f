"""Recording uses, and holding files that come into use."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils.translation import gettext as _
from wagtail.models import Revision, TaskState

from chorsu_editorial.refusals import FileInUse
from chorsu_editorial.uses.files import changed_frozen_fields, frozen_fields, references
from chorsu_editorial.uses.models import FileUse
from chorsu_editorial.uses.selectors import in_use

IN_REVIEW = {"status": TaskState.STATUS_IN_PROGRESS}


def revision_saved(revision: Revision, *, created: bool, update_fields: Iterable[str] | None) -> None:
    """Record what a revision uses, and hold it where the revision is in review or waits for its time."""
    if update_fields is None or "content" in update_fields:
        # A new revision comes with the object whose content it stores; one that is saved again does not.
        record(revision, revision.content_object if created else revision.as_object())
    if revision.approved_go_live_at or TaskState.objects.filter(**IN_REVIEW, revision=revision).exists():
        hold(revision.pk)


@transaction.atomic
def submitted(revision: Revision | None) -> None:
    """Hold what a revision uses that goes into review; it may have been saved before uses were recorded."""
    if revision is None:
        return
    record(revision, revision.as_object())
    hold(revision.pk)


@transaction.atomic
def record(revision: Revision, version: Any) -> None:
    """Record what a revision uses of the library; ``version`` is the object as it stores it."""
    found = references(version)
    types = {ContentType.objects.get_for_model(model).pk: found.get(model, set()) for model in frozen_fields()}
    wanted = {(type_id, key) for type_id, keys in types.items() for key in keys}
    known = {
        (type_id, key): pk
        for pk, type_id, key in FileUse.objects.filter(revision=revision).values_list("pk", "file_type_id", "file_id")
    }
    gone = [pk for use, pk in known.items() if use not in wanted]
    if gone:
        FileUse.objects.filter(pk__in=gone).delete()
    FileUse.objects.bulk_create(
        FileUse(revision=revision, file_type_id=type_id, file_id=key) for type_id, key in wanted - known.keys()
    )


def record_waiting() -> int:
    """Record the uses of all revisions that are in review or approved for a time to come; return how many.

    For revisions that were saved before uses were recorded. What live pages use, Wagtail's reference index knows.
    """
    in_review = TaskState.objects.filter(**IN_REVIEW).values("revision")
    waiting = Revision.objects.filter(models.Q(pk__in=in_review) | models.Q(approved_go_live_at__isnull=False))
    for revision in waiting:
        record(revision, revision.as_object())
    return len(waiting)


@transaction.atomic
def hold(*revisions: Any) -> None:
    """Lock the rows of the files that revisions use, because these go into review or live now.

    Whoever deletes or replaces one at the same time has done so before, or waits and then finds it in use.
    """
    uses = FileUse.objects.filter(revision_id__in=revisions)
    for model in frozen_fields():
        keys = uses.filter(file_type=ContentType.objects.get_for_model(model)).values_list("file_id", flat=True)
        lock(model, list(keys))


def lock(model: type[models.Model], keys: list[Any]) -> None:
    """Lock rows until the transaction ends, always in the same order."""
    if keys:
        list(models.QuerySet(model).select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))


def explain_use(file: Any) -> str:
    """Return why a file in use stays as it is."""
    return _(
        "“%(title)s” is in use: readers see it, or will once what waits is published. It can't be changed or deleted; "
        "give the pages a new version of it instead."
    ) % {"title": file.title}


def check_deletion(file: Any) -> None:
    """Raise ``FileInUse`` where a file that is about to be deleted is in use."""
    _check_free(file)


def check_change(file: Any, update_fields: Iterable[str] | None = None) -> None:
    """Raise ``FileInUse`` where a file in use is about to be saved with another file, crop or title."""
    if file.pk and changed_frozen_fields(file, update_fields):
        _check_free(file)


@transaction.atomic
def _check_free(file: Any) -> None:
    lock(type(file), [file.pk])
    if in_use(file):
        raise FileInUse(explain_use(file))
