"""Files of the library that pages use: what each revision uses, and that nobody changes them under a page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from django.apps import apps
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
# Pages show a document's title where they give it none of their own.
FROZEN_IN_PICTURE = ("file", *FOCAL_POINT)
FROZEN_IN_DOCUMENT = ("file", "title")


def frozen_fields() -> dict[type[models.Model], tuple[str, ...]]:
    """Return, for each model of files in the library, the fields that nobody changes while a page uses the file."""
    found: dict[type[models.Model], tuple[str, ...]] = {}
    if apps.is_installed("wagtail.images"):
        found[get_image_model()] = FROZEN_IN_PICTURE
    if apps.is_installed("wagtail.documents"):
        found[get_document_model()] = FROZEN_IN_DOCUMENT
    return found


def changed_frozen_fields(file: Any, update_fields: Iterable[str] | None) -> list[str]:
    """Return which of these fields would differ in the database once a file in memory was saved."""
    names = frozen_fields()[type(file)]
    if update_fields is not None:
        names = tuple(name for name in names if name in update_fields)
    if not names:
        return []
    stored = models.QuerySet(type(file)).filter(pk=file.pk).values(*names).first()
    if stored is None:
        return []
    return [name for name in names if _value(file, name) != stored[name]]


def references(instance: Any) -> dict[type[models.Model], set[str]]:
    """Return the primary keys, as text, of all that a page or other object in memory refers to, by model.

    Found by Wagtail's own reading for its reference index: foreign keys, choosers in StreamFields, links and pictures
    in rich text, child rows.
    """
    found: dict[type[models.Model], set[str]] = defaultdict(set)
    for model, key, _path in _references(instance):
        found[model].add(key)
    return dict(found)


def reference_paths(instance: Any, file: models.Model) -> list[str]:
    """Return the content paths at which an object in memory refers to a file."""
    return [path for model, key, path in _references(instance) if model is type(file) and key == str(file.pk)]


def _references(instance: Any) -> Iterator[tuple[type[models.Model], str, str]]:
    for type_id, key, _model_path, path in ReferenceIndex._extract_references_from_object(instance):  # noqa: SLF001
        model = ContentType.objects.get_for_id(type_id).model_class()
        if model is not None:
            yield model, key, path


def _value(file: Any, name: str) -> Any:
    value = getattr(file, name)
    if not isinstance(value, models.fields.files.FieldFile):
        return value
    # A file that is not stored yet may bear the name of the one that is.
    return value.name if getattr(value, "_committed", True) else object()


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


@dataclass(frozen=True, slots=True)
class Use:
    """A page, or another object, that uses a file, and in which of its versions.

    ``draft`` is the latest version of a page where it is none of the others. Old versions don't count.
    """

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
        states[_key(source)]["live"] = None
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
        "revision_id",
        "revision__base_content_type_id",
        "revision__object_id",
        "revision__approved_go_live_at",
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
        if pk == live_id:
            yield (type_id, object_id), "live"
        if pk in in_review:
            yield (type_id, object_id), "review"
        if go_live_at:
            yield (type_id, object_id), "scheduled"
        if pk == latest_id and pk != live_id and pk not in in_review and not go_live_at:
            yield (type_id, object_id), "draft"


def _live_sources(file: Any) -> Iterator[Any]:
    """Yield what Wagtail's reference index finds to use a file, as far as it is live.

    The index follows rows and knows no versions; a live page's row is what readers see. Objects of other kinds, such as
    snippets, are live unless they say that they aren't.
    """
    references = ReferenceIndex.get_references_to(file).values_list("base_content_type_id", "object_id").distinct()
    for type_id, keys in _by_type(references).items():
        model = ContentType.objects.get_for_id(type_id).model_class()
        if model is None:
            continue
        rows: models.QuerySet[Any] = models.QuerySet(model).filter(pk__in=keys)
        yield from rows.filter(live=True) if issubclass(model, DraftStateMixin) else rows


def _by_type(keys: Any) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for type_id, key in keys:
        found[type_id].append(key)
    return found


def _key(source: Any) -> tuple[int, str]:
    parents = source._meta.get_parent_list()
    base = parents[-1] if parents else source
    return ContentType.objects.get_for_model(base, for_concrete_model=False).pk, str(source.pk)


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


def lock_to_publish(keys: Collection[Any], revisions: Collection[Any] = ()) -> dict[int, Page]:
    """Lock what publishing several pages in one transaction needs: their articles, then the files of their versions.

    ``revisions`` are those that will be published; by default the latest of each page. Returns the pages asked for.
    """
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
    """Return why a file in use stays as it is."""
    return _(
        "“%(title)s” is in use: readers see it, or will once what waits is published. It can't be changed or deleted; "
        "give the pages a new version of it instead."
    ) % {"title": file.title}


@transaction.atomic
def check_deletion(file: Any) -> None:
    """Raise ``FileInUse`` where a file that is about to be deleted is in use."""
    lock(type(file), [file.pk])
    if in_use(file):
        raise FileInUse(explain_use(file))


def check_change(file: Any, update_fields: Iterable[str] | None = None) -> None:
    """Raise ``FileInUse`` where a file in use is about to be saved with another file, crop or title."""
    if file.pk and changed_frozen_fields(file, update_fields):
        check_deletion(file)
