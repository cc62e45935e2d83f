"""What writes to the indexes: changes of pages, and rebuilds, each under the lease of the index.

docs/decisions/search-engines.md says what the lease is, and why nothing gets lost.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from math import inf

from django.db import connections, router, transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from wagtail.models import Locale, Page

from chorsu_delivery.leases import LEASE, after_failure, has_waited, is_free
from chorsu_search.documents import SearchDocument, findable_pages, read_documents, specific_pages
from chorsu_search.engines import engine_names, get_breaker, get_engine
from chorsu_search.engines.base import Engine, EngineError, EngineUnavailableError, Fill, LaterClaimError
from chorsu_search.models import Document, IndexChange, IndexWriter, PageWords, delete_rows
from chorsu_search.names import forget_headlines, store_headlines, store_names
from chorsu_search.registry import name_sources
from chorsu_search.spelling.vocabulary import forget_words, remember_words

logger = logging.getLogger("chorsu_search")

BATCH = 50  # pages that are read and written under one lease
OTHERS = 20  # rows of other people that a request may do
SUBTREES = 10
BREATH = 0.05  # seconds between two batches of a rebuild, for whoever waits for the lease
VOCABULARY = "vocabulary"  # stands for the site's own database where no engine has its documents there


@dataclass(slots=True)
class SyncReport:
    done: int = 0
    put_back: int = 0
    error: str = ""


def writer_names() -> list[str]:
    """Return the indexes: each engine, and the vocabulary where no engine is in the site's own database."""
    names = engine_names()
    return names if any(map(is_here, names)) else [*names, VOCABULARY]


def _engine(name: str) -> Engine | None:
    return None if name == VOCABULARY else get_engine(name)


def is_here(name: str) -> bool:
    """Return whether an index is in the site's own database."""
    try:
        engine = _engine(name)
        return engine is None or bool(engine.in_database)
    except EngineUnavailableError:
        return False  # its library is missing; `check` says so


# --- the lease --------------------------------------------------------------------------------------------------


@contextmanager
def _lease(name: str, *, wait: bool = False) -> Iterator[int | None]:
    """Hold the lease of an index; the value is the claim, or None where another process holds the lease.

    In the site's own database the block is one transaction. Elsewhere the lease ends after a minute.
    """
    if not is_here(name):
        claim = _claim(name)
        while claim is None and wait:
            time.sleep(BREATH)
            claim = _claim(name)
        try:
            yield claim
        finally:
            if claim is not None:
                IndexWriter.objects.filter(engine=name, claim=claim).update(claimed_until=None)
        return
    using = router.db_for_write(IndexWriter)
    with transaction.atomic(using=using):
        rows = IndexWriter.objects.using(using).filter(engine=name)
        if not connections[using].features.has_select_for_update:
            # SQLite lets one transaction write at a time: this statement begins to.
            if not rows.update(claim=F("claim")):
                _make_writer(name)
            yield 0
            return
        locked = rows.select_for_update(skip_locked=not wait).values_list("claim", flat=True)
        claim = locked.first()
        if claim is None and not rows.exists():
            _make_writer(name)
            claim = locked.first()
        yield claim


def _claim(name: str) -> int | None:
    """Return a claim above every earlier one; None while another process holds the lease."""
    rows = IndexWriter.objects.filter(engine=name)
    with transaction.atomic(using=router.db_for_write(IndexWriter)):
        changes = {"claim": F("claim") + 1, "claimed_until": timezone.now() + LEASE}
        if rows.filter(is_free("claimed_until")).update(**changes):
            return rows.values_list("claim", flat=True).get()
        if rows.exists():
            return None
        _make_writer(name)
    return _claim(name)


def _make_writer(name: str) -> None:
    IndexWriter.objects.bulk_create([IndexWriter(engine=name)], ignore_conflicts=True)


def _later_claim(name: str, claim: int) -> str:
    """Return why the index holds what a later claim wrote.

    Either another process has the lease by now. Or nobody has claimed since: then the database was restored from a
    backup. So the index has to be rebuilt, and the next claims are above all that were ever given.
    """
    above = max(claim + 1, int(time.time() * 1000))
    changes = {"claim": above, "claimed_until": None, "rebuild": True, "not_before": timezone.now()}
    if not IndexWriter.objects.filter(engine=name, claim=claim).update(**changes):
        return f"Another process writes to the search index {name!r} now."
    error = f"The database is older than the search index {name!r}: a backup was restored. The index is rebuilt."
    logger.error(error)
    return error


# --- changes ----------------------------------------------------------------------------------------------------


def sync(*, limit: int | None = None) -> SyncReport:
    """Index the changes that are due, in each index at most ``limit``; one that doesn't respond keeps its rows."""
    report = SyncReport()
    for name in writer_names():
        _write_changes(name, report, limit=limit)
    return report


def write_after_commit(keys: Sequence[int]) -> None:
    """Index the changes of a committed transaction, and a few others, in the site's own database.

    If another process holds the lease, it indexes them: it looks for changes again after releasing the lease.
    """
    if rows := IndexChange.objects.filter(pk__in=keys).values_list("engine", flat=True)[:1]:
        _write_changes(rows[0], SyncReport(), limit=OTHERS, mine=keys)


