"""Write articles of an archive as pages: new ones in bulk, changed ones as Wagtail does.

What Wagtail and the plug-ins below this one record of a page by signals (revisions and their lineage, uses of files,
references, its entry in the admin's search, the log) is written here for all pages of a batch. What the others keep of
pages follows ``pages_imported``.
"""

from __future__ import annotations

import logging
import re
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry, LogFormatter, log
from wagtail.models import COMMENTS_RELATION_NAME, Page, PageLogEntry, ReferenceIndex, Revision
from wagtail.search.backends import get_search_backends_with_name

from chorsu_archive.items import Item, Note
from chorsu_archive.models import ImportedItem, ImportRun
from chorsu_archive.signals import pages_imported
from chorsu_articles.models import SectionPage
from chorsu_articles.services import insertion
from chorsu_editorial.file_usage.files import FileUse, frozen_fields, hold
from chorsu_editorial.hashing import content_hash
from chorsu_editorial.lineage import RevisionLineage, by_approval
from chorsu_editorial.lock_order import lock_pages
from chorsu_locales.text import slugify

logger = logging.getLogger("chorsu.archive")

IMPORTED = "chorsu_archive.import"
PUBLISHED = "wagtail.publish"
_LATIN = re.compile(r"[-\w]{1,255}", re.ASCII)


@dataclass(slots=True)
class Ready:
    """An item that is converted and can be written.

    ``what`` is ``created``, ``changed``, ``kept`` or ``failed``; ``page`` is it as a new page without a place, which
    holds its rows in memory; ``former`` is what is kept of the item, and ``before`` the version that was changed.
    """

    item: Item
    language: str
    digest: str
    what: str = "failed"
    section: SectionPage | None = None
    page: Any = None
    notes: list[Note] = field(default_factory=list)
    former: ImportedItem | None = None
    before: int | None = None
    content_hash: str = ""


def short(key: str) -> str:
    """Return a key of the source as it is stored: a longer one by its beginning and a digest."""
    return key if len(key) <= 255 else f"{key[:200]}:{uuid.uuid5(uuid.NAMESPACE_URL, key)}"


def write(batch: Sequence[Ready], run: ImportRun) -> list[ImportedItem]:
    """Write items in the caller's transaction, and return what is kept of each; a preview writes no page.

    Raises what validating or saving an item raises, or a receiver of ``pages_imported``: then nothing is to be kept.
    """
    made = [each for each in batch if each.what == "created" and not run.is_preview]
    for each in batch:
        if each.what == "changed":
            _change(each, run)
    if made:
        _create(made, run)
    rows = [_row(each, run) for each in batch]
    for row in rows:
        if row.pk is not None:
            row.save()
    # A preview tells once of a key that comes twice.
    ImportedItem.objects.bulk_create([row for row in rows if row.pk is None], ignore_conflicts=run.is_preview)
    if made:
        pages_imported.send(sender=ImportRun, pages=[each.page for each in made], run=run)
    return rows


def _row(ready: Ready, run: ImportRun) -> ImportedItem:
    item, is_written = ready.item, ready.what in {"created", "changed"}
    identity = f"preview {run.pk}" if run.is_preview else run.identity
    row = None if run.is_preview else ready.former
    row = row or ImportedItem(identity=identity, kind=ImportedItem.Kind.PAGE, key=short(item.key))
    row.run, row.what, row.created, row.before = run, ready.what, ready.what == "created", ready.before
    row.language, row.group, row.original = ready.language[:20], short(item.group), item.original
    # The source writes entities.
    row.title = ready.page.title if ready.page else row.title or item.title[:255]
    row.addresses = list(item.addresses)
    row.notes = [[note.kind, str(note.text)] for note in ready.notes]
    if is_written and not run.is_preview:
        row.page, row.object_id = ready.page, ready.page.pk
        row.digest, row.content_hash = ready.digest, ready.content_hash
        row.made_by = run if row.created else row.made_by
    return row


