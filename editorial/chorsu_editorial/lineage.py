"""Which revision a revision was made from, and who wrote it; and how a publication came about.

Recorded when a revision is made: the revision that the caller names (``previous_revision``: a revert, a typo fix),
else the one that was the latest until then. ``save_revision`` tells nobody but the log which revision it was given, so
it is read from the log entry; a caller that logs nothing calls ``record_parent``. Only pages have a lineage.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.models import get_all_child_m2m_relations
from wagtail.models import Page, PageLogEntry, Revision

from chorsu_editorial import signals
from chorsu_editorial.hashing import content_hash
from chorsu_editorial.lock_order import lock_page_of

PUBLISHING_ACTIONS = ("wagtail.publish", "wagtail.publish.scheduled")


class RevisionLineage(models.Model):
    """The parent of a revision, and its content hash as far as somebody asked for it.

    Autosave rewrites a revision in place: the hash holds while ``hashed_at`` is the revision's ``created_at``.
    ``carried`` are the keys (as text; in older rows numbers) of who saved ancestors that were purged since publication,
    or wrote a version that was joined to this. ``opened``: a form began with it, so autosave leaves it as it is.
    """

    revision = models.OneToOneField(Revision, on_delete=models.CASCADE, related_name="lineage", primary_key=True)
    parent = models.ForeignKey(Revision, null=True, on_delete=models.SET_NULL, related_name="+")
    content_hash = models.CharField(max_length=64, blank=True)
    hashed_at = models.DateTimeField(null=True)
    carried = models.JSONField(default=list)
    opened = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("lineage of a revision")
        verbose_name_plural = _("lineage of revisions")

    def __str__(self) -> str:
        return f"{self.revision_id} <- {self.parent_id}"


@dataclass(frozen=True, slots=True)
class Step:
    """A revision without its content; ``content_hash`` is empty where it has to be computed anew."""

    pk: int
    user_id: Any
    created_at: datetime
    parent_id: int | None
    content_hash: str
    carried: tuple[Any, ...]


class History:
    """All revisions of the page that a revision is of, by one query: where each comes from and what it changed."""

    def __init__(self, revision: Revision) -> None:
        rows = revisions_beside(revision).order_by("created_at", "pk")
        names = ("parent_id", "content_hash", "hashed_at", "carried", "pk")
        to_key = get_user_model()._meta.pk.to_python
        self.steps: dict[int, Step] = {}
        former = None
        for pk, user_id, created_at, parent_id, digest, hashed_at, carried, lineage in rows.values_list(
            "pk", "user_id", "created_at", *(f"lineage__{name}" for name in names)
        ):
            parent = parent_id if lineage else former
            known = digest if lineage and hashed_at == created_at else ""
            self.steps[pk] = Step(pk, user_id, created_at, parent, known, tuple(map(to_key, carried or ())))
            former = pk
        self._hashes = {pk: step.content_hash for pk, step in self.steps.items() if step.content_hash}

    def parent(self, pk: int) -> Step | None:
        step = self.steps.get(pk)
        return self.steps.get(step.parent_id) if step and step.parent_id else None

    def ancestors(self, pk: int) -> Iterator[Step]:
        """Yield the revisions that this one comes from, nearest first."""
        seen = {pk}
        parent = self.parent(pk)
        while parent is not None and parent.pk not in seen:
            yield parent
            seen.add(parent.pk)
            parent = self.parent(parent.pk)

    def changed(self, steps: Iterable[Step]) -> list[Step]:
        """Return those of the revisions whose content differs from their parent's; the first one of all does."""
        steps = list(steps)
        parents = {step.pk: self.parent(step.pk) for step in steps}
        self._hash({step.pk for step in (*steps, *parents.values()) if step})
        return [
            step
            for step in steps
            if (parent := parents[step.pk]) is None or self._hashes[step.pk] != self._hashes[parent.pk]
        ]

    def lasting(self, version: Sequence[Step]) -> list[Step]:
        """Return those of a revision and its ancestors, nearest first, that changed something which may be left.

        Nothing is left of what somebody changed and put back before anybody else saved.
        """
        former = self.parent(version[-1].pk) if version else None
        self._hash({step.pk for step in (*version, former) if step})
        content = self._hashes[former.pk] if former else None
        left: list[Step] = []
        person, before = None, {content: 0}
        for step in reversed(version):
            if step.user_id != person:
                # How many steps were left, by the content at that moment, since this person saves.
                person, before = step.user_id, {content: len(left)}
            content = self._hashes[step.pk]
            if content in before:
                del left[before[content] :]
                before = {each: count for each, count in before.items() if count <= len(left)}
            else:
                left.append(step)
                before[content] = len(left)
        return left

    def _hash(self, keys: set[int]) -> None:
        """Find the content hashes of revisions; those that have to be computed are stored."""
        if missing := keys - self._hashes.keys():
            kept = RevisionLineage.objects.in_bulk(missing)
            for revision in Revision.objects.filter(pk__in=missing).select_related("content_type"):
                self._hashes[revision.pk] = content_hash(_stored_page(revision))
                if row := kept.get(revision.pk):
                    row.content_hash, row.hashed_at = self._hashes[revision.pk], revision.created_at
            RevisionLineage.objects.bulk_update(kept.values(), ["content_hash", "hashed_at"])


