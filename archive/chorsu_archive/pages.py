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
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_noop as _
from modelcluster.models import get_all_child_relations, get_field_value
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry, LogFormatter, log
from wagtail.models import COMMENTS_RELATION_NAME, Page, PageLogEntry, ReferenceIndex, Revision
from wagtail.search.backends import get_search_backends_with_name

from chorsu_archive.items import ArchiveError, Item, Note
from chorsu_archive.models import ImportedItem, ImportRun
from chorsu_archive.signals import pages_imported
from chorsu_articles.models import SectionPage
from chorsu_articles.services import insertion
from chorsu_editorial.file_usage.files import FileUse, frozen_fields, hold, record
from chorsu_editorial.hashing import content_hash, version_hash
from chorsu_editorial.lineage import RevisionLineage, by_approval
from chorsu_editorial.lock_order import lock_pages
from chorsu_locales.normal_form import permitted
from chorsu_locales.text import slugify

logger = logging.getLogger("chorsu_archive")

IMPORTED = "chorsu_archive.import"
PUBLISHED = "wagtail.publish"
WRITTEN = ("created", "changed")
# Of these nothing is stored but their number.
COUNTED = ("unchanged", "left_out", "messages")
_LATIN = re.compile(r"[-\w]{1,255}", re.ASCII)


@dataclass(slots=True)
class Ready:
    """An item that can be written.

    ``row`` is what is kept of it, and says ``what`` happens to it: a key of ``ImportRun.counts``. ``digest`` is that of
    what the source says. ``page`` is it as a new page without a place, which holds its rows in memory.
    """

    item: Item
    row: ImportedItem
    digest: str = ""
    section: SectionPage | None = None
    page: Any = None

    def tell(self, *notes: Note) -> None:
        stored = (note.stored() for note in notes)
        self.row.notes += [note for note in stored if note not in self.row.notes]

    def fail(self, reason: Note) -> None:
        """Note why an item can't be written."""
        self.row.what, self.page = "failed", None
        self.tell(reason)

    def keep(self, reason: str) -> None:
        """Note why a page stays as it is."""
        self.row.what, self.row.notes, self.page = "kept", [], None
        self.tell(Note("dropped", reason))


def short(key: str) -> str:
    """Return a key of the source as it is stored: a longer one by its beginning and a digest."""
    key = permitted(key)
    return key if len(key) <= 255 else f"{key[:200]}:{uuid.uuid5(uuid.NAMESPACE_URL, key)}"


def row_of(item: Item, run: ImportRun, former: ImportedItem | None = None) -> ImportedItem:
    """Return the row that is to keep an item, not saved: the former one, or, as always in a preview, one more."""
    row = former or ImportedItem(identity=run.identity, kind=ImportedItem.Kind.PAGE, key=short(item.key))
    if run.is_preview:
        row.pk, row.identity, row.made_by = None, f"preview {run.pk}", None
    row.run, row.group, row.original, row.before = run, short(item.group), item.original, None
    row.addresses, row.notes = list(map(permitted, item.addresses)), []
    Ready(item, row).tell(*item.notes)
    row.title = row.title or permitted(item.title)[:255]
    return row


def write(batch: Sequence[Ready], run: ImportRun) -> list[ImportedItem]:
    """Write items in the caller's transaction, and return their rows; a preview writes no page.

    Of items that are only ``COUNTED`` nothing is written. Raises what validating or saving an item raises, or a
    receiver of ``pages_imported``: then nothing is to be kept.
    """
    batch = [each for each in batch if each.row.what not in COUNTED]
    changed = [each for each in batch if each.row.what == "changed"]
    new = [each for each in batch if each.row.what == "created" and not run.is_preview]
    for each in changed:
        _change(each, run)
    _join_translations(new, changed, run)
    if new:
        _create(new, run)
    for each in batch:
        if each.page:
            each.row.title = each.page.title  # the source writes entities
        if run.is_preview:
            each.row.page = None  # or what follows pages would take it for theirs
        if each.row.pk is not None:
            each.row.save()
    # A preview tells once of a key that comes twice.
    rows = [each.row for each in batch]
    ImportedItem.objects.bulk_create([row for row in rows if row.pk is None], ignore_conflicts=run.is_preview)
    if new:
        pages_imported.send(sender=ImportRun, pages=[each.page for each in new], run=run)
    return rows


