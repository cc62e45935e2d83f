"""Comparing an engine's index with the database, page by page, and mending what differs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chorsu_search.documents import SearchDocument
from chorsu_search.engines import get_engine
from chorsu_search.engines.base import Engine
from chorsu_search.fields import FACETS, FIELDS
from chorsu_search.models import IndexChange
from chorsu_search.services import BATCH, findable_pages, last_version, next_version, read_documents, specific_pages


@dataclass(slots=True)
class Comparison:
    """How an index differs from the database, by the numbers of pages.

    ``waiting``: changed and not yet indexed, which is no fault. ``outdated``: stored otherwise than they are, in
    another language too, or under a number that was never given. ``unreadable``: pages that could not be read.
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


def repair(name: str, comparison: Comparison) -> None:
    """Delete what the engine has of the pages at fault, and note them as changed; ``sync`` then writes them again."""
    faults = comparison.faults
    engine = get_engine(name)
    for start in range(0, len(faults), BATCH):
        batch = faults[start : start + BATCH]
        # Written first: should this process end between, the pages come back all the same.
        IndexChange.objects.bulk_create([IndexChange(engine=name, page_id=page_id) for page_id in batch])
        gone = set(batch) & {*comparison.surplus, *comparison.outdated}
        if gone:
            engine.delete(sorted(gone), version=next_version())


def _differing(engine: Engine, keys: Sequence[int], found: Comparison) -> list[int]:
    """Return which of the pages the engine doesn't hold as they are."""
    stored = _by_page(engine.stored(keys))
    documents, unreadable = read_documents(specific_pages(keys), 0)
    found.unreadable += sorted(unreadable)
    newest = last_version()
    return [document.page_id for document in documents if not _is_stored(document, stored, newest)]


def _judge(name: str, engine: Engine, suspects: Sequence[int], found: Comparison) -> None:
    """Look at pages again, since they may have changed at the first look, and sort the faults by their kind."""
    engine.refresh()
    waiting = set(IndexChange.objects.filter(engine=name, page_id__in=suspects).values_list("page_id", flat=True))
    keys = [page_id for page_id in suspects if page_id not in waiting]
    found.waiting += len(waiting)
    stored = _by_page(engine.stored(keys))
    documents = {document.page_id: document for document in read_documents(specific_pages(keys), 0)[0]}
    newest = last_version()
    for page_id in keys:
        if page_id not in documents:
            found.surplus += [page_id] if page_id in stored else []
        elif page_id not in stored:
            found.missing.append(page_id)
        elif not _is_stored(documents[page_id], stored, newest):
            found.outdated.append(page_id)


def _by_page(documents: Iterable[SearchDocument]) -> dict[int, list[SearchDocument]]:
    found: dict[int, list[SearchDocument]] = {}
    for document in documents:
        found.setdefault(document.page_id, []).append(document)
    return found


def _is_stored(document: SearchDocument, stored: Mapping[int, Sequence[SearchDocument]], newest: int) -> bool:
    held = stored.get(document.page_id, ())
    return len(held) == 1 and _content(held[0]) == _content(document) and held[0].version <= newest


def _content(document: SearchDocument) -> Any:
    return (
        document.language,
        document.published_on,
        {name: text for name, text in document.texts.items() if text and name in FIELDS},
        {name: frozenset(values) for name, values in document.facets.items() if values and name in FACETS},
    )
