"""What changes the index: notes of changes, and their processing."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import router, transaction
from django.db.models import Exists, Max, OuterRef
from django.db.models.functions import Left, Length
from wagtail.models import Page, PageViewRestriction
from wagtail.query import PageQuerySet

from chorsu_delivery.leases import LeasedQuerySet
from chorsu_search.breaker import get_breaker
from chorsu_search.conf import get_settings
from chorsu_search.documents import SearchDocument, build_document, with_texts
from chorsu_search.engines import engine_names, get_engine
from chorsu_search.engines.base import Engine, EngineUnavailableError, in_a_hurry, within
from chorsu_search.forgiving.services import forget_words, remember_words
from chorsu_search.models import IndexChange, IndexVersion
from chorsu_search.names import forget_headlines, store_headlines
from chorsu_search.registry import prepare_pages

logger = logging.getLogger("search")

BATCH = 100
EDITORS_WAIT = 0.15  # seconds for an engine that is elsewhere, after somebody saved a page
# What a save writes when it only keeps Wagtail's books: nothing of it is found by search.
BOOKKEEPING = frozenset(
    {
        "latest_revision", "latest_revision_created_at", "has_unpublished_changes", "draft_title", "live_revision",
        "locked", "locked_at", "locked_by", "go_live_at", "numchild", "alias_of_id", "owner",
    }
)  # fmt: skip


@dataclass(slots=True)
class SyncReport:
    """What a run of ``sync`` did: pages written, rows put back, and what went wrong."""

    done: int = 0
    put_back: int = 0
    error: str = ""


# --- noting changes ---------------------------------------------------------------------------------------------


def note_changes(page_ids: Iterable[int], *, subtree: bool = False) -> None:
    """Write that pages changed, one row per engine, in the caller's transaction; they are indexed after it."""
    using = router.db_for_write(IndexChange)
    changes = [
        IndexChange(engine=name, page_id=page_id, subtree=subtree) for page_id in page_ids for name in engine_names()
    ]
    IndexChange.objects.using(using).bulk_create(changes)
    if get_settings().after_commit and changes:
        keys = [change.pk for change in changes]
        transaction.on_commit(lambda: _sync_rows(keys), using=using, robust=True)


def page_saved(page: Page, update_fields: Iterable[str] | None) -> None:
    """Note a saved page, unless only Wagtail's bookkeeping was saved."""
    if update_fields is None or not BOOKKEEPING.issuperset(update_fields):
        note_changes([page.pk])


def page_about_to_be_saved(page: Page, update_fields: Iterable[str] | None) -> None:
    """Note the pages below a page that moves, changes its slug, or is shown or hidden.

    Done before saving, in the transaction of ``Page.save``: Wagtail's signals of moves and slugs come after it, and
    a crash between would lose them.
    """
    if not page.pk or not page.numchild or (update_fields is not None and BOOKKEEPING.issuperset(update_fields)):
        return
    stored = Page.objects.filter(pk=page.pk).values_list("url_path", "slug", "live").first()
    if stored is not None and stored != (page.url_path, page.slug, page.live):
        note_changes([page.pk], subtree=True)


def page_deleted(page: Page) -> None:
    """Note a deleted page; Wagtail signals each page below it too."""
    note_changes([page.pk])


def restriction_changed(page_id: int) -> None:
    """Note that a page and those below it became private or public."""
    note_changes([page_id], subtree=True)


# --- processing changes -----------------------------------------------------------------------------------------


def next_version() -> int:
    """Return a number above every earlier one; take it before reading what it stands for."""
    with transaction.atomic(using=router.db_for_write(IndexVersion)):
        version = IndexVersion.objects.create()
        IndexVersion.objects.filter(pk__lt=version.pk).delete()
    return version.pk


def last_version() -> int:
    """Return the highest number that ``next_version`` has given; 0 before the first."""
    return IndexVersion.objects.aggregate(newest=Max("pk"))["newest"] or 0


def findable_pages() -> PageQuerySet:
    """Return the pages that readers may find."""
    return findable(Page.objects.all())


def findable[Pages: PageQuerySet](pages: Pages) -> Pages:
    """Keep the pages that readers may find: live, public, no root, of no excluded type.

    An alias has its original's text, which is found already, and is as private as the original.
    """
    pages = pages.live().filter(depth__gt=1, alias_of__isnull=True)
    # As ``public()`` does, without a question of its own.
    at_or_above = PageViewRestriction.objects.filter(page__path=Left(OuterRef("path"), Length("page__path")))
    pages = pages.exclude(Exists(at_or_above))
    for label in get_settings().exclude:
        app_label, _, model = label.lower().partition(".")
        pages = pages.exclude(content_type__app_label=app_label, content_type__model=model)
    return pages


def sync(*, limit: int | None = None) -> SyncReport:
    """Index the changes that are due, for each engine; ``limit`` bounds the rows taken per engine.

    An engine that doesn't answer keeps its rows, which wait longer each time; the other engines go on.
    """
    report = SyncReport()
    for name in engine_names():
        rows = IndexChange.objects.filter(engine=name)
        while _expand_subtrees(rows):
            pass
        taken = 0
        while limit is None or taken < limit:
            size = BATCH if limit is None else min(BATCH, limit - taken)
            count = _sync_engine(name, rows, size, report)
            taken += count
            if not count:
                break
    return report