def _stored_page(revision: Revision) -> Page:
    """Return a revision's page without a query; Wagtail's ``as_object`` looks for all that it refers to."""
    model = revision.content_type.model_class()
    many = {field.name: field.related_model for field in get_all_child_m2m_relations(model)}
    content = {name: value for name, value in revision.content.items() if name not in many}
    page: Page = model.from_serializable_data(content, check_fks=False)
    chosen = page.__dict__.setdefault("_cluster_related_objects", {})
    for name, related in many.items():
        chosen[name] = [related(pk=key) for key in revision.content.get(name) or ()]
    return page


def parent_of(revision: Revision) -> Revision | None:
    step = History(revision).parent(revision.pk)
    return Revision.objects.get(pk=step.pk) if step else None


def record(revision: Revision) -> None:
    """Record a new revision of a page as made from the one that was the latest until now."""
    if is_of_page(revision):
        RevisionLineage.objects.get_or_create(revision=revision, defaults={"parent_id": _former(revision)})


def record_parent(*, revision: Revision, parent: Revision | None, carried: Iterable[Any] = ()) -> None:
    """Record what a revision was made from, and by their keys who had a share in it beside those who wrote that."""
    facts: dict[str, Any] = {"parent": parent} | ({"carried": sorted(map(str, carried))} if carried else {})
    RevisionLineage.objects.update_or_create(revision=revision, defaults=facts)


def record_logged(entry: PageLogEntry) -> None:
    """Take the parent of a revision from the log entry of the save that was given ``previous_revision``."""
    logged = (entry.data or {}).get("revision")
    named = logged.get("id") if isinstance(logged, dict) else None
    if named and entry.revision_id and named != entry.revision_id:
        found = Revision.objects.defer("content").filter(object_id=str(entry.page_id))
        parent, made = (found.filter(pk=key).first() for key in (named, entry.revision_id))
        if parent and made:
            record_parent(revision=made, parent=parent)


def bridge(revision: Revision, *, alone: bool = False) -> None:
    """Join the revisions beside one that is about to be deleted, keeping who wrote it; ``alone``: its page stays."""
    if not is_of_page(revision):
        return
    if alone:
        lock_page_of(revision)
        steps = History(revision).steps
        children = [step.pk for step in steps.values() if step.parent_id == revision.pk]
        signals.revision_purged.send(sender=Revision, revision=revision, children=children)
    row = RevisionLineage.objects.filter(revision=revision).first()
    published = revision.pk in published_ids(revision)
    writers = set() if published or not row else {*row.carried, revision.user_id} - {None}
    parent_id = None if published else (row.parent_id if row else _former(revision))
    for child in RevisionLineage.objects.filter(parent=revision):
        child.parent_id = parent_id
        child.carried = sorted({*map(str, child.carried), *map(str, writers)})
        child.save(update_fields=["parent", "carried"])


