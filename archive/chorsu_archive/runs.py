"""Bring an archive in, batch by batch, and take it back.

A batch is one transaction with the run's position, so that a run may end at any moment and goes on behind its last
batch. Who advances a run holds its lease, which is ``leased_until`` as this process wrote it: each batch renews it, and
a process that lost it can't write.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from itertools import groupby, islice
from operator import attrgetter
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.core.exceptions import ValidationError
from django.db import DatabaseError, OperationalError, models, transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model
from wagtail.models import Page, ReferenceIndex, Revision

from chorsu_archive import pages
from chorsu_archive.addresses import Links, add_redirects, follow_links
from chorsu_archive.items import MEDIUM, ArchiveError, Item, Note, Options, format_of, formats
from chorsu_archive.mapping import Mapping, hash_of, texts_of
from chorsu_archive.models import ImportedItem, ImportRun
from chorsu_archive.pages import Ready, short
from chorsu_archive.pictures import LONGEST_TEXT, Library, words_of
from chorsu_archive.signals import translations_imported
from chorsu_archive.texts import convert
from chorsu_articles.models import Person, Picture, PublicationAuthor, SectionPage, Topic
from chorsu_articles.models.publications import model_of_kind
from chorsu_articles.services.insertion import hold_rows
from chorsu_delivery.leases import LEASE, RENEWAL_SECONDS, is_free
from chorsu_editorial.file_usage.files import FileUse
from chorsu_editorial.hashing import content_hash
from chorsu_editorial.lineage import by_approval
from chorsu_editorial.lock_order import lock_pages
from chorsu_editorial.refusals import Refusal
from chorsu_locales.selectors import default_code, is_enabled
from chorsu_locales.table import normal_code

logger = logging.getLogger("chorsu.archive")

BATCH, SWEEP_SECONDS = 50, 20
State, Kind = ImportRun.State, ImportedItem.Kind
OPEN = (State.WAITING, State.RUNNING)
AT_WORK = (*OPEN, State.UNDOING)
# What may be wrong with one item alone; ``KeyError``: its section has just been deleted.
FAULTS = (DatabaseError, KeyError, Refusal, ValidationError)
# Runs that this process advances, between two calls: reading begins anew wherever it goes on with another's.
_open: dict[int, _Work] = {}


class LeaseLostError(Exception):
    """Another process advances the run by now."""


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
) -> ImportRun:
    """Store that an archive is to be brought in; ``advance`` does it. Raises ``ArchiveError``.

    ``sections`` are those of articles that the mapping sends nowhere: of one its translations are used, too. Items that
    were published and changed before ``since`` are left out. Without ``publish`` all pages are drafts.
    """
    kind = format_of(path)
    said = {
        "language": options.language,
        "media": str(options.media or ""),
        "groups": str(options.groups or ""),
        "publish": publish,
        "sections": [section.pk for section in sections or ()],
        "since": since.isoformat() if since else "",
    }
    return ImportRun.objects.create(
        identity=kind.open(path, options).identity[:255],
        format=kind.name,
        path=str(path),
        options=said,
        mapping=mapping.data if mapping else {},
        is_preview=is_preview,
        started_by=user,
    )


def due_runs() -> models.QuerySet[ImportRun]:
    """Return the runs that nobody advances at this moment, the oldest first."""
    return ImportRun.objects.filter(is_free("leased_until"), state__in=AT_WORK).order_by("pk")


def advance_due() -> int:
    """Work a while on each run that is due, for the worker's sweep; return how many have more to do."""
    return sum(
        [advance(run, seconds=SWEEP_SECONDS) for run in due_runs() | ImportRun.objects.filter(pk__in=list(_open))]
    )


