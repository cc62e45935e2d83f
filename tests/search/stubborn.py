"""The engines that tests set: the embedded one, and one that refuses and fails when told to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from chorsu_search.documents import SearchDocument
from chorsu_search.engines.base import EngineError, LaterClaimError, Results
from chorsu_search.queries import Query

EMBEDDED = {"ENGINE": "chorsu_search.engines.embedded.embedded_engine"}
STUBBORN = {"ENGINE": "tests.search.stubborn.StubbornEngine"}
TWO_ENGINES = {"ENGINES": {"stubborn": STUBBORN, "embedded": EMBEDDED}, "PAUSE": 0}


def elasticsearch_at(url: str, **options: Any) -> dict[str, Any]:
    """Return the settings of Elasticsearch at an address."""
    return {"ENGINE": "chorsu_search.engines.elasticsearch.ElasticsearchEngine", "URL": url, **options}


class StubbornEngine:
    """An engine elsewhere, as a server is, that remembers what it was given, and fails when told to."""

    in_database = False
    claim = 0
    documents: dict[int, SearchDocument] = {}
    failure: Exception | None = None
    refused: set[int] = set()
    refusal: type[Exception] = EngineError

    def take(self, claim: int) -> None:
        if self.failure:
            raise self.failure
        if claim < StubbornEngine.claim:
            raise LaterClaimError("later")
        StubbornEngine.claim = claim

    def index(self, documents: Sequence[SearchDocument], *, claim: int) -> None:
        self.take(claim)
        if bad := [document.page_id for document in documents if document.page_id in self.refused]:
            raise self.refusal(f"refused page {bad[0]}")
        self.documents.update({document.page_id: document for document in documents})

    def delete(self, page_ids: Iterable[int], *, claim: int) -> None:
        self.take(claim)
        for page_id in page_ids:
            self.documents.pop(page_id, None)

    def search(self, query: Query) -> Results:  # noqa: ARG002
        if self.failure:
            raise self.failure
        return Results()

    @contextmanager
    def rebuilding(self, language: str) -> Iterator[Any]:  # noqa: ARG002
        if self.failure:
            raise self.failure
        yield self.index

    def refresh(self) -> None:
        pass

    finish_rebuild = refresh

    def stored(self, page_ids: Sequence[int]) -> list[SearchDocument]:
        return [self.documents[page_id] for page_id in page_ids if page_id in self.documents]

    def stored_ids(self, *, after: int, limit: int) -> list[int]:
        return sorted(page_id for page_id in self.documents if page_id > after)[:limit]

    def check(self) -> list[Any]:
        return []