def _create(batch: Sequence[Ready], run: ImportRun) -> None:
    try:
        places = insertion.take_places([each.section for each in batch])
    except KeyError as error:
        raise ArchiveError(_("The section that it was to go to has been deleted.")) from error
    slugs, now = _free_slugs(batch, [section for section, _path in places]), timezone.now()
    pages = [each.page for each in batch]
    for page, place, slug in zip(pages, places, slugs, strict=True):
        insertion.place(page, *place, slug)
        page.latest_revision_created_at, page.draft_title = now, page.title
        page.prepare()
    insertion.insert(pages)
    revisions = Revision.objects.bulk_create(
        Revision(
            content_type_id=page.content_type_id,
            base_content_type=page.get_base_content_type(),
            object_id=str(page.pk),
            created_at=now,
            # It is prepared already, which takes as long as all else here.
            content=Page.serializable_data(page),
            object_str=str(page),
        )
        for page in pages
    )
    lineages = []
    for each, revision in zip(batch, revisions, strict=True):
        _note_written(each)
        each.row.made_by = run
        each.page.latest_revision_id, each.page.live_revision_id = revision.pk, revision.pk if each.page.live else None
        lineages.append(RevisionLineage(revision=revision, content_hash=content_hash(each.page), hashed_at=now))
    RevisionLineage.objects.bulk_create(lineages)
    Page.objects.bulk_update(pages, ["latest_revision", "live_revision"])
    refer(pages)
    for _name, backend in get_search_backends_with_name(with_auto_update=True):
        for model in set(map(type, pages)):
            backend.add_bulk(model, [page for page in pages if type(page) is model])
    PageLogEntry.objects.bulk_create(
        PageLogEntry(
            page_id=page.pk,
            content_type_id=page.content_type_id,
            label=page.get_admin_display_title(),
            action=action,
            timestamp=now,
            data=logged_facts(run, live=page.live) if action == IMPORTED else {},
            user=run.started_by,
            uuid=uuid.uuid4(),
            revision_id=page.latest_revision_id,
            content_changed=True,
        )
        for page in pages
        # The second is what everybody looks for who asks which version was published last.
        for action in ((IMPORTED, PUBLISHED) if page.live else (IMPORTED,))
    )


def _note_written(ready: Ready) -> None:
    ready.row.page, ready.row.digest = ready.page, ready.digest


def logged_facts(run: ImportRun, *, live: bool) -> dict[str, Any]:
    """Return what the history of a page keeps of an import."""
    return {"source": run.identity, "run": run.pk, "live": live}


def _join_translations(batch: Sequence[Ready], changed: Sequence[Ready], run: ImportRun) -> None:
    """Give pages of one group one translation key, that of those which are there already."""
    groups = {each.row.group for each in (*batch, *changed)} - {""}
    there = ImportedItem.objects.filter(identity=run.identity, kind=ImportedItem.Kind.PAGE, page__isnull=False)
    keys: dict[str, Any] = {}
    for group, key in there.filter(group__in=groups).order_by("pk").values_list("group", "page__translation_key"):
        keys.setdefault(group, key)
    for each in changed:
        page = each.row.page
        if page and each.page and each.row.group:
            own = page.translation_key
            if keys.setdefault(each.row.group, own) != own:
                text = _("The source joins it with translations that stand apart here: take both back to join them.")
                each.tell(Note("dropped", text))
    for each in batch:
        own = uuid.UUID(str(each.page.translation_key))
        each.page.translation_key = keys.setdefault(each.row.group, own) if each.row.group else own
    wanted = {each.page.translation_key for each in batch}
    taken = set(Page.objects.filter(translation_key__in=wanted).values_list("translation_key", "locale_id"))
    for each in batch:
        if (each.page.translation_key, each.page.locale_id) in taken:
            each.page.translation_key = uuid.uuid4()
            each.tell(Note("guessed", _("The article has another text in this language already, so it stands alone.")))
        taken.add((each.page.translation_key, each.page.locale_id))


def _free_slugs(batch: Sequence[Ready], sections: Sequence[Page]) -> list[str]:
    """Return a slug for each item that no other page of its section has: the source's where it is Latin."""
    wanted = [
        each.item.slug
        if _LATIN.fullmatch(each.item.slug)
        else slugify(each.item.title or each.item.key, each.row.language)
        for each in batch
    ]
    chosen = Q(pk__in=[])
    for section, slug in zip(sections, wanted, strict=True):
        chosen |= Q(path__startswith=section.path, depth=section.depth + 1, slug__startswith=slug[:240])
    taken: dict[str, set[str]] = defaultdict(set)
    for path, slug in Page.objects.filter(chosen).values_list("path", "slug"):
        taken[path[: -Page.steplen]].add(slug)
    found = []
    for section, slug in zip(sections, wanted, strict=True):
        numbered = (slug if number == 1 else f"{slug[:240]}-{number}" for number in count(1))
        found.append(next(each for each in numbered if each not in taken[section.path]))
        taken[section.path].add(found[-1])
    return found


def refer(pages: Sequence[Any]) -> None:
    """Record what pages refer to now, and hold the files among it, which their latest version uses."""
    files = {ContentType.objects.get_for_model(model).pk for model in frozen_fields()}
    references, uses = [], []
    for page in pages:
        found = set(ReferenceIndex._extract_references_from_object(page))  # noqa: SLF001
        used = {(kind, key) for kind, key, _model_path, _path in found if kind in files}
        uses += [FileUse(revision_id=page.latest_revision_id, file_type_id=kind, file_id=key) for kind, key in used]
        references += [
            ReferenceIndex(
                content_type_id=page.content_type_id,
                base_content_type=page.get_base_content_type(),
                object_id=page.pk,
                to_content_type_id=kind,
                to_object_id=key,
                model_path=model_path,
                content_path=path,
                content_path_hash=ReferenceIndex._get_content_path_hash(path),  # noqa: SLF001
            )
            for kind, key, model_path, path in found
        ]
    of_page, keys = ContentType.objects.get_for_model(Page), [page.pk for page in pages]
    ReferenceIndex.objects.filter(base_content_type=of_page, object_id__in=keys).delete()
    ReferenceIndex.objects.bulk_create(references, batch_size=insertion.BATCH)
    FileUse.objects.filter(revision__in=[page.latest_revision_id for page in pages]).delete()
    FileUse.objects.bulk_create(uses)
    if uses:
        hold(*{use.revision_id for use in uses})