def advance(run: ImportRun, *, seconds: float) -> bool:
    """Work on a run for so long, at least one batch; return whether there is more. Safe to be killed at any moment.

    Where another process works on it, nothing is done. An error of the archive ends the run, which says so.
    """
    reader = _open.pop(run.pk, None)
    lease = _claim(run, reader.lease if reader else None)
    if lease is None:
        return ImportRun.objects.filter(pk=run.pk, state__in=AT_WORK).exists()
    ends = time.monotonic() + seconds
    try:
        kind = _TakingBack if run.state == State.UNDOING else _Reader
        # In a database that was put back meanwhile, the number may be another run's.
        same = (kind, run.position, run.started_at)
        if reader is None or (type(reader), reader.position, reader.run.started_at) != same:
            reader = kind(run)
        reader.go_on(run, lease)
        while reader.step():
            if time.monotonic() >= ends:
                _open[run.pk] = reader
                return True
    except LeaseLostError:
        return True
    except OperationalError:
        raise  # such as a lock: the lease ends, and it goes on
    except Exception as error:
        if not isinstance(error, ArchiveError):
            logger.exception("Import %d ended by an error.", run.pk)
        said = {"state": State.FAILED, "error": str(error)[:2000] or repr(error)}
        _end(run, reader.lease if reader else lease, **said)
    return False


def _claim(run: ImportRun, mine: datetime | None) -> datetime | None:
    """Take the lease of a run that is free, or was ``mine``, and return it; None where another process has it."""
    until = timezone.now() + LEASE
    free = is_free("leased_until") | (models.Q(leased_until=mine) if mine else models.Q(pk__in=[]))
    claimed = ImportRun.objects.filter(free, pk=run.pk, state__in=AT_WORK).update(leased_until=until)
    run.refresh_from_db()
    return until if claimed else None


def _end(run: ImportRun, lease: datetime, **said: Any) -> None:
    ImportRun.objects.filter(pk=run.pk, leased_until=lease).update(ended_at=timezone.now(), leased_until=None, **said)
    run.refresh_from_db()


class _Work:
    """What is done of a run, step by step; each renews the lease."""

    def __init__(self, run: ImportRun) -> None:
        self.run, self.position = run, run.position
        self.lease, self.renewed = timezone.now(), time.monotonic()

    def go_on(self, run: ImportRun, lease: datetime) -> None:
        self.run, self.lease = run, lease

    def step(self) -> bool:
        """Do the next part of the work; return whether there is more."""
        raise NotImplementedError

    def renew(self) -> None:
        if time.monotonic() > self.renewed + RENEWAL_SECONDS:
            self.save()

    def save(self, **said: Any) -> None:
        """Store what a step did, and renew the lease. Raises ``LeaseLostError`` where it is another's."""
        until = timezone.now() + LEASE
        mine = ImportRun.objects.filter(pk=self.run.pk, leased_until=self.lease, state__in=AT_WORK)
        if not mine.update(leased_until=until, **said):
            raise LeaseLostError
        for name, value in said.items():
            setattr(self.run, name, value)
        self.lease, self.position, self.renewed = until, self.run.position, time.monotonic()


