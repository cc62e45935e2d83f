"""Bring an archive in, or take it back, step by step.

A step is one transaction with what the run says of itself, so that a process may be killed at any moment: the next one
goes on behind the last step. Only who has claimed a run writes it.
"""

from __future__ import annotations

import logging
import os
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict
from datetime import datetime
from itertools import batched, chain, groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError, OperationalError, transaction
from django.db.models import Exists, Q
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from wagtail.models import Page

from chorsu_archive import pages, undo
from chorsu_archive.additions import Additions
from chorsu_archive.addresses import Links, add_redirects, follow_links
from chorsu_archive.conversion import Converter
from chorsu_archive.items import Addition, Archive, ArchiveError, Item, Note, Options, format_of, reason_of, storable
from chorsu_archive.mapping import Mapping, hash_of
from chorsu_archive.models import ImportedItem, ImportRun
from chorsu_archive.pages import WRITTEN, Ready, row_of, short
from chorsu_archive.pictures import Library
from chorsu_archive.same_source import source_of
from chorsu_archive.signals import translations_imported
from chorsu_articles.models import SectionPage
from chorsu_delivery.leases import is_free
from chorsu_editorial.refusals import Refusal
from chorsu_locales.normal_form import LOST, permitted

logger = logging.getLogger("chorsu_archive")

# The archive is read anew from its beginning in each sweep; but who waits for another import waits as long.
BATCH, SWEEP_SECONDS = 50, 300
# Claims without a step, each ended by the database.
MOST_ATTEMPTS = 20
State, Kind = ImportRun.State, ImportedItem.Kind
OPEN = (State.WAITING, State.RUNNING)
AT_WORK = (*OPEN, State.UNDOING)
# What may be wrong with one item alone; a page that is deleted meanwhile is a KeyError.
FAULTS = (ArchiveError, DatabaseError, KeyError, Refusal, ValidationError)


class LeaseLostError(Exception):
    """Another process has claimed the run since."""


def begin(
    path: Path,
    *,
    options: Options,
    user: Any = None,
    is_preview: bool = False,
    mapping: Mapping | None = None,
    publish: bool = True,
    sections: Iterable[SectionPage] | None = None,
    since: datetime | None = None,
    goes_on: bool = False,
) -> ImportRun:
    """Store that an archive is to be brought in; ``advance`` does it.

    Of the archive no more is read than its first bytes, for its format: which source it is of, and whether it can be
    read, is found by ``advance``. Raises ``ArchiveError`` for what is of no format, or isn't there.

    ``sections`` are those of articles that the mapping sends nowhere: of one its translations are used, too. Items that
    were published and changed before ``since`` are left out. Without ``publish`` all pages are drafts. With ``goes_on``
    an open run that was begun in the same way, and broken off, is returned in place of a new one.
    """
    for each in filter(None, (path, options.media, options.groups)):
        if not os.access(each, os.R_OK):
            raise ArchiveError(_("%(name)s can't be read."), {"name": each.name})
    kind = format_of(path)
    said: dict[str, Any] = {name: str(value or "") for name, value in asdict(options).items()}
    said |= {"publish": publish, "sections": [section.pk for section in sections or ()]}
    said |= {"since": since.isoformat() if since else ""}
    if goes_on and (run := _begun_alike(path, said, mapping or Mapping(), is_preview=is_preview)):
        return run
    return ImportRun.objects.create(
        format=kind.name,
        path=str(path),
        options=said,
        mapping=mapping.data if mapping and any(mapping.data.values()) else {},
        is_preview=is_preview,
        started_by=user,
    )


def _begun_alike(path: Path, options: dict[str, Any], answers: Mapping, *, is_preview: bool) -> ImportRun | None:
    """Return the latest open run of an archive with these options and answers."""
    for run in ImportRun.objects.filter(path=str(path), is_preview=is_preview, state__in=OPEN).order_by("-pk"):
        has_answers = Mapping(run.mapping).answered(answers).data == Mapping(run.mapping).data
        if run.options == options and has_answers:
            return run
    return None


