"""Files of the library that pages use: what each revision uses, and that nobody changes them under a page.

docs/decisions/files-in-use.md
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any, Literal, NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import DraftStateMixin, Page, ReferenceIndex, Revision, TaskState

from chorsu_editorial.lock_order import lock_articles
from chorsu_editorial.refusals import FileInUse

FOCAL_POINT = ("focal_point_x", "focal_point_y", "focal_point_width", "focal_point_height")


def frozen_fields() -> dict[type[models.Model], tuple[str, ...]]:
    """Return, for each model of files in the library, the fields that nobody changes while a page uses the file."""
    # Pages show a document's title where they give it none of their own.
    return {get_image_model(): ("file", *FOCAL_POINT), get_document_model(): ("file", "title")}


def references(instance: Any) -> dict[type[models.Model], set[str]]:
    """Return what an object in memory refers to, as Wagtail's index finds it: primary keys as text, by model."""
    found: dict[type[models.Model], set[str]] = defaultdict(set)
    for model, key, _path in all_references(instance):
        found[model].add(key)
    return dict(found)


def reference_paths(instance: Any, file: models.Model) -> list[str]:
    return [path for model, key, path in all_references(instance) if model is type(file) and key == str(file.pk)]


def all_references(instance: Any) -> Iterator[tuple[type[models.Model], str, str]]:
    for type_id, key, _model_path, path in ReferenceIndex._extract_references_from_object(instance):  # noqa: SLF001
        model = ContentType.objects.get_for_id(type_id).model_class()
        if model is not None:
            yield model, key, path


class FileUseQuerySet(models.QuerySet[Any]):
    def of_file(self, file: models.Model) -> FileUseQuerySet:
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
        verbose_name = gettext_lazy("use of a file")
        verbose_name_plural = gettext_lazy("uses of files")
        constraints = [
            models.UniqueConstraint(fields=("revision", "file_type", "file_id"), name="chorsu_unique_file_use")
        ]
        indexes = [models.Index(fields=("file_type", "file_id"), name="chorsu_file_use")]

    def __str__(self) -> str:
        return f"{self.revision_id} -> {self.file_type_id}:{self.file_id}"


State = Literal["live", "review", "scheduled", "draft"]


class Use(NamedTuple):
    """What uses a file, in which versions; ``draft`` is the latest one of a page where it is none of the others."""

    source: Any
    states: tuple[State, ...]

    @property
    def holds(self) -> bool:
        """Return whether readers see the file there, or would once what waits is published."""
        return self.states != ("draft",)


def in_use(file: Any) -> bool:
    """Return whether readers see a file somewhere, or would once what waits is published."""
    return FileUse.objects.of_file(file).holding().exists() or next(_live_sources(file), None) is not None


def uses(file: Any) -> list[Use]:
    """Return all that uses a file, those that hold it first."""
    states: dict[tuple[int, str], dict[State, None]] = defaultdict(dict)
    for source in _live_sources(file):
        base = [source, *source._meta.get_parent_list()][-1]
        type_id = ContentType.objects.get_for_model(base, for_concrete_model=False).pk
        states[type_id, str(source.pk)]["live"] = None
    for (type_id, pk), state in _states_of_revisions(file):
        states[type_id, pk][state] = None
    found = []
    for type_id, keys in _by_type(states).items():
        model = ContentType.objects.get_for_id(type_id).model_class()
        rows: Iterable[Any] = models.QuerySet(model).filter(pk__in=keys) if model else ()
        found += [Use(row, tuple(states[type_id, str(row.pk)])) for row in rows]
    return sorted(found, key=lambda use: not use.holds)


def _states_of_revisions(file: Any) -> Iterator[tuple[tuple[int, str], State]]:
    rows = FileUse.objects.of_file(file).values_list(
        "revision_id", "revision__base_content_type_id", "revision__object_id", "revision__approved_go_live_at"
    )
    revisions = {pk: (type_id, object_id, go_live_at) for pk, type_id, object_id, go_live_at in rows}
    in_review = set(waiting_states().filter(revision__in=revisions).values_list("revision_id", flat=True))
    pages = {
        str(pk): (live and live_id, latest_id)
        for pk, live, live_id, latest_id in Page.objects.filter(
            models.Q(live_revision__in=revisions) | models.Q(latest_revision__in=revisions)
        ).values_list("pk", "live", "live_revision_id", "latest_revision_id")
    }
    page_type = ContentType.objects.get_for_model(Page).pk
    for pk, (type_id, object_id, go_live_at) in revisions.items():
        live_id, latest_id = pages.get(object_id, (None, None)) if type_id == page_type else (None, None)
        holding: dict[State, bool] = {"live": pk == live_id, "review": pk in in_review, "scheduled": bool(go_live_at)}
        states: list[State] = [state for state, holds in holding.items() if holds]
        for state in states or (["draft"] if pk == latest_id else []):
            yield (type_id, object_id), state