class _Reader(_Work):
    """An archive that is being brought in, open at the run's position."""

    def __init__(self, run: ImportRun) -> None:
        super().__init__(run)
        said = run.options
        folder, groups = (Path(said[name]) if said.get(name) else None for name in ("media", "groups"))
        options = Options(language=said.get("language", ""), media=folder, groups=groups)
        kind = next((each for each in formats() if each.name == run.format), None)
        if kind is None:
            raise ArchiveError(_("This site doesn't know the format “%(name)s” any more.") % {"name": run.format})
        self.archive = kind.open(Path(run.path), options)
        self.mapping = Mapping(run.mapping)
        if run.state != State.WAITING:  # else it is proposed anew
            self.mapping.learn(self.archive)
        self.library, self.links = Library(run, self.archive), Links(run.identity)
        self.items: Iterator[Item] | None = None
        self.since = datetime.fromisoformat(said["since"]) if said.get("since") else None

    def go_on(self, run: ImportRun, lease: datetime) -> None:
        super().go_on(run, lease)
        self.mapping.run = run

    def step(self) -> bool:
        run = self.run
        if run.state == State.WAITING:
            given = self.mapping
            self.mapping = Mapping.of(self.archive, self.renew).answered(given)
            self.mapping.check()
            self.mapping.run = run
            if hasattr(self.archive, "prepare") and not run.is_preview:
                self.archive.prepare(run, self.library)
            self.save(state=State.RUNNING, mapping=self.mapping.data, total=self.mapping.total)
            return True
        if self.items is None:
            self.items = islice(self.archive.items(), run.position, None)
        if batch := list(islice(self.items, BATCH)):
            self.bring_in(batch)
            return True
        if not run.is_preview:
            if self.link():
                return True
            if hasattr(self.archive, "join") and self.archive.join(run, self.library):
                self.save()
                return True
            follow_links(run, self.renew)
        _end(run, self.lease, state=State.DONE)
        return False

    def bring_in(self, batch: list[Item]) -> None:
        """Write items together, or one by one where one of them can't be written."""
        keys = {short(item.key) for item in batch}
        known = ImportedItem.objects.filter(identity=self.run.identity, kind=Kind.PAGE, key__in=keys)
        former = {row.key: row for row in known.select_related("page")}
        prepared = []
        for item in batch:
            prepared.append(self.prepare(item, former.get(short(item.key))))
            self.renew()
        if len(keys) == len(batch) and self.write(prepared) is None:
            return
        for item in batch:
            row = known.filter(key=short(item.key)).select_related("page").first()
            if error := self.write([self.prepare(item, row)]):
                self.write([_failed(Ready(item, item.language, "", former=row), _sentence(error))])

    def write(self, prepared: list[Ready | str]) -> Exception | None:
        """Write items with the run's position; where one can't be, write nothing and return why."""
        lease = self.lease
        try:
            with transaction.atomic():
                self.write_together(prepared)
        except OperationalError:
            raise
        except FAULTS as error:
            logger.info("Behind item %d of import %d: %r", self.run.position, self.run.pk, error)
            self.run.refresh_from_db()
            self.lease = lease
            self.mapping.forget()
            return error
        return None

    def write_together(self, prepared: list[Ready | str]) -> None:
        ready = [each for each in prepared if isinstance(each, Ready)]
        rows = pages.write(ready, self.run)
        written = [row for row in rows if row.what in {"created", "changed"}]
        if written and not self.run.is_preview:
            add_redirects(self.run, written)
        done = [each for each in prepared if isinstance(each, str)] + [row.what for row in rows]
        counts = dict(Counter(self.run.counts) + Counter(done))
        self.save(position=self.run.position + len(prepared), counts=counts)
        self.links.add(written)

    def prepare(self, item: Item, former: ImportedItem | None) -> Ready | str:
        """Return an item converted, or what is counted of one that isn't written."""
        newest = max(filter(None, (item.published, item.modified)), default=None)
        if self.mapping.is_left_out(item) or (self.since and newest and newest < self.since):
            return "left_out"
        said = asdict(item) | {"notes": (), "by": self.run.options.get("language", "")}
        ready = Ready(item, "", hash_of(said), notes=list(item.notes))
        if former is not None and former.made_by_id:
            if former.digest == ready.digest and not self.library.came(former.notes, language=former.language):
                return "unchanged"
            ready.former, ready.what = former, "changed"
            if former.page is None:
                ready.what, ready.language = "kept", former.language
                ready.notes = [Note("dropped", _("It was deleted here since, so it stays away."))]
                return ready
        else:
            ready.former, ready.what = former, "created"
        try:
            self.fill(ready)
        except (ArchiveError, ValidationError) as error:
            _failed(ready, _sentence(error))
        except OperationalError:
            raise
        except Exception as error:
            # Whatever one text of ten thousand holds, the others come in.
            logger.exception("The item %r can't be converted.", item.key)
            _failed(ready, repr(error)[:500])
        return ready

    def fill(self, ready: Ready) -> None:
        """Convert an item into the page that it becomes. Raises ``ArchiveError`` and ``ValidationError``."""
        item, note = ready.item, lambda kind, text: ready.notes.append(Note(kind, text))
        ready.language = self.language(item, note)
        whole: Any = self.archive if hasattr(self.archive, "page_of") else None
        ready.section = (whole and whole.section_of(item)) or self.mapping.section(item, ready.language)
        model: Any = model_of_kind(ready.section.kind) if ready.section else None
        if model is None or ready.section is None:
            text = _("There is no section in the language “%(code)s” that it could go to.")
            raise ArchiveError(text % {"code": ready.language})
        live = self.is_live(item, note)
        if whole:
            ready.page, notes = whole.page_of(item, self.library)
            ready.notes += notes
        else:
            ready.page = model(**self.texts(item, ready, note), **self.picture(item, ready), **_dates(item, live))
            ready.page.locale = ready.section.locale
            self.fill_fields(ready.page, item, note)
            people = filter(None, map(self.mapping.person, item.authors))
            authors = [PublicationAuthor(person=person, sort_order=number) for number, person in enumerate(people)]
            hold_rows(ready.page, author_links=authors, topics=self.mapping.topics(item.terms))
        if live and not ready.page.title:
            live = False
            note("guessed", _("It has no headline, so it is a draft."))
        ready.page.live, ready.page.has_unpublished_changes = live, not live
        _check(ready.page)

    def texts(self, item: Item, ready: Ready, note: Callable[[Any, str], None]) -> dict[str, Any]:
        """Return headline, lead and text of an item."""
        blocks, headline, lead = item.blocks, item.title, item.lead
        if blocks is None:
            converted = convert(item, language=ready.language, media=self.library.find)
            blocks, headline, lead = converted.blocks, converted.headline, converted.lead
            ready.notes += converted.notes
        placed = _with_media(list(blocks), lambda name, key: self.placed(name, key, ready))
        return {
            "title": _cut(headline, 255, note),
            "lead": _cut(lead, 600, note),
            "body": _with_ids(self.links.follow(placed).raw, f"{self.run.identity}\n{item.group or item.key}"),
        }

    def fill_fields(self, page: Any, item: Item, note: Callable[[Any, str], None]) -> None:
        for name, text in item.fields.items():
            if hasattr(page, target := self.mapping.field(name)):
                setattr(page, target, text)
            elif text:
                note("dropped", _("The field “%(name)s” was left out.") % {"name": name})

    def language(self, item: Item, note: Callable[[Any, str], None]) -> str:
        code = normal_code(item.language or self.run.options.get("language") or "")
        if not code:
            code = default_code()
            note("guessed", _("The source names no language; it was taken for “%(code)s”.") % {"code": code})
        found = next((each for each in (code, code.partition("-")[0]) if is_enabled(each)), None)
        if found is None:
            raise ArchiveError(_("The language “%(code)s” isn't switched on here.") % {"code": code})
        return found

    def is_live(self, item: Item, note: Callable[[Any, str], None]) -> bool:
        if item.status == "private":
            note("guessed", _("It was private there, so it is a draft here."))
        elif item.status == "scheduled":
            text = _("It was to be published on %(date)s; here it is a draft without a date.")
            note("dropped", text % {"date": item.published and item.published.date()})
        return item.status == "live" and bool(self.run.options.get("publish", True))

    def picture(self, item: Item, ready: Ready) -> dict[str, Any]:
        """Return the main picture of an item with its texts."""
        medium = self.library.find(item.picture) if item.picture else None
        key = self.placed("picture", medium.key, ready) if medium else None
        if medium is None or key is None:
            return {}
        texts = [words_of(text)[:LONGEST_TEXT] for text in (medium.caption, medium.alt)]
        return {"main_picture_id": key, "main_picture_caption": texts[0], "main_picture_alt": texts[1]}

    def placed(self, name: str, key: str, ready: Ready) -> int | None:
        """Return the primary key of a medium, and add what there is to tell of it."""
        is_picture = name == "picture"
        found = self.library.picture(key, language=ready.language) if is_picture else self.library.document(key)
        ready.notes += [note for note in self.library.notes(key) if note not in ready.notes]
        return found

    @transaction.atomic
    def link(self) -> bool:
        """Link the translations of the next articles that this run wrote; return whether there were any."""
        mine = self.run.items.filter(kind=Kind.PAGE, page__isnull=False, what__in=("created", "changed"))
        open_groups = mine.filter(group__gt=self.run.linked).order_by("group").values_list("group", flat=True)
        groups = list(open_groups.distinct()[:BATCH])
        if not groups:
            return False
        there = ImportedItem.objects.filter(identity=self.run.identity, kind=Kind.PAGE, page__isnull=False)
        rows: Any = there.filter(group__in=groups).select_related("page__locale").order_by("group", "pk")
        articles = []
        for _group, members in groupby(rows, key=attrgetter("group")):
            joined: list[Any] = list(members)
            first = min(joined, key=_originality)
            key = first.page.translation_key
            same = [row for row in joined if row is not first and row.page.translation_key == key]
            new = [row for row in same if row.run_id == self.run.pk and row.what in {"created", "changed"}]
            if targets := [row.page for row in new]:
                articles.append((first.page, targets))
        if articles:
            translations_imported.send(sender=ImportRun, articles=articles, run=self.run)
        self.save(linked=groups[-1])
        return True


