"""Filling the index anew: by hand, and by the sweep after a restored backup or a rebuild that was killed."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from django.core.management.color import no_style
from django.db import connections, router, transaction
from wagtail.models import Locale

from chorsu_search.breaker import get_breaker
from chorsu_search.documents import SearchDocument
from chorsu_search.engines import engine_names, get_engine
from chorsu_search.engines.base import EngineError, EngineUnavailableError, Progress
from chorsu_search.forgiving.services import Readings, forget_older_words
from chorsu_search.models import IndexChange, IndexRebuild, IndexVersion
from chorsu_search.names import forget_older_headlines, store_all_names, store_headlines
from chorsu_search.services import (
    BATCH,
    SyncReport,
    findable_pages,
    last_version,
    next_version,
    read_documents,
    specific_pages,
    sync,
)

logger = logging.getLogger("search")

LOOK_EVERY = 60.0  # seconds between two looks of a process whether a backup was restored
_looked: dict[str, float] = {}


def sweep(*, limit: int | None = None) -> SyncReport:
    """Index what changed, and rebuild what has to be: ``sweep_changes`` and ``rebuild_due``, one after the other."""
    report = sweep_changes(limit=limit)
    rebuild_due(report)
    return report


def sweep_changes(*, limit: int | None = None) -> SyncReport:
    """Index what changed (see ``sync``), and note which index has to be rebuilt.

    It is one that knows later changes than the database does: the database was restored from a backup.
    """
    report = sync(limit=limit)
    _for_each_engine(_look_for_a_restored_backup, report)
    return report


def rebuild_due(report: SyncReport | None = None) -> None:
    """Rebuild what a restored backup has made wrong, or whose rebuild was killed; this may last."""
    _for_each_engine(_rebuild_where_due, report or SyncReport())


def _for_each_engine(work: Callable[[str], None], report: SyncReport) -> None:
    for name in engine_names():
        if get_breaker(name).failures:
            continue
        try:
            work(name)
        except EngineUnavailableError as error:
            get_breaker(name).failed(error)
            report.error = str(error)
        except EngineError as error:
            logger.exception("The search index %r could not be rebuilt.", name)
            report.error = str(error)


def _rebuild_where_due(name: str) -> None:
    if IndexRebuild.objects.filter(engine=name).due().exists():
        rebuild(engines=[name])


def is_newer_than_the_database(name: str) -> bool:
    """Return whether an engine's index knows changes that the database has never made. Raises ``EngineError``."""
    # In this order: a change that comes between is in the database before it is in the index.
    newest = get_engine(name).newest_version()
    return newest > last_version()


def rebuild(
    *, languages: Sequence[str] | None = None, engines: Sequence[str] | None = None, progress: Progress | None = None
) -> None:
    """Fill the index of each language and engine anew while people go on publishing and searching.

    ``progress(language, done)`` is told how many pages of a language are written. A page that can't be read or that the
    engine refuses is logged and tried again by ``sync``. Raises ``EngineError``, also where another process rebuilds
    the engine.
    """
    codes = list(languages or Locale.objects.order_by("pk").values_list("language_code", flat=True))
    report: Callable[[str, int], None] = progress or (lambda _language, _done: None)
    store_all_names()
    for name in engines or engine_names():
        left: set[int] = set()
        readings = Readings()
        batches = partial(_batches, unreadable=left, readings=readings)
        with _reserved_for_rebuild(name, whole=not languages):
            version = next_version()
            left.update(get_engine(name).rebuild(codes, batches, report, version=version))
            readings.record()
            forget_older_headlines(codes, version)
            forget_older_words(codes, version)
        get_breaker(name).succeeded()
        IndexChange.objects.bulk_create([IndexChange(engine=name, page_id=page_id) for page_id in sorted(left)])


def _look_for_a_restored_backup(name: str) -> None:
    if time.monotonic() - _looked.get(name, -LOOK_EVERY) < LOOK_EVERY:
        return
    _looked[name] = time.monotonic()
    if not is_newer_than_the_database(name):
        return
    logger.error("The database is older than the search index %r: a backup was restored. The index is rebuilt.", name)
    using = router.db_for_write(IndexVersion)
    with transaction.atomic(using=using):
        IndexRebuild.objects.get_or_create(engine=name)
        # From here on changes have higher numbers than what is stored, so the engine takes them.
        IndexVersion.objects.using(using).get_or_create(pk=get_engine(name).newest_version())
        with connections[using].cursor() as cursor:
            for sql in connections[using].ops.sequence_reset_sql(no_style(), [IndexVersion]):
                cursor.execute(sql)


@contextmanager
def _reserved_for_rebuild(name: str, *, whole: bool) -> Iterator[None]:
    """Keep other processes from rebuilding an engine: each would delete the index that the other fills.

    A row that was there before stands for a rebuild that has to be: it stays until a whole one has come to its end.
    """
    rows = IndexRebuild.objects.filter(engine=name)
    _row, created = IndexRebuild.objects.get_or_create(engine=name)
    claimed = rows.claim(limit=1)
    if not claimed:
        raise EngineError("Another process rebuilds this index now. Where that was killed, try again in a minute.")
    try:
        with rows.renewing(claimed):
            yield
    except BaseException as error:
        if created:
            rows.finish(claimed)
        else:
            rows.put_back(claimed, str(error))
        raise
    if whole or created:
        rows.finish(claimed)
    else:
        rows.put_back(claimed, "")


def _batches(language: str, *, unreadable: set[int], readings: Readings) -> Iterator[list[SearchDocument]]:
    """Yield the documents of a language, a few pages at a time, each time under a new version."""
    pages = findable_pages().filter(locale__language_code=language).order_by("pk").values_list("pk", flat=True)
    last = 0
    while keys := list(pages.filter(pk__gt=last)[:BATCH]):
        version = next_version()
        documents, bad = read_documents(specific_pages(keys), version)
        unreadable |= bad
        last = keys[-1]
        if documents:
            store_headlines(documents)
            readings.add(documents)
            yield documents