def begin_undo(run: ImportRun) -> None:
    """Store that a run is to be taken back; ``advance`` does it. Raises ``ArchiveError`` for one that is at work."""
    idle = ImportRun.objects.filter(is_free("claimed_until") | ~Q(state__in=AT_WORK), pk=run.pk, identity=run.identity)
    facts = {
        "position": 0,
        "total": 0,
        "error": "",
        "error_values": None,
        "ended_at": None,
        "claim_token": None,
        "claimed_until": None,
    }
    # A run whose source isn't known yet has made nothing.
    state = State.UNDOING if run.identity else State.UNDONE
    if not idle.update(state=state, **facts):
        raise ArchiveError(_("This import is at work just now."))
    run.refresh_from_db()


def advance_due() -> int:
    """Work a while on each run that nobody works on, for the worker's sweep; return how many have more to do."""
    busy = ImportRun.objects.exclude(is_free("claimed_until")).values("identity")
    due = ImportRun.objects.filter(state__in=AT_WORK).due().exclude(identity__in=busy).order_by("pk")
    return sum([advance(run, seconds=SWEEP_SECONDS) for run in due])


def advance(run: ImportRun, *, seconds: float, tell: Callable[[ImportRun], object] = lambda _run: None) -> bool:
    """Work on a run for so long from its first step on; return whether there is more. Safe to be killed at any moment.

    An older open run of its source comes first; where another process works on either, nothing is done. An error of the
    archive ends the run, which says so. ``tell`` is called with the run after each step.
    """
    ends = 0.0
    with suppress(LeaseLostError), closing(work_on(run)) as steps:
        for held in steps:
            tell(held)
            # Until the first step the archive was read to where the last one ended, which may take longer than that.
            ends = ends or time.monotonic() + seconds
            if time.monotonic() >= ends:
                break
    run.refresh_from_db()
    return run.state in AT_WORK


def work_on(run: ImportRun) -> Generator[ImportRun]:
    """Claim the oldest open run of a run's source, and do what is left of it, a step at a time; yield it after each.

    While a process works on any of them, nothing: two at once would make pictures and people twice. Raises
    ``LeaseLostError``.
    """
    _identify(run)
    if not run.identity:
        return
    alike = ImportRun.objects.filter(identity=run.identity)
    oldest = alike.filter(state__in=AT_WORK).order_by("pk").values("pk")[:1]
    is_busy = Exists(alike.exclude(is_free("claimed_until")))
    claimed = alike.filter(~is_busy, pk__in=oldest, state__in=AT_WORK).claim(limit=1)
    for held in claimed:
        with _working_on(held):
            for _step in _steps(held):
                yield held


def _identify(run: ImportRun) -> None:
    """Store which source a new run's archive is of, unless another process is about to, or why it can't be read."""
    unknown = ImportRun.objects.filter(pk=run.pk, identity="", state__in=OPEN)
    for held in unknown.claim(limit=1):
        with _working_on(held):
            _refuse_after_kills(held)
            identity = _identity_of(_opened(held), held)
            with _step_of(held) as facts:
                facts["identity"] = identity
    run.refresh_from_db()


@contextmanager
def _working_on(run: ImportRun) -> Iterator[None]:
    """Renew the claim of a run while the block works on it, and release it then; an error ends the run, which says so.

    Raises ``LeaseLostError``, and ``OperationalError`` where it goes on another time.
    """
    with ImportRun.objects.all().renewing([run]):
        try:
            yield
        except LeaseLostError:
            raise
        except Exception as error:
            # Such as a lock: it goes on another time, but not for ever.
            if isinstance(error, OperationalError) and run.attempts < MOST_ATTEMPTS:
                raise
            if not isinstance(error, ArchiveError):
                logger.exception("Import %d ended by an error.", run.pk)
            text, values = reason_of(error)
            with _step_of(run) as facts:
                facts |= {"error": permitted(text[:2000], LOST) or repr(error), "error_values": storable(values)}
                facts |= {"state": State.FAILED, "ended_at": timezone.now()}
        finally:
            mine = ImportRun.objects.filter(pk=run.pk, claim_token=run.claim_token)
            mine.update(claim_token=None, claimed_until=None)


@contextmanager
def _step_of(run: ImportRun) -> Iterator[dict[str, Any]]:
    """Run the block in one transaction with the facts of the run that it puts into the dict.

    Raises ``LeaseLostError`` where another process has claimed it; then, as with any error, nothing is kept.
    """
    facts: dict[str, Any] = {"position": run.position, "attempts": 0}
    with transaction.atomic():
        yield facts
        if not ImportRun.objects.filter(pk=run.pk, claim_token=run.claim_token).update(**facts):
            raise LeaseLostError
    for name, value in facts.items():
        setattr(run, name, value)


