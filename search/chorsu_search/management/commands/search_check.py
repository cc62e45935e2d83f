"""Comparing an engine's index with the database, page by page, and mending what differs."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.management.base import BaseCommand

from chorsu_search.documents import FIELDS, SearchDocument, findable_pages, read_documents, specific_pages
from chorsu_search.engines import engine_names, get_engine
from chorsu_search.engines.base import Engine, EngineError
from chorsu_search.management.commands.search_rebuild import ProgressLine, for_each_engine
from chorsu_search.models import IndexChange
from chorsu_search.registry import registered_facets
from chorsu_search.writing import sync

BATCH = 100
SHOWN = 20


class Command(BaseCommand):
    help = "Compares each search index with the database, page by page: what is missing, outdated or left over."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--engine", action="append", help="only this engine of CHORSU_SEARCH (may be repeated)")
        parser.add_argument("--repair", action="store_true", help="write again, or delete, what differs")

    def handle(self, *_args: Any, **options: Any) -> None:
        for_each_engine(options["engine"], engine_names(), lambda name: self._check(name, mend=options["repair"]))

    def _check(self, engine: str, *, mend: bool) -> None:
        """Compare an engine's index; raise ``EngineError`` where it differs and isn't mended."""
        found = self._compare(engine)
        if mend and found.faults:
            # A change is the whole remedy: what readers may not find is deleted, the rest is written again.
            IndexChange.objects.bulk_create(
                [IndexChange(engine=engine, page_id=page_id) for page_id in found.faults], batch_size=500
            )
            sync()
            self.stdout.write(f"{engine}: {len(found.faults)} pages are written again or deleted; compared once more:")
            found = self._compare(engine)
        if found.faults:
            raise EngineError(f"{len(found.faults)} pages differ. --repair mends them.")

    def _compare(self, engine: str) -> Comparison:
        line = ProgressLine(sys.stderr, findable_pages().count(), in_place=sys.stderr.isatty())
        try:
            found = compare(engine, progress=lambda done: line.show(engine, done))
        finally:
            line.end()
        self.stdout.write(f"{engine}: {found.checked} pages compared, {found.waiting} changes wait.")
        for name in ("missing", "outdated", "surplus", "unreadable"):
            if pages := getattr(found, name):
                more = " …" if len(pages) > SHOWN else ""
                self.stdout.write(f"  {name}: {len(pages)} ({', '.join(map(str, pages[:SHOWN]))}{more})")
        return found


@dataclass(slots=True)
class Comparison:
    """How an index differs from the database, by the numbers of pages.

    ``waiting``: changed and not yet indexed, which is no fault. ``outdated``: stored otherwise than they are, or in
    another language too. ``unreadable``: pages that could not be read.
    """

    checked: int = 0
    waiting: int = 0
    missing: list[int] = field(default_factory=list)
    outdated: list[int] = field(default_factory=list)
    surplus: list[int] = field(default_factory=list)
    unreadable: list[int] = field(default_factory=list)

    @property
    def faults(self) -> list[int]:
        """Return every page that has to be written again or deleted."""
        return sorted({*self.missing, *self.outdated, *self.surplus})


def compare(name: str, *, progress: Callable[[int], None] | None = None) -> Comparison:
    """Compare every page that readers may find, and every document of the engine. Raises ``EngineError``.

    Memory doesn't grow with the number of pages, but with the number of faults. A page that changes meanwhile is
    looked at twice before it is a fault.
    """
    engine = get_engine(name)
    engine.refresh()
    found = Comparison()
    suspects: list[int] = []
    pages = findable_pages().order_by("pk").values_list("pk", flat=True)
    last = 0
    while keys := list(pages.filter(pk__gt=last)[:BATCH]):
        suspects += _differing(engine, keys, found)
        found.checked += len(keys)
        last = keys[-1]
        if progress:
            progress(found.checked)
    last = 0
    while keys := engine.stored_ids(after=last, limit=BATCH):
        suspects += sorted(set(keys) - set(pages.filter(pk__in=keys)))
        last = keys[-1]
    for start in range(0, len(suspects), BATCH):
        _judge(name, engine, suspects[start : start + BATCH], found)
    return found


def _differing(engine: Engine, keys: Sequence[int], found: Comparison) -> list[int]:
    """Return which of the pages the engine doesn't hold as they are."""
    stored = _by_page(engine.stored(keys))
    documents, unreadable = read_documents(specific_pages(keys))
    found.unreadable += sorted(unreadable)
    return [document.page_id for document in documents if not _is_stored(document, stored)]


def _judge(name: str, engine: Engine, suspects: Sequence[int], found: Comparison) -> None:
    """Look at pages again, since they may have changed at the first look, and sort the faults by their kind."""
    engine.refresh()
    waiting = set(IndexChange.objects.filter(engine=name, page_id__in=suspects).values_list("page_id", flat=True))
    keys = [page_id for page_id in suspects if page_id not in waiting]
    found.waiting += len(waiting)
    stored = _by_page(engine.stored(keys))
    documents = {document.page_id: document for document in read_documents(specific_pages(keys))[0]}
    for page_id in keys:
        if page_id not in documents:
            found.surplus += [page_id] if page_id in stored else []
        elif page_id not in stored:
            found.missing.append(page_id)
        elif not _is_stored(documents[page_id], stored):
            found.outdated.append(page_id)


def _by_page(documents: Iterable[SearchDocument]) -> dict[int, list[SearchDocument]]:
    found: dict[int, list[SearchDocument]] = {}
    for document in documents:
        found.setdefault(document.page_id, []).append(document)
    return found


def _is_stored(document: SearchDocument, stored: Mapping[int, Sequence[SearchDocument]]) -> bool:
    held = stored.get(document.page_id, ())
    return len(held) == 1 and _content(held[0]) == _content(document)


def _content(document: SearchDocument) -> Any:
    return (
        document.language,
        document.published_on,
        {name: text for name, text in document.texts.items() if text and name in FIELDS},
        {name: frozenset(values) for name, values in document.facets.items() if values and name in registered_facets()},
    )