def _due(name: str) -> QuerySet[IndexChange]:
    return IndexChange.objects.filter(has_waited(), engine=name).order_by("pk")


def _write_changes(name: str, report: SyncReport, *, limit: int | None = None, mine: Sequence[int] = ()) -> None:
    """Write batches until no change is due; rows of ``mine`` don't count towards ``limit``."""
    breaker, left = get_breaker(name), inf if limit is None else limit
    # Each time once more: who committed meanwhile saw that the lease was held.
    while left > 0 and _due(name).exists() and breaker.allows():
        try:
            with _lease(name) as claim:
                if claim is None:
                    return
                try:
                    taken = _write_batch(name, claim, report, left, mine)
                except LaterClaimError:
                    report.error = _later_claim(name, claim)
                    return
        except EngineUnavailableError as error:
            breaker.failed(error)
            report.error = str(error)
            return
        breaker.succeeded()
        left -= taken
        mine = ()


def _write_batch(name: str, claim: int, report: SyncReport, limit: float, mine: Sequence[int]) -> int:
    """Index the pages of a batch of changes; return how many changes beside ``mine`` were taken."""
    due = _due(name)
    created = _expand_subtrees(due.filter(subtree=True, **({"pk__in": mine} if mine else {})))
    mine = [*mine, *created[:BATCH]] if mine else ()
    own = list(due.filter(subtree=False, pk__in=mine)[:BATCH]) if mine else []
    others = list(due.filter(subtree=False).exclude(pk__in=mine)[: int(min(BATCH, limit))])
    if rows := own + others:
        page_ids = list(dict.fromkeys(row.page_id for row in rows))
        try:
            bad = _write_pages(name, page_ids, claim)
        except (EngineUnavailableError, LaterClaimError):
            raise
        except EngineError as error:  # of what was to be deleted
            bad = dict.fromkeys(page_ids, str(error))
        report.done += delete_rows(
            IndexChange.objects.filter(pk__in=[row.pk for row in rows if row.page_id not in bad])
        )
        for row in rows:
            if row.page_id in bad:
                report.error = f"Page {row.page_id}: {bad[row.page_id]}"
                changes = after_failure(row.attempts + 1, bad[row.page_id])
                report.put_back += IndexChange.objects.filter(pk=row.pk).update(**changes)
    return len(others) + len(created)


def _expand_subtrees(rows: QuerySet[IndexChange]) -> list[int]:
    created: list[int] = []
    for row in rows[:SUBTREES]:
        top = Page.objects.filter(pk=row.page_id).first()
        pages = [row.page_id, *(top.get_descendants().values_list("pk", flat=True) if top else ())]
        with transaction.atomic(using=router.db_for_write(IndexChange)):
            new = IndexChange.objects.bulk_create(
                [IndexChange(engine=row.engine, page_id=page_id) for page_id in pages], batch_size=500
            )
            delete_rows(IndexChange.objects.filter(pk=row.pk))
        created += [change.pk for change in new]
    return created


# --- pages ------------------------------------------------------------------------------------------------------


def _write_pages(name: str, page_ids: Sequence[int], claim: int) -> dict[int, str]:
    """Index pages, or delete them; return those that could not be read or were refused, with the reasons."""
    pages = {page.pk: page for page in specific_pages(page_ids)}
    documents, unreadable = read_documents(pages.values())
    bad = dict.fromkeys(unreadable, "This page could not be read; the log says why.")
    engine = _engine(name)
    bad |= _write_each(name, documents, partial(engine.index, claim=claim) if engine else None)
    _forget(name, [page_id for page_id in page_ids if page_id not in pages], claim)
    return bad


def _forget(name: str, page_ids: Sequence[int], claim: int) -> None:
    if page_ids and (engine := _engine(name)):
        engine.delete(page_ids, claim=claim)
    if page_ids and is_here(name):
        forget_headlines(page_ids)
        forget_words(page_ids)


def _write_each(
    name: str, documents: Sequence[SearchDocument], write: Callable[[Sequence[SearchDocument]], object] | None
) -> dict[int, str]:
    """Write documents together or, where one is refused, one by one; return the refused ones with the reasons."""
    if not documents:
        return {}
    here = is_here(name)
    try:
        with transaction.atomic(using=router.db_for_write(IndexWriter)) if here else nullcontext():
            if write:
                write(documents)
            if here:
                store_headlines(documents)
                remember_words(documents)
    except (EngineUnavailableError, LaterClaimError):
        raise
    except Exception as error:
        if len(documents) > 1:
            return {page_id: why for one in documents for page_id, why in _write_each(name, [one], write).items()}
        logger.exception("Page %s could not be indexed.", documents[0].page_id)
        return {documents[0].page_id: str(error)}
    return {}


# --- rebuilds ---------------------------------------------------------------------------------------------------


def sweep(*, limit: int | None = None) -> SyncReport:
    """Run ``sync``, then ``rebuild_due``."""
    report = sync(limit=limit)
    rebuild_due(report)
    return report


