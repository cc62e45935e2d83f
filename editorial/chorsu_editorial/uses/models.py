"""What each revision uses of the library."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, Revision, TaskState


class FileUseQuerySet(models.QuerySet[Any]):
    """Queries of uses."""

    def of_file(self, file: models.Model) -> FileUseQuerySet:
        """Return the uses of a picture or document."""
        return self.filter(file_type=ContentType.objects.get_for_model(file), file_id=str(file.pk))

    def holding(self) -> FileUseQuerySet:
        """Return the uses by revisions that are live, in review, held, or approved for a time to come."""
        live = Page.objects.filter(live=True, live_revision__isnull=False).values("live_revision")
        return self.filter(
            models.Q(revision__in=live)
            | models.Q(revision__in=waiting_states().values("revision"))
            | models.Q(revision__approved_go_live_at__isnull=False)
        )


def waiting_states() -> models.QuerySet[TaskState]:
    """Return the states of tasks whose revisions are in review, or approved and held."""
    held = Page.objects.filter(held_approval__isnull=False).values("held_approval__task_state")
    waiting = models.Q(status=TaskState.STATUS_IN_PROGRESS) | models.Q(pk__in=held)
    return models.QuerySet(TaskState).filter(waiting)


class FileUse(models.Model):
    """A picture or document that a revision shows or links to; recorded whenever the revision is saved."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="file_uses")
    file_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    file_id = models.CharField(max_length=255)

    objects = FileUseQuerySet.as_manager()

    class Meta:
        verbose_name = _("use of a file")
        verbose_name_plural = _("uses of files")
        constraints = [
            models.UniqueConstraint(fields=("revision", "file_type", "file_id"), name="chorsu_unique_file_use")
        ]
        indexes = [models.Index(fields=("file_type", "file_id"), name="chorsu_file_use")]

    def __str__(self) -> str:
        return f"{self.revision_id} -> {self.file_type_id}:{self.file_id}"