def _refuse_after_kills(run: ImportRun) -> None:
    # Those that the database ended are fewer: processes were killed, for what they take perhaps.
    if run.attempts > MOST_ATTEMPTS + 1:
        raise ArchiveError(_("It was broken off again and again at the same place."))


def _opened(run: ImportRun) -> Archive:
    path, options = Path(run.path), run.options
    folder, groups = (Path(options[name]) if options.get(name) else None for name in ("media", "groups"))
    return format_of(path).open(path, Options(options.get("language", ""), folder, groups))


def _identity_of(archive: Archive, run: ImportRun) -> str:
    return archive.identity[:255] or run.format


def _steps(run: ImportRun) -> Iterator[None]:
    _refuse_after_kills(run)
    if run.state == State.UNDOING:
        yield from _take_back(run)
        return
    archive = _opened(run)
    if run.state == State.WAITING and not run.position:
        # Only now: those of its name that were begun before are done.
        source = source_of(archive, _identity_of(archive, run))
        if source != run.identity:
            with _step_of(run) as facts:
                facts["identity"] = source
            # Behind those of that source.
            yield
            return
    yield from _Import(run, archive).steps()


def _take_back(run: ImportRun) -> Iterator[None]:
    begun = run.position
    stays = run.counts["stays"] if begun else 0
    # Those that stay come first: they were looked at.
    keys = list(undo.rows_of(run).values_list("pk", flat=True))[stays:]
    for number, key in enumerate(keys, begun + 1):
        with _step_of(run) as facts:
            stays += not undo.take_back(ImportedItem.objects.select_related("page").get(pk=key), run)
            facts |= {"position": number, "total": begun + len(keys), "counts": {**run.counts, "stays": stays}}
        yield
    with _step_of(run) as facts:
        facts |= {"state": State.UNDONE, "ended_at": timezone.now()}