def revisions_beside(revision: Revision) -> Any:
    """Return the queryset of all revisions of the object that a revision is of."""
    return Revision.objects.filter(base_content_type_id=revision.base_content_type_id, object_id=revision.object_id)


def date_behind_others(revision: Revision) -> None:
    """Date a revision behind those saved before it, also by a clock that ran ahead: the last one is found by dates."""
    before = revisions_beside(revision).filter(pk__lt=revision.pk or 1 << 62)
    if (last := before.aggregate(last=models.Max("created_at"))["last"]) and last > revision.created_at:
        revision.created_at = last + timedelta(microseconds=1)


def is_of_page(revision: Revision) -> bool:
    """Return whether a revision is of a page: Wagtail has revisions of snippets too."""
    model = revision.base_content_type.model_class()
    return model is not None and issubclass(model, Page)


def published_ids(revision: Revision) -> set[Any]:
    """Return the revisions of this page that were published at some time, as far as page and log know."""
    logged = PageLogEntry.objects.filter(page_id=int(revision.object_id), action__in=PUBLISHING_ACTIONS)
    live = Page.objects.filter(pk=int(revision.object_id)).values_list("live_revision_id", flat=True)
    return {*live, *logged.values_list("revision_id", flat=True)} - {None}


def writers(revision: Revision, *, republished: bool = False, copies: Container[int] = ()) -> dict[Any, datetime]:
    """Return by primary key the users who changed the content since the last publication, and when each last saved.

    Counted are this revision and those that it comes from whose content differs from their parent's and wasn't taken
    back: saving a comment is no share. ``republished``: what this revision's own publication ended counts too.
    ``copies`` are revisions whose content nobody wrote: copies of other pages.
    """
    history = History(revision)
    published = published_ids(revision) - ({revision.pk} if republished else set())
    version = list(
        takewhile(lambda step: step.pk not in published, (history.steps[revision.pk], *history.ancestors(revision.pk)))
    )
    lasting = {step.pk for step in history.lasting(version) if step.pk not in copies}
    found: dict[Any, datetime] = {}
    for step in version:
        for user_id in (step.user_id if step.pk in lasting else None, *step.carried):
            found.setdefault(user_id, step.created_at)
    return {user_id: saved for user_id, saved in found.items() if user_id is not None}


def _former(revision: Revision) -> Any:
    earlier = revisions_beside(revision).filter(
        models.Q(created_at=revision.created_at, pk__lt=revision.pk) | models.Q(created_at__lt=revision.created_at)
    )
    return earlier.order_by("-created_at", "-pk").values_list("pk", flat=True).first()


@dataclass(frozen=True, slots=True)
class Publication:
    """How a publication came about: ``ground`` is True for an approval, or a written reason, None if nobody said."""

    ground: bool | str | None = None
    is_minor: bool = False


# No argument: Wagtail calls its receivers and writes its log inside ``publish``, which passes on nothing of ours.
_publication: ContextVar[Publication | None] = ContextVar("chorsu_editorial_publication", default=None)


def publication() -> Publication:
    return _publication.get() or Publication()


def by_approval() -> AbstractContextManager[None]:
    """Publish what was approved in this block, or take down what the caller logs itself."""
    return _publishing(ground=True)


def with_reason(reason: str) -> AbstractContextManager[None]:
    """Publish in this block for a written reason what nobody approved, or take it down."""
    return _publishing(ground=reason)


def minor_edit() -> AbstractContextManager[None]:
    """Publish in this block what translations need not follow."""
    return _publishing(is_minor=True)


@contextmanager
def _publishing(**how: Any) -> Iterator[None]:
    token = _publication.set(replace(publication(), **how))
    try:
        yield
    finally:
        _publication.reset(token)
