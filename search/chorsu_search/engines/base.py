"""What every engine can do, what it answers, and how much an older document counts."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable

from django.core.checks import CheckMessage

from chorsu_search.conf import get_settings
from chorsu_search.documents import SearchDocument
from chorsu_search.queries import Query

MANY = 1_000  # results
KEPT_FOR = 60.0  # seconds
SHARE = 0.15  # of the score, which an old document loses


class EngineError(Exception):
    """An engine can't do what it was asked now; the text says why and what to do."""


class EngineUnavailableError(EngineError):
    """The engine doesn't answer."""


class EngineNotReadyError(EngineUnavailableError):
    """The server answers, but the index has never been filled."""


class LaterClaimError(EngineError):
    """A later claim than this one has written there."""


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


class Fill(Protocol):
    """Stores documents in an index that is being filled."""

    def __call__(self, documents: Sequence[SearchDocument], *, claim: int) -> None: ...


@runtime_checkable
class Engine(Protocol):
    """A search engine. Every method raises ``EngineError`` where the engine can't do it now.

    One process writes at a time. ``in_database``: the documents stand in the site's own database, so writing is a part
    of the caller's transaction. Elsewhere a process that was thought dead may still write: ``claim`` is a number that
    grows with each holder of the lease, and an engine raises ``LaterClaimError`` where a higher one has written.
    """

    in_database: bool

    def index(self, documents: Sequence[SearchDocument], *, claim: int) -> None:
        """Store documents in the place of what is stored of their pages."""

    def delete(self, page_ids: Iterable[int], *, claim: int) -> None:
        """Forget pages."""

    def rebuilding(self, language: str) -> AbstractContextManager[Fill]:
        """Fill the index of a language anew by the function, while changes come in between.

        The block's end puts the index into service; readers see the old one until then, or each page's old document. An
        exception leaves it as it was. In the site's own database the caller deletes what isn't a page any longer.
        """

    def finish_rebuild(self) -> None:
        """Tidy up after the languages that were filled."""

    def search(self, query: Query) -> Results:
        """Answer a query; a limit of 0 asks for the number of results alone."""

    def stored(self, page_ids: Sequence[int]) -> list[SearchDocument]:
        """Return what is stored of pages; a page may be there in several languages by mistake."""

    def stored_ids(self, *, after: int, limit: int) -> list[int]:
        """Return the next pages above ``after`` that something is stored of, in the order of their numbers."""

    def refresh(self) -> None:
        """Make what was written visible to searches at once."""

    def check(self) -> list[CheckMessage]:
        """Return what is wrong with the engine's options or with the database under it."""


class KeptAnswers[Answer]:
    """Answers about very many documents, at most ``most`` of them, by their questions, kept for a while.

    docs/decisions/common-words.md says what that means.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: dict[str, tuple[float, Answer]] = {}

    def get(self, question: str) -> Answer | None:
        """Return what was kept of a question, unless that is too old."""
        until, answer = self._kept.get(question, (0.0, None))
        return answer if until > time.monotonic() else None

    def keep(self, question: str, answer: Answer, results: int) -> None:
        """Keep an answer with so many results, if they are very many."""
        if results <= MANY:
            return
        if len(self._kept) >= self._most:
            self._kept.clear()
        self._kept[question] = (time.monotonic() + KEPT_FOR, answer)

    def clear(self) -> None:
        self._kept.clear()


def weakening(days: str) -> str:
    """Return the factor of a document's score in SQL; ``days`` is the expression of its age, which may be NULL.

    A document loses nothing on its day and ``SHARE`` of its score once it is twice as old as
    ``CHORSU_SEARCH["RECENCY"]`` says, evenly in between. So a better match stays above a newer one, and the newer of
    two like ones comes first.
    """
    half = get_settings().recency
    if not half:
        return "1.0"
    left = f"1.0 - ({days}) / {2.0 * half}"
    return f"({1 - SHARE} + {SHARE} * CASE WHEN ({days}) < {2.0 * half} THEN {left} ELSE 0 END)"