def _originality(row: Any) -> tuple[bool, bool, datetime, int]:
    """Return what orders the pages of an article: which of them the others count as made from stands first."""
    page = row.page
    return (
        not row.original,
        page.locale.language_code != default_code(),
        page.first_published_at or timezone.now(),
        row.pk,
    )


def _failed(ready: Ready, sentence: str) -> Ready:
    ready.what, ready.page = "failed", None
    ready.notes = [*ready.notes, Note("dropped", sentence)]
    return ready


def _sentence(error: Exception) -> str:
    if isinstance(error, ValidationError):
        fields = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        return "; ".join(f"{name}: {' '.join(texts)}".removeprefix(": ") for name, texts in fields.items())[:1000]
    if isinstance(error, KeyError):
        return _("The section that it was to go to has been deleted.")
    return str(error)[:1000]


def _cut(text: str, most: int, note: Callable[[Any, str], None]) -> str:
    if len(text) <= most:
        return text
    note(
        "dropped",
        _("A text of %(length)d characters was cut to %(most)d: %(end)s")
        % {
            "length": len(text),
            "most": most,
            "end": Truncator(text[most:]).chars(200),
        },
    )
    return Truncator(text).chars(most)


def _with_media(value: Any, placed: Callable[[str, str], int | None], name: str = "") -> Any:
    """Return raw blocks with primary keys for media; what has a medium that can't be had is left out."""
    if isinstance(value, list):
        found = [_with_media(each, placed, name) for each in value]
        return [each for each in found if each is not None]
    if isinstance(value, dict):
        made = {key: _with_media(each, placed, key) for key, each in value.items()}
        return None if any(value[key] and made[key] in (None, []) for key in value) else made
    if name in {"picture", "document"} and isinstance(value, str) and value.startswith(MEDIUM):
        return placed(name, value.removeprefix(MEDIUM))
    return value


