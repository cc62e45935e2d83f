"""Which revision a revision was made from.

Recorded when a revision is made: the revision that the caller names (``previous_revision``: a revert, a typo fix),
else the one that was the latest until then. ``save_revision`` tells nobody but the log which revision it was given, so
it is read from the log entry; a caller that logs nothing calls ``record_parent``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import PageLogEntry, Revision

from editorial.hashing import content_hash

PUBLISHING_ACTIONS = ("wagtail.publish", "wagtail.publish.scheduled")


class RevisionLineage(models.Model):
    """The parent of a revision, and its content hash as far as somebody asked for it.

    Autosave rewrites a revision in place: the hash holds while ``hashed_at`` is the revision's ``created_at``.
    ``carried`` are primary keys of users who saved ancestors that have been purged since the last publication.
    """

    revision = models.OneToOneField(Revision, on_delete=models.CASCADE, related_name="lineage", primary_key=True)
    parent = models.ForeignKey(Revision, null=True, on_delete=models.SET_NULL, related_name="+")
    content_hash = models.CharField(max_length=64, blank=True)
    hashed_at = models.DateTimeField(null=True)
    carried = models.JSONField(default=list)

    class Meta:
        verbose_name = _("lineage of a revision")
        verbose_name_plural = _("lineage of revisions")

    def __str__(self) -> str:
        return f"{self.revision_id} <- {self.parent_id}"


def parent_of(revision: Revision) -> Revision | None:
    """Return the revision that this one was made from, without its content; None for the first one."""
    row = RevisionLineage.objects.filter(revision=revision).first()
    parent_id = row.parent_id if row else _former(revision)
    return Revision.objects.defer("content").filter(pk=parent_id).first() if parent_id else None


def ancestors(revision: Revision) -> Iterator[Revision]:
    """Yield the revisions that this one comes from, nearest first, without their content."""
    seen = {revision.pk}
    parent = parent_of(revision)
    while parent is not None and parent.pk not in seen:
        yield parent
        seen.add(parent.pk)
        parent = parent_of(parent)


def hash_of(revision: Revision) -> str:
    """Return the content hash of a revision, kept once it was computed."""
    row = RevisionLineage.objects.filter(revision=revision).first()
    if row and row.content_hash and row.hashed_at == revision.created_at:
        return row.content_hash
    digest = content_hash(revision.as_object())
    if row:
        RevisionLineage.objects.filter(pk=row.pk).update(content_hash=digest, hashed_at=revision.created_at)
    return digest


def record(revision: Revision) -> None:
    """Record a new revision as made from the one that was the latest until now."""
    RevisionLineage.objects.get_or_create(revision=revision, defaults={"parent_id": _former(revision)})


def record_parent(*, revision: Revision, parent: Revision) -> None:
    """Record which revision this one was made from, instead of the former latest."""
    RevisionLineage.objects.update_or_create(revision=revision, defaults={"parent": parent})


def record_logged(entry: PageLogEntry) -> None:
    """Take the parent of a revision from the log entry of the save that was given ``previous_revision``."""
    data = entry.data or {}
    named = data.get("revision", {}).get("id") if isinstance(data.get("revision"), dict) else None
    if not named or not entry.revision_id or named == entry.revision_id:
        return
    parent = Revision.objects.defer("content").filter(pk=named, object_id=str(entry.page_id)).first()
    made = Revision.objects.defer("content").filter(pk=entry.revision_id, object_id=str(entry.page_id)).first()
    if parent and made:
        record_parent(revision=made, parent=parent)


def bridge(revision: Revision) -> None:
    """Join the revisions on both sides of one that is about to be deleted, keeping who wrote it."""
    row = RevisionLineage.objects.filter(revision=revision).first()
    published = revision.pk in published_ids(revision)
    writers = set() if published or not row else {*row.carried, revision.user_id} - {None}
    parent_id = None if published else (row.parent_id if row else _former(revision))
    for child in RevisionLineage.objects.filter(parent=revision):
        child.parent_id = parent_id
        child.carried = sorted({*child.carried, *writers})
        child.save(update_fields=["parent", "carried"])


def published_ids(revision: Revision) -> set[Any]:
    """Return the revisions of this page that were published at some time, as far as page and log know."""
    page = revision.base_content_object
    logged = PageLogEntry.objects.filter(page_id=page.pk, action__in=PUBLISHING_ACTIONS)
    return {page.live_revision_id, *logged.values_list("revision_id", flat=True)} - {None}


def carried_authors(revisions: list[Revision]) -> set[Any]:
    """Return the users who saved purged ancestors of these revisions."""
    rows = RevisionLineage.objects.filter(revision__in=revisions).values_list("carried", flat=True)
    return {user for row in rows for user in row}


def _former(revision: Revision) -> Any:
    earlier = Revision.objects.filter(
        models.Q(created_at=revision.created_at, pk__lt=revision.pk) | models.Q(created_at__lt=revision.created_at),
        base_content_type_id=revision.base_content_type_id,
        object_id=revision.object_id,
    )
    return earlier.order_by("-created_at", "-pk").values_list("pk", flat=True).first()