class _Import:
    """An archive that is being brought in."""

    def __init__(self, run: ImportRun, archive: Archive) -> None:
        self.run, self.archive = run, archive
        self.mapping = Mapping(run.mapping)
        if run.state == State.WAITING:
            former = ImportRun.objects.filter(identity=run.identity, is_preview=False).exclude(mapping={})
            self.mapping = Mapping.of(self.archive, former.exclude(pk=run.pk).last()).answered(self.mapping)
            self.mapping.check()
        else:
            self.mapping.learn(self.archive)
        self.mapping.run = run
        self.library, self.links = Library(run, self.archive), Links(run.identity)
        self.converter = Converter(run, self.archive, self.mapping, self.library, self.links)
        since = run.options.get("since")
        self.since = datetime.fromisoformat(since) if since else None

    def steps(self) -> Iterator[None]:
        """Do what is left to do, a step at a time."""
        run = self.run
        if run.state == State.WAITING:
            yield from self.add(self.archive.additions())
            with _step_of(run) as facts:
                facts |= {"state": State.RUNNING, "mapping": self.mapping.data, "total": self.mapping.total}
                facts["position"] = 0
            yield
        for batch in batched(islice(self.archive.items(), run.position, None), BATCH):
            self.bring_in(batch)
            yield
        if not run.is_preview:
            # From here on in one step: a later one would begin anew.
            self.link()
            may_be_more = True
            while may_be_more:
                with _step_of(run):
                    may_be_more = self.archive.join(run, self.library)
            follow_links(run)
        self.supplement()
        with _step_of(run) as facts:
            facts |= {"state": State.DONE, "ended_at": timezone.now()}

    def add(self, additions: Iterator[Addition]) -> Iterator[None]:
        """Write what the archive has beside articles, a step at a time."""
        writer = Additions(self.run, self.library, self.mapping)
        for batch in batched(islice(additions, self.run.position, None), BATCH):
            with _step_of(self.run) as facts:
                for addition in batch:
                    writer.add(addition)
                facts["position"] = self.run.position + len(batch)
            yield

    def supplement(self) -> None:
        """Write what may refer to articles."""
        writer = Additions(self.run, self.library, self.mapping)
        for batch in batched(self.archive.supplements(), BATCH):
            with _step_of(self.run):
                for addition in batch:
                    writer.add(addition)

    def bring_in(self, items: Sequence[Item], problem: Note | None = None) -> None:
        """Write items, together or else one by one; with a ``problem`` only that they can't be written."""
        run, keys = self.run, [short(item.key) for item in items]
        rows = ImportedItem.objects.filter(identity=run.identity, kind=Kind.PAGE, key__in=keys)
        former = {row.key: row for row in rows.select_related("page")}
        # The second item of a key finds no row here and can't be written, so they are written one by one.
        batch = [self.prepare(item, former.pop(key, None), problem) for key, item in zip(keys, items, strict=True)]
        try:
            with _step_of(run) as facts:
                written = [row for row in pages.write(batch, run) if row.what in WRITTEN]
                add_redirects(written)
                facts["position"] = run.position + len(items)
                facts["counts"] = dict(Counter(run.counts) + Counter(each.row.what for each in batch))
        except OperationalError:
            raise
        except FAULTS as error:
            if problem:
                raise
            self.mapping.forget()
            for item in items:
                self.bring_in([item], _failure(error) if len(items) == 1 else None)
        else:
            self.links.add(written)

    def prepare(self, item: Item, former: ImportedItem | None, problem: Note | None) -> Ready:
        """Return an item as it can be written: converted, or with what keeps it out."""
        digest = hash_of(asdict(item) | {"notes": ()})
        what = "failed" if problem else self.fate_of(item, digest, former)
        ready = Ready(item, row_of(item, self.run, former), digest)
        ready.row.what = what
        if problem:
            ready.fail(problem)
        elif what == "kept":
            was_brought = former and former.made_by_id
            is_gone, is_here = _("It was deleted here since, so it stays away."), _("It is here already, so it stays.")
            ready.keep(is_gone if was_brought else is_here)
        elif what in WRITTEN:
            try:
                self.converter.fill(ready)
                if ready.row.page and ready.row.page.locale_id != ready.page.locale_id:
                    ready.keep(_("Its language was changed in the source, but no article changes its language here."))
            except OperationalError:
                raise
            except Exception as error:
                # Whatever one text of ten thousand holds, the others come in.
                if not isinstance(error, ArchiveError | ValidationError):
                    logger.exception("The item %r can't be converted.", item.key)
                ready.fail(_failure(error))
        return ready

    def fate_of(self, item: Item, digest: str, former: ImportedItem | None) -> str:
        """Return what is to happen to an item: a key of ``ImportRun.counts``."""
        if item.admission == "never":
            return "messages"
        dates = [each for each in (item.published, item.modified) if each]
        if self.mapping.is_left_out(item) or (self.since and dates and max(dates) < self.since):
            return "left_out"
        if former is None or former.made_by_id is None:
            return "kept" if self.archive.is_here(item) else "created"
        if former.digest == digest and not self.library.came(former.notes, language=former.language):
            return "unchanged"
        return "changed" if former.page else "kept"

    def link(self) -> None:
        """Link the translations of the articles that this run wrote."""
        run = self.run
        there = ImportedItem.objects.filter(identity=run.identity, kind=Kind.PAGE, page__isnull=False)
        # The others of an article count as made from the first: the original, or else what came first, if it is live.
        there = there.order_by("page__translation_key", "-original", "-page__live", "pk")
        rows = there.values_list("page__translation_key", "page", "run", "what")
        articles: list[list[int]] = []
        # Read at once: asked for some keys, a database may look through all rows each time.
        for _key, ((_same, source, *_said), *others) in groupby(list(rows), itemgetter(0)):
            if new := [page for _same, page, key, what in others if key == run.pk and what in WRITTEN]:
                articles.append([source, *new])
        for some in batched(articles, BATCH):
            found = Page.objects.select_related("locale").in_bulk(list(chain(*some)))
            linked = [[found[key] for key in keys] for keys in some if found.keys() >= set(keys)]
            with _step_of(run):
                if linked:
                    pairs = [(source, new) for source, *new in linked]
                    translations_imported.send(sender=ImportRun, articles=pairs, run=run)


def _failure(error: Exception) -> Note:
    """Return why an item can't be written."""
    text, values = reason_of(error)
    return Note("dropped", text[:1000], values)
