"""The interface of an engine, its results and errors, and what engines share."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from django.core.checks import CheckMessage

from chorsu_search.conf import get_settings
from chorsu_search.documents import SearchDocument
from chorsu_search.queries import Query

DEEPEST = 10_000  # results beyond this are counted, not shown: Elasticsearch refuses to page further
MANY = 1_000  # results from which they are cached
CACHED_FOR = 60.0  # seconds
SHARE = 0.15  # of the score, lost by an old document


class EngineError(Exception):
    """An engine can't do what it was asked now; the text says why and what to do."""


class EngineUnavailableError(EngineError):
    """The engine doesn't answer."""


class EngineNotReadyError(EngineUnavailableError):
    """The server answers, but the index has never been filled."""


class LaterClaimError(EngineError):
    """A later claim than this one has written there."""


@dataclass(frozen=True, slots=True)
class Results:
    """How many pages match, those asked for (without their facets), and by facet the number of pages with each value.

    The counts of a facet leave its own filter out, so that a reader sees what else there would be. ``languages`` are
    the numbers of matching pages by language, where the query has more than one.
    """

    total: int = 0
    hits: Sequence[SearchDocument] = ()
    facets: Mapping[str, Sequence[tuple[str, int]]] = field(default_factory=dict)
    languages: Mapping[str, int] = field(default_factory=dict)


class Fill(Protocol):
    """The function that stores documents in an index that is being filled."""

    def __call__(self, documents: Sequence[SearchDocument], *, claim: int) -> None: ...


@runtime_checkable
class Engine(Protocol):
    """A search engine. Every method raises ``EngineError`` where the engine can't do it now.

    ``in_database``: the documents are in the site's own database, and writing is part of the caller's transaction.
    Elsewhere a process whose lease has ended may still write. So ``claim`` grows with each holder of the lease, and an
    engine raises ``LaterClaimError`` if a higher claim has written.
    """

    in_database: bool

    def index(self, documents: Sequence[SearchDocument], *, claim: int) -> None:
        """Store documents, and replace what is stored of their pages."""

    def delete(self, page_ids: Iterable[int], *, claim: int) -> None:
        """Delete what is stored of pages."""

    def rebuilding(self, language: str) -> AbstractContextManager[Fill]:
        """Rebuild the index of a language: the block stores documents by the function that it gets.

        Changes may be indexed meanwhile. Readers get the old documents until the block ends; an exception keeps the
        old index. An engine in the database replaces each document at once, and its caller deletes what is no page.
        """

    def finish_rebuild(self) -> None:
        """Optimise the index after its languages were rebuilt."""

    def search(self, query: Query) -> Results:
        """Return the results of a query; with a limit of 0 only their number."""

    def stored(self, page_ids: Sequence[int]) -> list[SearchDocument]:
        """Return what is stored of pages; by mistake a page may be stored in several languages."""

    def stored_ids(self, *, after: int, limit: int) -> list[int]:
        """Return the keys of stored pages above ``after``, in order."""

    def refresh(self) -> None:
        """Make what was written visible to searches at once."""

    def check(self) -> list[CheckMessage]:
        """Return what is wrong with the engine's options or its database."""


class ResultsCache[Value]:
    """At most ``size`` values about queries with more than ``MANY`` results, for a minute.

    docs/decisions/common-words.md says why.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._cached: dict[str, tuple[float, Value]] = {}
        self.clear = self._cached.clear

    def get(self, query: str) -> Value | None:
        until, value = self._cached.get(query, (0.0, None))
        return value if until > time.monotonic() else None

    def set(self, query: str, value: Value, results: int) -> None:
        """Cache the value of a query that has so many results, if they are many enough."""
        if results <= MANY:
            return
        if len(self._cached) >= self._size:
            self._cached.clear()
        self._cached[query] = (time.monotonic() + CACHED_FOR, value)


def age_factor(days: str) -> str:
    """Return an SQL factor for a document's score; ``days`` is an SQL expression of its age, which may be NULL.

    The factor falls evenly from 1 to 1 - ``SHARE``, which a document has that is twice as old as
    ``CHORSU_SEARCH["RECENCY"]``. So a better match stays above a newer one, and the newer of two equals comes first.
    """
    half = get_settings().recency
    if not half:
        return "1.0"
    left = f"1.0 - ({days}) / {2.0 * half}"
    return f"({1 - SHARE} + {SHARE} * CASE WHEN ({days}) < {2.0 * half} THEN {left} ELSE 0 END)"