def _create(batch: Sequence[Ready], run: ImportRun) -> None:
    pages = [each.page for each in batch]
    _join_translations(batch, run)
    places = insertion.take_places([each.section for each in batch])
    slugs = _free_slugs(batch, [section for section, _path in places])
    now = timezone.now()
    for page, (section, path), slug in zip(pages, places, slugs, strict=True):
        insertion.place(page, section, path, slug)
        page.latest_revision_created_at, page.draft_title = now, page.title
        page.prepare()
    insertion.insert(pages)
    base = ContentType.objects.get_for_model(Page)
    types = {
        model: ContentType.objects.get_for_model(model, for_concrete_model=False) for model in set(map(type, pages))
    }
    revisions = Revision.objects.bulk_create(
        [
            Revision(
                content_type=types[type(page)],
                base_content_type=base,
                object_id=str(page.pk),
                created_at=now,
                # It is prepared already, which takes as long as all else here.
                content=Page.serializable_data(page),
                object_str=str(page),
            )
            for page in pages
        ]
    )
    for ready in batch:
        ready.content_hash = content_hash(ready.page)
    RevisionLineage.objects.bulk_create(
        [
            RevisionLineage(revision=revision, content_hash=each.content_hash, hashed_at=now)
            for each, revision in zip(batch, revisions, strict=True)
        ]
    )
    for page, revision in zip(pages, revisions, strict=True):
        page.latest_revision_id, page.live_revision_id = revision.pk, revision.pk if page.live else None
    Page.objects.bulk_update(pages, ["latest_revision", "live_revision"])
    _refer(pages, base, types)
    _enter_into_admin_search(pages)
    entries = [
        PageLogEntry(
            page_id=page.pk,
            content_type=types[type(page)],
            label=page.get_admin_display_title(),
            action=action,
            timestamp=now,
            data=_logged(run, live=page.live) if action == IMPORTED else {},
            user=run.started_by,
            uuid=uuid.uuid4(),
            revision_id=page.latest_revision_id,
            content_changed=True,
        )
        for page in pages
        # The second is what everybody looks for who asks which version was published last.
        for action in ((IMPORTED, PUBLISHED) if page.live else (IMPORTED,))
    ]
    PageLogEntry.objects.bulk_create(entries)


def _logged(run: ImportRun, *, live: bool) -> dict[str, Any]:
    return {"source": run.identity, "run": run.pk, "live": live}


def _join_translations(batch: Sequence[Ready], run: ImportRun) -> None:
    """Give pages of one group one translation key, that of those which are there already."""
    groups = {short(each.item.group) for each in batch} - {""}
    there = ImportedItem.objects.filter(identity=run.identity, kind=ImportedItem.Kind.PAGE, page__isnull=False)
    keys: dict[str, uuid.UUID] = {}
    for group, key in there.filter(group__in=groups).order_by("pk").values_list("group", "page__translation_key"):
        keys.setdefault(group, key)
    for each in batch:
        if each.item.group:
            keys.setdefault(short(each.item.group), uuid.UUID(str(each.page.translation_key)))
    taken = set(Page.objects.filter(translation_key__in=keys.values()).values_list("translation_key", "locale_id"))
    for each in batch:
        key = keys.get(short(each.item.group)) or uuid.UUID(str(each.page.translation_key))
        if (key, each.page.locale_id) in taken:
            key = uuid.uuid4()
            text = _("The article has another text in this language already, so it stands alone.")
            each.notes.append(Note("guessed", text))
        taken.add((key, each.page.locale_id))
        each.page.translation_key = key


def _free_slugs(batch: Sequence[Ready], sections: Sequence[Page]) -> list[str]:
    """Return a slug for each item that no other page of its section has: the source's where it is Latin."""
    wanted = [
        each.item.slug if _LATIN.fullmatch(each.item.slug) else slugify(each.item.title or each.item.key, each.language)
        for each in batch
    ]
    chosen = Q(pk__in=[])
    for section, slug in zip(sections, wanted, strict=True):
        chosen |= Q(path__startswith=section.path, depth=section.depth + 1, slug__startswith=slug)
    taken: dict[str, set[str]] = defaultdict(set)
    for path, slug in Page.objects.filter(chosen).values_list("path", "slug"):
        taken[path[: -Page.steplen]].add(slug)
    found = []
    for section, slug in zip(sections, wanted, strict=True):
        numbered = (slug if number == 1 else f"{slug[:240]}-{number}" for number in count(1))
        found.append(next(each for each in numbered if each not in taken[section.path]))
        taken[section.path].add(found[-1])
    return found


