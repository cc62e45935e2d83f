"""The Elasticsearch engine: an index per language behind an alias.

Names, with the prefix "chorsu": the alias ``chorsu.tg`` points to the index that answers; while it is rebuilt the alias
``chorsu.tg.next`` points to the one that is being filled, and changes are written through both. Writes demand an
alias, so that no server makes an index of its own with guessed fields. A prefix holds no dot: "chorsu.*" are never the
indexes of "chorsu-staging".
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from django.core import checks
from django.core.checks import CheckMessage
from elasticsearch import ApiError, NotFoundError

from chorsu_search.documents import SearchDocument
from chorsu_search.engines.base import (
    Batches,
    EngineError,
    EngineNotReadyError,
    EngineUnavailableError,
    Progress,
    Results,
)
from chorsu_search.engines.elasticsearch_index import (
    NEWEST,
    NEXT,
    ONLY_ONE,
    Write,
    document_of,
    index_body,
    newest_mark,
    raise_refusals,
    tombstone_of,
    write_of,
)
from chorsu_search.engines.elasticsearch_query import request, results_of
from chorsu_search.engines.elasticsearch_server import Server, option_faults
from chorsu_search.engines.kept import KeptAnswers
from chorsu_search.queries import Query

logger = logging.getLogger("search")

DEEPEST = 10_000  # Elasticsearch refuses to page further
MOST_KEPT = 50  # answers, each with the texts of its page of results


class ElasticsearchEngine:
    """Search by Elasticsearch 8 or 9, through the 8.x client."""

    def __init__(
        self,
        url: str | Sequence[str],
        prefix: str = "chorsu",
        *,
        search_timeout: float = 1,
        index_timeout: float = 10,
        options: Mapping[str, Any] | None = None,
        shards: int = 1,
        replicas: int | None = None,
    ) -> None:
        self.server = Server(url, search_timeout, index_timeout, options or {})
        self.prefix = prefix
        self.shards = shards
        self.replicas = replicas
        self._kept = KeptAnswers[Results](MOST_KEPT)

    @property
    def pattern(self) -> str:
        """Return the pattern of this site's indexes and aliases."""
        return f"{self.prefix}.*"

    # --- writing ---

    def index(self, documents: Sequence[SearchDocument]) -> None:
        """Store documents; an older one than what is stored is ignored."""
        self._write([write_of(document) for document in documents])

    def delete(self, page_ids: Iterable[int], *, version: int) -> None:
        """Store tombstones in every language: a deleted document's version is forgotten after a minute."""
        with self.server.errors():
            languages = self._languages()
        self._write([tombstone_of(page_id, language, version) for page_id in page_ids for language in languages])

    def refresh(self) -> None:
        """Make what was written visible to searches at once."""
        with self.server.errors():
            self.server.write_client.indices.refresh(index=self.pattern)

    def rebuild(self, languages: Sequence[str], batches: Batches, progress: Progress, *, version: int) -> list[int]:  # noqa: ARG002
        """Fill a new index per language while changes go to both, then move the alias in one action."""
        refused: list[int] = []
        for language in languages:
            with self.server.errors():
                name = self._create_next(language)
            try:
                done = 0
                for batch in batches(language):
                    refused += self._write_what_fits([write_of(document) for document in batch])
                    done += len(batch)
                    progress(language, done)
                with self.server.errors():
                    self.server.write_client.indices.refresh(index=name)
                    self._put_into_service(language, name)
            except BaseException:
                with suppress(EngineError), self.server.errors():
                    # Not where only the answer was lost: then it is in service.
                    if name in self._aliases().get(self._alias(language) + NEXT, []):
                        self.server.write_client.indices.delete(index=name, ignore_unavailable=True)
                raise
        return refused

    # --- reading ---

    def stored(self, page_ids: Sequence[int]) -> list[SearchDocument]:
        """Return what is stored of pages."""
        wanted = {"terms": {"page_id": list(page_ids)}}
        return [document_of(hit) for hit in self._stored(wanted, DEEPEST, version=True)]

    def stored_ids(self, *, after: int, limit: int) -> list[int]:
        """Return the next pages that something is stored of."""
        hits = self._stored({"range": {"page_id": {"gt": after}}}, limit, source=["page_id"])
        return list(dict.fromkeys(hit["_source"]["page_id"] for hit in hits))

    def _stored(self, wanted: Mapping[str, Any], size: int, **options: Any) -> list[Any]:
        query = {"bool": {"filter": [wanted, {"term": {"deleted": False}}]}}
        with self.server.errors():
            if not (indexes := [self._alias(language) for language in self._languages()]):
                return []
            answer = self.server.write_client.search(
                index=indexes, query=query, size=size, sort=[{"page_id": "asc"}], **options
            )
        return list(answer["hits"]["hits"])

    def newest_version(self) -> int:
        """Return the highest version that was ever written to an index in service."""
        with self.server.errors():
            marks = [{"_index": self._alias(language), "_id": NEWEST} for language in self._languages()]
            if not marks:
                return 0
            found = self.server.write_client.mget(docs=marks, source=False)["docs"]
        return max((mark["_version"] for mark in found if mark.get("found")), default=0)

    def search(self, query: Query) -> Results:
        """Answer a query; what was found of very many documents may be a minute old."""
        if kept := self._kept.get(repr(query)):
            return kept
        results = self._search(query)
        self._kept.keep(repr(query), results, results.total)
        return results

    def _search(self, query: Query) -> Results:
        if not query.wanted():
            return Results()
        if query.offset + query.limit > DEEPEST:
            return Results(total=self.search(replace(query, offset=0, limit=0)).total)
        indexes = [self._alias(language) for language in query.languages]
        with self.server.errors():
            try:
                response = request(query, self.server.search_client, indexes).execute()
            except NotFoundError as error:
                if not self._mended_aliases():
                    raise EngineNotReadyError(f"{self.server} has no index: run search_rebuild.") from error
                response = request(query, self.server.search_client, indexes).params(ignore_unavailable=True).execute()
        return results_of(response)

    def check(self) -> list[CheckMessage]:
        """Report options that can't be right, else a server that doesn't serve this site now."""
        if faults := option_faults(self.server.hosts, self.prefix, self.shards, self.replicas):
            return faults
        try:
            with self.server.errors():
                self.server.search_client.info()
                if self._languages():
                    return []
        except EngineError as error:
            hint = "Readers are served by the next engine meanwhile, and changes wait."
            return [checks.Warning(str(error), hint=hint, id="chorsu_search.W001")]
        hint = "Run `manage.py search_rebuild`."
        return [checks.Warning(f"{self.server} has no index of this site.", hint=hint, id="chorsu_search.W002")]

    # --- inside ---

    def _alias(self, language: str) -> str:
        return f"{self.prefix}.{language.lower()}"

    def _aliases(self) -> dict[str, list[str]]:
        """Return the aliases of this site, each with its indexes."""
        found: dict[str, list[str]] = {}
        for index, value in self.server.write_client.indices.get_alias(name=self.pattern).body.items():
            for alias in value["aliases"]:
                found.setdefault(alias, []).append(index)
        return found

    def _mended_aliases(self) -> dict[str, list[str]]:
        """Return the aliases, after giving back its own to an index that somebody took it from.

        Where a language has several indexes without an alias, nobody knows which one it was: ``search_rebuild``.
        """
        aliases, lone = self._aliases(), dict[str, list[str]]()
        for index, value in self.server.write_client.indices.get_alias(index=self.pattern).body.items():
            if not value["aliases"]:
                lone.setdefault(index.rpartition(".")[0], []).append(index)
        for alias, indexes in lone.items():
            if alias not in aliases and len(indexes) == 1:
                logger.error("The index %s had lost its alias; it has it again.", indexes[0])
                self.server.write_client.indices.put_alias(index=indexes[0], name=alias, is_write_index=True)
            elif alias not in aliases:
                raise EngineNotReadyError(f"{self.server} has several indexes for {alias}: run search_rebuild.")
        return self._aliases() if lone else aliases

    def _languages(self) -> list[str]:
        """Return the languages that have an index in service."""
        start = len(self.prefix) + 1
        return [alias[start:] for alias in self._aliases() if not alias.endswith(NEXT)]

    def _create(self, language: str, *, suffix: str = "") -> str:
        """Create an index behind an alias; the server refuses it where another index has the alias."""
        alias = self._alias(language) + suffix
        name = f"{self._alias(language)}.{uuid.uuid4().hex[:12]}"
        self.server.write_client.indices.create(
            index=name, **index_body(language, self.shards, self.replicas), aliases={alias: ONLY_ONE}
        )
        return name

    def _create_first(self, language: str) -> None:
        """Create the index of a language's first page, unless another writer has just done it."""
        try:
            self._create(language)
        except ApiError:
            if self._alias(language) not in self._aliases():
                raise

    def _create_next(self, language: str) -> str:
        """Create the index that a rebuild fills; what an earlier, broken rebuild left is deleted."""
        for leftover in self._aliases().get(self._alias(language) + NEXT, []):
            self.server.write_client.indices.delete(index=leftover, ignore_unavailable=True)
        return self._create(language, suffix=NEXT)

    def _put_into_service(self, language: str, name: str) -> None:
        self._kept.clear()
        alias = self._alias(language)
        # Whatever has the alias by then: the first page of the language may have come during the rebuild.
        actions: list[dict[str, Any]] = [
            {"remove": {"index": f"{alias}.*", "alias": alias, "must_exist": False}},
            {"add": {"index": name, "alias": alias, **ONLY_ONE}},
            {"remove": {"index": name, "alias": f"{alias}{NEXT}"}},
        ]
        self.server.write_client.indices.update_aliases(actions=actions)
        indexes = self.server.write_client.indices.get_alias(index=f"{alias}.*").body
        for index in [index for index, value in indexes.items() if not value["aliases"]]:
            self.server.write_client.indices.delete(index=index, ignore_unavailable=True)

    def _write(self, writes: Sequence[Write], *, only_next: bool = False) -> None:
        """Write through the aliases, each document with its version; raise for the first that is refused."""
        if not writes:
            return
        self._kept.clear()
        with self.server.errors():
            aliases = self._aliases()
            if not only_next and any(self._alias(write.language) not in aliases for write in writes):
                aliases = self._mended_aliases()
            if not only_next and all(alias.endswith(NEXT) for alias in aliases):
                # Filling an index with nothing but the changes would hide every other page.
                raise EngineNotReadyError(f"{self.server} has no index of this site: run search_rebuild. Changes wait.")
            operations: list[Mapping[str, Any]] = []
            by_language: dict[str, list[Write]] = {}
            for write in writes:
                by_language.setdefault(write.language, []).append(write)
            for write in [*writes, *(newest_mark(*of_language) for of_language in by_language.items())]:
                alias = self._alias(write.language)
                if not only_next and alias not in aliases:
                    self._create_first(write.language)
                    aliases = self._aliases()
                # The one being filled first: should it be put into service between the two, the alias means it too.
                following = [alias + NEXT] if only_next or alias + NEXT in aliases else []
                for target in following if only_next else [*following, alias]:
                    operations += [{"index": {"_index": target, **write.identity}}, write.source]
            answer = self.server.write_client.bulk(operations=operations, require_alias=True)
        raise_refusals(answer["items"], only_next=only_next)

    def _write_what_fits(self, writes: Sequence[Write]) -> list[int]:
        """Write into the index that is being filled; return the pages that it refuses, which stop no others."""
        try:
            self._write(writes, only_next=True)
        except EngineUnavailableError:
            raise
        except EngineError as error:
            if len(writes) == 1:
                logger.error("Page %s could not be indexed: %s", writes[0].page_id, error)  # noqa: TRY400
                return [writes[0].page_id]
            return [page_id for write in writes for page_id in self._write_what_fits([write])]
        return []