def _with_ids(blocks: Iterable[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    """Give blocks ids, the same ones in all languages of an article, by which translations stand beside their source.

    A block has that of the block of the same type with the same number in another language.
    """
    numbers: Counter[str] = Counter()
    made = []
    for block in blocks:
        numbers[block["type"]] += 1
        own = uuid5(NAMESPACE_URL, f"{name}\n{block['type']}\n{numbers[block['type']]}")
        made.append({**block, "id": block.get("id") or str(own)})
    return made


def _dates(item: Item, live: bool) -> dict[str, Any]:
    published = item.published or item.modified or timezone.now()
    dates = {"published_on": item.published if item.status == "live" else None}
    if live:
        changed = max(published, item.modified or published)
        dates = {"published_on": published, "first_published_at": published, "last_published_at": changed}
    return dates


def _check(page: Any) -> None:
    """Validate the fields of a page that hold content. Raises ``ValidationError``."""
    fields = page._meta.concrete_fields
    left_out = {each.name for each in fields if each.is_relation or (each.model is Page and each.name != "title")}
    page.clean_fields(left_out | (set() if page.live or page.title else {"title"}))


@dataclass(slots=True)
class Undone:
    """How many objects were deleted or put back, by kind, and what stays, a sentence each."""

    counts: Counter[str] = field(default_factory=Counter)
    stays: list[str] = field(default_factory=list)


def begin_undo(run: ImportRun, lease: datetime | None = None) -> None:
    """Store that a run is to be taken back; ``advance`` does it. Raises ``ArchiveError`` for one that is at work."""
    claimed = ImportRun.objects.filter(is_free("leased_until") | ~models.Q(state__in=AT_WORK), pk=run.pk)
    counts = {what: number for what, number in run.counts.items() if what != "stays"}
    said = {"position": 0, "total": _rows(run).count(), "counts": counts, "error": "", "ended_at": None}
    if not claimed.update(state=State.UNDOING, leased_until=lease, **said):
        raise ArchiveError(_("This import is at work just now."))
    run.refresh_from_db()


def undo(run: ImportRun) -> Undone:
    """Take a run back at once, but for what an editor touched since or something else uses. It can be called again.

    Raises ``ArchiveError`` for a run that is still at work.
    """
    begin_undo(run, lease := timezone.now() + LEASE)
    work = _TakingBack(run)
    work.go_on(run, lease)
    while work.step():
        pass
    return work.undone


def _rows(run: ImportRun) -> models.QuerySet[ImportedItem]:
    """Return what a run made or changed in the order of its undoing.

    Translations come before their sources, articles before what they use.
    """
    kinds = (Kind.REDIRECT, Kind.PAGE, Kind.PICTURE, Kind.DOCUMENT, Kind.PERSON, Kind.TOPIC)
    place = models.Case(*(models.When(kind=kind, then=number) for number, kind in enumerate(kinds)))
    rows = ImportedItem.objects.filter(models.Q(run=run) | models.Q(made_by=run)).exclude(run__is_preview=True)
    return rows.order_by(place, "-pk")


class _TakingBack(_Work):
    """A run that is being taken back. What stays is counted: in the order of rows it comes first."""

    def __init__(self, run: ImportRun) -> None:
        super().__init__(run)
        self.undone = Undone()

    def step(self) -> bool:
        run, rows = self.run, _rows(self.run)
        stays = run.counts.get("stays", 0)
        keys = list(rows.values_list("pk", flat=True)[stays : stays + BATCH])
        if not keys:
            _end(run, self.lease, state=State.UNDONE)
            return False
        made = set(rows.filter(kind=Kind.PAGE, made_by=run, page__isnull=False).values_list("page_id", flat=True))
        for key in keys:
            with transaction.atomic():
                row = ImportedItem.objects.select_related("page").get(pk=key)
                why = _undo_page(row, run, made) if row.kind == Kind.PAGE else _undo_object(row)
                if why:
                    row.notes = [note for note in row.notes if note[0] != "stays"] + [["stays", why]]
                    row.save(update_fields=["notes"])
                    stays += 1
                    self.undone.stays.append(f"“{row.title or row.key}”: {why}")
                else:
                    self.undone.counts[row.kind] += 1
            self.renew()
        self.save(position=run.position + len(keys), counts={**run.counts, "stays": stays})
        return True


def _undo_page(row: ImportedItem, run: ImportRun, made: set[int]) -> str:
    """Delete a page, or put it back; return why it stays, or ``""``."""
    page: Any = row.page.specific if row.page and lock_pages([row.page_id]) else None
    is_mine = row.made_by_id == run.pk
    if page is not None and (is_mine or row.what == "changed"):
        former = None if is_mine else Revision.objects.filter(pk=row.before).first()
        if pages.touched(row, page):
            return _("somebody changed it here since.")
        if is_mine and pages.outside_users(page, made):
            return _("other pages use it.")
        if not is_mine and former is None:
            return _("its former version isn't kept any more.")
        if former is None:
            page.delete()
        else:
            version = former.as_object()
            revision = version.save_revision(previous_revision=former, log_action=True)
            if page.live:
                with by_approval():
                    revision.publish()
            row.content_hash, row.digest = content_hash(version), ""
    if is_mine or row.made_by_id is None:
        row.delete()
    else:
        row.run_id, row.what, row.created, row.before = row.made_by_id, "created", True, None
        row.save()
    return ""


def _undo_object(row: ImportedItem) -> str:
    """Delete what isn't a page; return why it stays, or ``""``."""
    kinds = {Kind.PICTURE: Picture, Kind.DOCUMENT: get_document_model(), Kind.PERSON: Person, Kind.TOPIC: Topic}
    model: Any = kinds.get(Kind(row.kind), Redirect)
    found = model.objects.filter(pk=row.object_id).first()
    if found is not None:
        if row.kind in {Kind.PERSON, Kind.TOPIC} and texts_of(found) != row.content_hash:
            return _("somebody changed it here since.")
        is_file = row.kind in {Kind.PICTURE, Kind.DOCUMENT}
        used = ReferenceIndex.get_references_to(found).exists() or (is_file and FileUse.objects.of_file(found).exists())
        with suppress(ProtectedError, Refusal), transaction.atomic():
            if not used:
                found.delete()
        if model.objects.filter(pk=row.object_id).exists():
            return _("something else uses it.")
    row.delete()
    return ""