def _sync_rows(keys: Sequence[int]) -> None:
    """Try rows of a transaction that has just ended; what doesn't work now, or not at once, is the next sweep's."""
    for name in engine_names():
        breaker = get_breaker(name)
        if breaker.failures or not breaker.is_quick():
            continue
        started = time.monotonic()
        below = _expand_subtrees(IndexChange.objects.filter(engine=name, pk__in=keys))
        rows = IndexChange.objects.filter(engine=name, pk__in=[*keys, *below[:BATCH]])
        with within(EDITORS_WAIT):
            _sync_engine(name, rows, BATCH, SyncReport())
        breaker.note_write(time.monotonic() - started)


def _expand_subtrees(rows: LeasedQuerySet[IndexChange]) -> list[int]:
    """Replace rows that stand for a page and those below it by a row per page; return the new rows' keys."""
    created: list[int] = []
    if not (claimed := rows.filter(subtree=True).claim(limit=10)):
        return created
    with rows.renewing(claimed):
        for row in claimed:
            pages = [row.page_id]
            if top := Page.objects.filter(pk=row.page_id).first():
                pages += list(top.get_descendants().values_list("pk", flat=True))
            with transaction.atomic(using=router.db_for_write(IndexChange)):
                new = IndexChange.objects.bulk_create(
                    [IndexChange(engine=row.engine, page_id=page_id) for page_id in pages], batch_size=500
                )
                IndexChange.objects.all().finish([row])
            created += [change.pk for change in new]
    return created


def _sync_engine(name: str, rows: LeasedQuerySet[IndexChange], size: int, report: SyncReport) -> int:
    """Process one claim of an engine's rows and return how many were taken; 0 ends the caller's loop."""
    breaker = get_breaker(name)
    if not rows.due().exists() or not breaker.allows():
        return 0
    claimed = rows.filter(subtree=False).claim(limit=size)
    if not claimed:
        return 0
    left = list(claimed)
    try:
        with rows.renewing(claimed):
            _process_each(get_engine(name), left, report)
    except EngineUnavailableError as error:
        if in_a_hurry():
            breaker.leave_to_the_worker()  # a moment is too little to say that nobody is there
        else:
            breaker.failed(error)
        report.error = str(error)
        for row in left:
            row.attempts = 1  # the breaker holds back; the rows need not wait long once the engine is there again
        report.put_back += IndexChange.objects.all().put_back(left, str(error))
        return 0
    breaker.succeeded()
    return len(claimed)


def _process_each(engine: Engine, left: list[IndexChange], report: SyncReport) -> None:
    """Process rows together or, where one is refused, one by one; what is done leaves the list."""
    try:
        _process(engine, left, report)
        left.clear()
    except EngineUnavailableError:
        raise
    except Exception:  # noqa: BLE001 - told for the page that it is about
        while left:
            _process_alone(engine, left[0], report)
            del left[0]


def _process(engine: Engine, claimed: Sequence[IndexChange], report: SyncReport) -> None:
    """Write the pages of claimed rows as they are now; a page that can't be read is put back by itself."""
    page_ids = list(dict.fromkeys(row.page_id for row in claimed))
    version = next_version()
    pages = {page.pk: page for page in specific_pages(page_ids)}
    documents, unreadable = read_documents(pages.values(), version)
    gone = [page_id for page_id in page_ids if page_id not in pages]
    if documents:
        engine.index(documents)
    if gone:
        engine.delete(gone, version=version)
    # Together: on SQLite each transaction waits for whoever writes, and somebody waits for this one.
    with transaction.atomic(using=router.db_for_write(IndexChange)):
        if documents:
            store_headlines(documents)
            remember_words(documents)
        if gone:
            forget_headlines(gone)
            forget_words(gone, version=version)
        bad = [row for row in claimed if row.page_id in unreadable]
        put_back = IndexChange.objects.all().put_back(bad, "This page could not be read; the log says why.")
        done = IndexChange.objects.all().finish([row for row in claimed if row.page_id not in unreadable])
    report.put_back += put_back
    report.done += done


def _process_alone(engine: Engine, row: IndexChange, report: SyncReport) -> None:
    try:
        _process(engine, [row], report)
    except EngineUnavailableError:
        raise
    except Exception as error:
        logger.exception("Page %s could not be indexed.", row.page_id)
        report.error = f"Page {row.page_id}: {error}"
        report.put_back += IndexChange.objects.all().put_back([row], report.error)


def specific_pages(page_ids: Sequence[int]) -> list[Page]:
    """Return those of the pages that readers may find, each of its own class.

    Not by Wagtail's ``specific()``: it raises KeyError when a page is deleted between its two queries.
    """
    keys: dict[type[Page], list[int]] = {}
    for page in findable_pages().filter(pk__in=page_ids):
        keys.setdefault(page.specific_class or Page, []).append(page.pk)
    found: list[Page] = []
    for model, of_model in keys.items():
        pages = list(with_texts(model.objects.filter(pk__in=of_model)))
        try:
            prepare_pages(pages)
        except Exception:
            logger.exception("What is read of pages of %s could not be fetched at once.", model)
        found += pages
    return found


def read_documents(pages: Iterable[Page], version: int) -> tuple[list[SearchDocument], set[int]]:
    """Build documents; a page whose building fails is logged and returned, since it must not stop the others."""
    documents, unreadable = [], set()
    for page in pages:
        try:
            documents.append(build_document(page, version=version))
        except Exception:
            logger.exception("Page %s (%s) could not be read for search.", page.pk, page.specific_class)
            unreadable.add(page.pk)
    return documents, unreadable