def rebuild_due(report: SyncReport | None = None) -> None:
    """Rebuild the indexes that don't fit a restored backup, or whose rebuild was killed."""
    for name in due_rebuilds():
        try:
            if name in writer_names():
                rebuild(engines=[name])
        except EngineError as error:
            if isinstance(error, EngineUnavailableError):
                get_breaker(name).failed(error)
            else:
                logger.exception("The search index %r could not be rebuilt.", name)
            if report:
                report.error = str(error)


def due_rebuilds() -> list[str]:
    """Return the indexes that have to be rebuilt and that no process rebuilds."""
    due = IndexWriter.objects.filter(is_free("rebuild_until"), has_waited(), rebuild=True)
    return list(due.values_list("engine", flat=True))


def rebuild(
    *,
    languages: Sequence[str] | None = None,
    engines: Sequence[str] | None = None,
    progress: Callable[[str, int], object] | None = None,
) -> None:
    """Rebuild the index of each engine, language by language, while people go on publishing and searching.

    ``progress(language, done)`` gets the number of written pages of a language. A page that can't be read, or that the
    engine refuses, is logged and tried again by ``sync``. Raises ``EngineError``, also if another process rebuilds it.
    """
    codes = list(languages or Locale.objects.order_by("pk").values_list("language_code", flat=True))
    for kind in (kind for source in name_sources() for kind in source.kinds):
        store_names(kind)
    for name in engines or writer_names():
        engine = _engine(name)
        with _reserved(name, whole=not languages) as renew:
            for code in codes:
                with engine.rebuilding(code) if engine else nullcontext(None) as fill:
                    for done in _refill(name, code, fill, renew):
                        if progress:
                            progress(code, done)
            if engine:
                engine.finish_rebuild()
        get_breaker(name).succeeded()


def _refill(name: str, language: str, fill: Fill | None, renew: Callable[[], None]) -> Iterator[int]:
    """Write the pages of a language in batches, with the changes that come between; yield the number of pages."""
    pages = findable_pages().filter(locale__language_code=language).order_by("pk").values_list("pk", flat=True)
    last, done, ended = 0, 0, False
    while not ended:
        renew()
        with _lease(name, wait=True) as claim:
            keys = list(pages.filter(pk__gt=last)[:BATCH])
            ended = len(keys) < BATCH
            pages_read = specific_pages(keys)
            documents, bad = read_documents(page for page in pages_read if page.locale.language_code == language)
            write = partial(fill, claim=claim or 0) if fill else None
            try:
                bad |= _write_each(name, documents, write).keys()
            except LaterClaimError as error:
                raise EngineError(_later_claim(name, claim or 0)) from error
            IndexChange.objects.bulk_create([IndexChange(engine=name, page_id=page_id) for page_id in sorted(bad)])
            if is_here(name):
                _forget_others(name, language, keys, after=last, ended=ended)
        if keys:
            last, done = keys[-1], done + len(keys)
            yield done
        _write_changes(name, SyncReport())
        if not ended and not connections[router.db_for_write(IndexWriter)].features.has_select_for_update:
            time.sleep(BREATH)  # SQLite gives its lock to whoever happens to ask


def _forget_others(name: str, language: str, keys: Sequence[int], *, after: int, ended: bool) -> None:
    """Delete what the site's own database holds of a language after a page, up to the last of ``keys``, but not these.

    ``ended``: also what comes after the last of them.
    """
    gone: set[int] = set()
    for model, key in ((PageWords, "page_id"), (Document, "pk")):
        bounds = {f"{key}__gt": after} if ended else {f"{key}__gt": after, f"{key}__lte": keys[-1]}
        held = model.objects.filter(language=language, **bounds)
        gone.update(held.exclude(**{f"{key}__in": keys}).values_list(key, flat=True))
    _forget(name, sorted(gone), 0)


@contextmanager
def _reserved(name: str, *, whole: bool) -> Iterator[Callable[[], None]]:
    """Keep other processes from rebuilding an engine; the value renews that, and is to be called before each batch.

    A whole rebuild stays due until it has ended: the sweep repeats one that is killed or fails.
    """
    _make_writer(name)
    rows = IndexWriter.objects.filter(engine=name)
    before = rows.get()
    until = timezone.now() + LEASE
    if not rows.filter(is_free("rebuild_until")).update(rebuild=before.rebuild or whole, rebuild_until=until):
        raise EngineError("Another process rebuilds this index now. Where that was killed, try again in a minute.")

    def renew() -> None:
        nonlocal until
        held, until = until, timezone.now() + LEASE
        if not rows.filter(rebuild_until=held).update(rebuild_until=until):
            raise EngineError("Another process rebuilds this index now.")

    try:
        yield renew
    except BaseException as error:
        if rows.filter(rebuild_until=until).update(rebuild_until=None):
            rows.update(**after_failure(before.attempts + 1, str(error)))
        raise
    rows.filter(rebuild_until=until).update(rebuild_until=None, attempts=0, **({"rebuild": False} if whole else {}))