def _live_sources(file: Any) -> Iterator[Any]:
    """Yield what is live and uses a file by Wagtail's reference index, which follows rows and knows no versions."""
    references = ReferenceIndex.get_references_to(file).values_list("base_content_type_id", "object_id").distinct()
    for type_id, keys in _by_type(references).items():
        model = ContentType.objects.get_for_id(type_id).model_class()
        if model is not None:
            rows: models.QuerySet[Any] = models.QuerySet(model).filter(pk__in=keys)
            yield from rows.filter(live=True) if issubclass(model, DraftStateMixin) else rows


def _by_type(keys: Any) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for type_id, key in keys:
        found[type_id].append(key)
    return found


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
    if revision is not None:
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
    if gone := [pk for use, pk in known.items() if use not in wanted]:
        FileUse.objects.filter(pk__in=gone).delete()
    FileUse.objects.bulk_create(
        FileUse(revision=revision, file_type_id=type_id, file_id=key) for type_id, key in wanted - known.keys()
    )


def record_waiting() -> int:
    """Record the uses of revisions that wait and were saved before uses were recorded; return how many wait."""
    in_review = TaskState.objects.filter(**IN_REVIEW).values("revision")
    waiting = Revision.objects.filter(models.Q(pk__in=in_review) | models.Q(approved_go_live_at__isnull=False))
    for revision in waiting:
        record(revision, revision.as_object())
    return len(waiting)


@transaction.atomic
def hold(*revisions: Any) -> None:
    """Lock the files of revisions that go into review or live now: whoever deletes one waits, and finds it in use."""
    uses = FileUse.objects.filter(revision_id__in=revisions)
    for model in frozen_fields():
        keys = uses.filter(file_type=ContentType.objects.get_for_model(model)).values_list("file_id", flat=True)
        lock(model, list(keys))


def lock_to_publish(keys: Collection[Any], revisions: Collection[Any] = ()) -> dict[int, Page]:
    """Lock what publishing several pages needs: their articles, then the files of ``revisions``, or the latest."""
    wanted = {int(key) for key in keys}
    articles = Page.objects.filter(pk__in=wanted).values_list("translation_key", flat=True)
    found = {key: page for key, page in lock_articles(list(articles)).items() if key in wanted}
    hold(*(revisions or [page.latest_revision_id for page in found.values()]))
    return found


def lock(model: type[models.Model], keys: list[Any]) -> None:
    """Lock rows until the transaction ends, always in the same order."""
    if keys:
        list(models.QuerySet(model).select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))


def explain_use(file: Any) -> str:
    return _(
        "“%(title)s” is in use: readers see it, or will once what waits is published. It can't be changed or deleted; "
        "give the pages a new version of it instead."
    ) % {"title": file.title}


@transaction.atomic
def check_deletion(file: Any) -> None:
    lock(type(file), [file.pk])
    if in_use(file):
        raise FileInUse(explain_use(file))


def check_change(file: Any, update_fields: Iterable[str] | None = None) -> None:
    """Raise ``FileInUse`` where a file in use is about to be saved with another file, crop or title."""
    names = [name for name in frozen_fields()[type(file)] if update_fields is None or name in update_fields]
    stored = models.QuerySet(type(file)).filter(pk=file.pk).values(*names).first() if file.pk and names else None
    if stored is not None and any(_stored_value(file, name) != stored[name] for name in names):
        check_deletion(file)


def _stored_value(file: Any, name: str) -> Any:
    value = getattr(file, name)
    if not isinstance(value, models.fields.files.FieldFile):
        return value
    # A file that is not stored yet may bear the name of the one that is.
    return value.name if getattr(value, "_committed", True) else object()
