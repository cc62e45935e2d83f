"""What every engine can do, and what it answers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable

from django.core.checks import CheckMessage

from chorsu_search.documents import SearchDocument
from chorsu_search.queries import Query


class EngineError(Exception):
    """An engine can't do what it was asked now; the text says why and what to do."""


class EngineUnavailableError(EngineError):
    """The engine doesn't answer."""


class EngineNotReadyError(EngineUnavailableError):
    """The server answers, but the index has never been filled."""


_deadline: ContextVar[float | None] = ContextVar("chorsu_search_deadline", default=None)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Let engines that are elsewhere answer within so many seconds in all, while somebody waits for the block."""
    token = _deadline.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _deadline.reset(token)


def in_a_hurry() -> bool:
    """Return whether this is inside ``within``."""
    return _deadline.get() is not None


def time_left(usual: float) -> float:
    """Return how many seconds a request may take, ``usual`` at most. Raises ``EngineUnavailableError`` at the end."""
    deadline = _deadline.get()
    if deadline is None:
        return usual
    left = min(usual, deadline - time.monotonic())
    if left <= 0:
        raise EngineUnavailableError("The search engine took too long for somebody who waits; the next sweep does it.")
    return left


@dataclass(frozen=True, slots=True)
class Hit:
    """One page found. ``texts`` are its stored texts, for extracts."""

    page_id: int
    language: str
    texts: Mapping[str, str]
    published_on: datetime | None = None


@dataclass(frozen=True, slots=True)
class Results:
    """An answer: how many pages fit, those asked for, and per facet its values with how many pages each has.

    The counts of a facet leave its own filter out, so that a reader sees what else there would be. ``languages`` says
    how many pages fit in each language where more than one was asked for.
    """

    total: int = 0
    hits: Sequence[Hit] = ()
    facets: Mapping[str, Sequence[tuple[str, int]]] = field(default_factory=dict)
    languages: Mapping[str, int] = field(default_factory=dict)


Batches = Callable[[str], Iterator[Sequence[SearchDocument]]]
Progress = Callable[[str, int], None]


@runtime_checkable
class Engine(Protocol):
    """A search engine. Every method raises ``EngineError`` where the engine can't do it now."""

    def index(self, documents: Sequence[SearchDocument]) -> None:
        """Store documents; one that is older than what is stored of its page is ignored."""

    def delete(self, page_ids: Iterable[int], *, version: int) -> None:
        """Forget pages, and remember that they were deleted, so that a late older document doesn't revive them."""

    def search(self, query: Query) -> Results:
        """Answer a query; a limit of 0 asks for the number of results alone."""

    def rebuild(self, languages: Sequence[str], batches: Batches, progress: Progress, *, version: int) -> list[int]:
        """Fill the index of each language anew while changes and questions go on; return pages that it refuses.

        ``batches(language)`` yields the documents of a language; ``progress(language, done)`` is told after each.
        ``version`` is older than every document of the rebuild: what is older still and not among them is gone.
        """

    def stored(self, page_ids: Sequence[int]) -> list[SearchDocument]:
        """Return what is stored of pages, tombstones left out; a page may be there in several languages by mistake."""

    def stored_ids(self, *, after: int, limit: int) -> list[int]:
        """Return the next pages above ``after`` that something is stored of, in the order of their numbers."""

    def newest_version(self) -> int:
        """Return the highest version that was ever stored; 0 where that is restored with the database anyway."""

    def refresh(self) -> None:
        """Make what was written visible to searches at once."""

    def check(self) -> list[CheckMessage]:
        """Return what is wrong with the engine's options or with the database under it."""
