from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import batched
from typing import Any

from django.core.management.base import BaseCommand

from chorsu_search.documents import FIELDS, SearchDocument, findable_pages, read_documents, specific_pages
from chorsu_search.engines import engine_names, get_engine
from chorsu_search.engines.base import Engine, EngineError
from chorsu_search.management.commands.search_rebuild import for_each_engine, progress_line
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

    def _compare(self, engine: str) -> IndexDifference:
        with progress_line(sys.stderr, findable_pages().count()) as show:
            found = compare(engine, progress=partial(show, engine))
        self.stdout.write(f"{engine}: {found.checked} pages compared, {found.waiting} changes wait.")
        for name in ("missing", "outdated", "surplus", "unreadable"):
            if pages := getattr(found, name):
                more = " …" if len(pages) > SHOWN else ""
                self.stdout.write(f"  {name}: {len(pages)} ({', '.join(map(str, pages[:SHOWN]))}{more})")
        return found


@dataclass(slots=True)
class IndexDifference:
    """How an index differs from the database, by keys of pages.

    ``waiting``: how many are changed and not yet indexed, which is no fault. ``outdated``: stored with another content,
    or in another language too. ``unreadable``: could not be read.
    """

    checked: int = 0
    waiting: int = 0
    missing: list[int] = field(default_factory=list)
    outdated: list[int] = field(default_factory=list)
    surplus: list[int] = field(default_factory=list)
    unreadable: list[int] = field(default_factory=list)

    @property
    def faults(self) -> list[int]:
        return sorted({*self.missing, *self.outdated, *self.surplus})


def compare(name: str, *, progress: Callable[[int], None] | None = None) -> IndexDifference:
    """Compare every page that readers may find, and every document of the engine. Raises ``EngineError``.

    Memory grows with the number of faults alone. A page that differs is compared twice, as it may change meanwhile.
    """
    engine = get_engine(name)
    engine.refresh()
    found = IndexDifference()
    suspects: list[int] = []
    pages = findable_pages().order_by("pk").values_list("pk", flat=True)
    last = 0
    while keys := list(pages.filter(pk__gt=last)[:BATCH]):
        stored = _by_page(engine.stored(keys))
        documents, unreadable = read_documents(specific_pages(keys))
        found.unreadable += sorted(unreadable)
        suspects += [document.page_id for document in documents if not _is_stored(document, stored)]
        found.checked += len(keys)
        last = keys[-1]
        if progress:
            progress(found.checked)
    last = 0
    while keys := engine.stored_ids(after=last, limit=BATCH):
        suspects += sorted(set(keys) - set(pages.filter(pk__in=keys)))
        last = keys[-1]
    for some in batched(suspects, BATCH):
        _compare_again(name, engine, some, found)
    return found


def _compare_again(name: str, engine: Engine, suspects: Sequence[int], found: IndexDifference) -> None:
    """Compare pages once more, and sort the faults by their kind."""
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
    facets = registered_facets()
    return (
        document.language,
        document.published_on,
        {name: text for name, text in document.texts.items() if text and name in FIELDS},
        {name: frozenset(values) for name, values in document.facets.items() if values and name in facets},
    )