def _change(ready: Ready, run: ImportRun) -> None:
    """Write a new version of a page that is as an import wrote it; else it is kept, and that is noted."""
    row, made = ready.row, ready.page
    page: Any = lock_pages([row.page_id])[row.page_id or 0].specific
    if touched(page):
        ready.keep(_("It was changed here since, so what changed in the source was left out."))
    elif page.live and not made.live:
        ready.tell(Note("guessed", _("It came as a draft, so what is live here stays as it is.")))
    if ready.page is None or run.is_preview:
        return
    version = ready.page = page.get_latest_revision_as_object()
    for each in made._meta.concrete_fields:
        is_content = each.model is not Page or each.name in {"title", "seo_title", "search_description"}
        if is_content and not getattr(each.remote_field, "parent_link", False):
            setattr(version, each.attname, getattr(made, each.attname))
    for name, rows in vars(made).get("_cluster_related_objects", {}).items():
        if name != COMMENTS_RELATION_NAME:
            setattr(version, name, rows)
    row.before = page.latest_revision_id
    revision = version.save_revision()
    data = logged_facts(run, live=made.live or page.live)
    log(instance=version, action=IMPORTED, user=run.started_by, revision=revision, data=data)
    if made.live:
        with by_approval():
            revision.publish()
        dates = {"first_published_at": made.first_published_at, "last_published_at": made.last_published_at}
        Page.objects.filter(pk=page.pk).update(**dates)
    _note_written(ready)


def touched(page: Any) -> bool:
    """Tell whether somebody changed a page, its date or schedule since an import wrote it, or works on it."""
    return page.pk not in _as_imported([page])


def lock_untouched(keys: Collection[Any]) -> list[Any]:
    """Lock pages until the transaction ends, and return those that aren't ``touched``.

    Each is of its own type, with its latest version and its child rows in memory.
    """
    locked = Page.objects.filter(pk__in=lock_pages(keys)).order_by("pk")
    pages: list[Any] = list(locked.specific().prefetch_workflow_states())
    prefetch_related_objects(pages, "latest_revision")
    as_imported = _as_imported(pages)
    found = [page for page in pages if page.pk in as_imported]
    models: set[Any] = set(map(type, found))
    for model in models:
        rows = [relation.get_accessor_name() for relation in get_all_child_relations(model)]
        prefetch_related_objects([page for page in found if type(page) is model], *rows)
    return found


def _as_imported(pages: Sequence[Any]) -> set[int]:
    """Return the keys of those pages that nobody has changed since an import wrote them, and nobody works on."""
    written = PageLogEntry.objects.filter(page__in=[page.pk for page in pages], action=IMPORTED)
    last = {entry.page_id: entry for entry in written.order_by("timestamp", "pk")}
    return {page.pk for page in pages if page.pk in last and _is_as_written(page, last[page.pk])}


def _is_as_written(page: Any, entry: PageLogEntry) -> bool:
    """Tell whether a page is as it was at an entry of its history."""
    latest = page.get_latest_revision()
    if latest is None or page.live != entry.data["live"] or page.locked or page.current_workflow_state:
        return False
    if latest.pk == entry.revision_id:
        return True
    written = Revision.objects.filter(pk=entry.revision_id).first()
    return written is not None and version_hash(latest.as_object()) == version_hash(written.as_object())


def write_in_place(page: Any, values: Mapping[str, Any]) -> None:
    """Write fields of a page of ``lock_untouched`` into its version and the live page alike; it counts as untouched.

    A live page whose version is a draft stays as it is. What is shown has to ``refer`` afterwards.
    """
    for name, value in values.items():
        setattr(page, name, value)
    if is_shown(page):
        type(page).objects.filter(pk=page.pk).update(**values)
    revision = page.latest_revision
    revision.content |= {name: get_field_value(page._meta.get_field(name), page) for name in values}
    Revision.objects.filter(pk=revision.pk).update(content=revision.content)
    if not is_shown(page):
        record(revision, revision.as_object())


def is_shown(page: Any) -> bool:
    """Tell whether the latest version of a page is what its row says."""
    return not (page.live and page.has_unpublished_changes)


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    @actions.register_action(IMPORTED)
    class ImportedFormatter(LogFormatter):
        label = gettext_lazy("Import")

        def format_message(self, log_entry: Any) -> str:
            source = {"source": log_entry.data.get("source", "")}
            if log_entry.data.get("live"):
                return gettext("Imported from %(source)s, approved there") % source
            return gettext("Imported from %(source)s as a draft") % source