def _refer(pages: Sequence[Any], base: ContentType, types: dict[type, ContentType]) -> None:
    """Record what pages refer to, and hold the files among it."""
    files = {ContentType.objects.get_for_model(model).pk for model in frozen_fields()}
    references, uses = [], []
    for page in pages:
        found = set(ReferenceIndex._extract_references_from_object(page))  # noqa: SLF001
        used = {(kind, key) for kind, key, _model_path, _path in found if kind in files}
        uses += [FileUse(revision_id=page.latest_revision_id, file_type_id=kind, file_id=key) for kind, key in used]
        references += [
            ReferenceIndex(
                content_type=types[type(page)],
                base_content_type=base,
                object_id=page.pk,
                to_content_type_id=kind,
                to_object_id=key,
                model_path=model_path,
                content_path=path,
                content_path_hash=ReferenceIndex._get_content_path_hash(path),  # noqa: SLF001
            )
            for kind, key, model_path, path in found
        ]
    ReferenceIndex.objects.bulk_create(references, batch_size=insertion.BATCH)
    FileUse.objects.bulk_create(uses)
    if uses:
        hold(*{use.revision_id for use in uses})


def _enter_into_admin_search(pages: Sequence[Any]) -> None:
    for name, backend in get_search_backends_with_name(with_auto_update=True):
        for model in dict.fromkeys(map(type, pages)):
            try:
                backend.add_bulk(model, [page for page in pages if type(page) is model])
            except Exception:
                # As Wagtail does for a single page.
                logger.exception(
                    "Imported pages can't be entered into the search backend %r: run `rebuild_modelsearch_index`.", name
                )
                if not backend.catch_indexing_errors:
                    raise


def _change(ready: Ready, run: ImportRun) -> None:
    """Write a new version of a page that is as an import wrote it; else it is kept, and that is noted."""
    former: Any = ready.former
    page = lock_pages([former.page_id])[former.page_id].specific
    if touched(former, page):
        ready.what = "kept"
        text = _("It was changed here since, so what changed in the source was left out.")
        ready.notes = [Note("dropped", text)]
    elif not run.is_preview:
        ready.before = page.latest_revision_id
        ready.page = _write_version(page, ready.page, run)
        ready.content_hash = content_hash(ready.page)


def _write_version(page: Any, made: Any, run: ImportRun) -> Any:
    """Save a version of a page with the content of another that isn't stored, and publish it if that is live."""
    version = page.get_latest_revision_as_object()
    for each in made._meta.concrete_fields:
        is_content = each.model is not Page or each.name in {"title", "seo_title", "search_description"}
        if is_content and not getattr(each.remote_field, "parent_link", False):
            setattr(version, each.attname, getattr(made, each.attname))
    for name, rows in vars(made).get("_cluster_related_objects", {}).items():
        if name != COMMENTS_RELATION_NAME:
            setattr(version, name, rows)
    revision = version.save_revision()
    data = _logged(run, live=made.live or page.live)
    log(instance=version, action=IMPORTED, user=run.started_by, revision=revision, data=data)
    if made.live:
        with by_approval():
            revision.publish()
        dates = {"first_published_at": made.first_published_at, "last_published_at": made.last_published_at}
        Page.objects.filter(pk=page.pk).update(**dates)
    return version


def touched(row: ImportedItem, page: Any) -> bool:
    """Tell whether anybody changed, published or unpublished a page since an import wrote it, or works on it."""
    entry = PageLogEntry.objects.filter(page=page.pk, action=IMPORTED).order_by("timestamp", "pk").last()
    was_live = bool(entry and entry.data.get("live"))
    is_same = content_hash(page.get_latest_revision_as_object()) == row.content_hash
    return bool(not is_same or page.live != was_live or page.locked or page.current_workflow_state)


def outside_users(page: Page, made: Iterable[int]) -> bool:
    """Tell whether a page that isn't one of these refers to it, is an alias of it or its translation."""
    base, made = ContentType.objects.get_for_model(Page), set(made)
    references = ReferenceIndex.get_references_to(page).values_list("base_content_type", "object_id")
    if any(kind != base.pk or int(key) not in made for kind, key in references):
        return True
    others = Page.objects.filter(Q(translation_key=page.translation_key) | Q(alias_of=page)).exclude(pk=page.pk)
    return bool(others.exclude(pk__in=ImportedItem.objects.filter(page__isnull=False).values("page")).exists())


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    @actions.register_action(IMPORTED)
    class ImportedFormatter(LogFormatter):
        label = gettext_lazy("Import")

        def format_message(self, log_entry: Any) -> str:
            source = {"source": log_entry.data.get("source", "")}
            if log_entry.data.get("live"):
                return _("Imported from %(source)s, approved there") % source
            return _("Imported from %(source)s as a draft") % source
