"""The Elasticsearch engine: an index per language behind an alias.

Names, with the prefix "chorsu": the alias ``chorsu.tg`` points to the index that answers; while it is rebuilt the alias
``chorsu.tg.next`` points to the one that is being filled, and changes are written through both. Writes demand an
alias, so that no server makes an index of its own with guessed fields. A prefix holds no dot: "chorsu.*" are never the
indexes of "chorsu-staging".
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

from django.core import checks
from django.core.checks import CheckMessage
from elasticsearch import NotFoundError

from chorsu_search.documents import SearchDocument
from chorsu_search.engines.base import EngineError, EngineNotReadyError, Fill, KeptAnswers, Results
from chorsu_search.engines.elasticsearch_index import (
    NEXT,
    ONLY_ONE,
    Write,
    document_of,
    index_body,
    newest_mark,
    raise_refusals,
    write_of,
)
from chorsu_search.engines.elasticsearch_query import request, results_of
from chorsu_search.engines.elasticsearch_server import Server, option_faults
from chorsu_search.queries import Query

logger = logging.getLogger("search")

DEEPEST = 10_000  # Elasticsearch refuses to page further
MOST_KEPT = 50  # answers, each with the texts of its page of results


class ElasticsearchEngine:
    """Search by Elasticsearch 8 or 9, through the 8.x client."""

    in_database = False

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

    def index(self, documents: Sequence[SearchDocument], *, claim: int) -> None:
        """Store documents; those of a later claim are left as they are, with an error."""
        self._write([write_of(document) for document in documents], claim)

    def delete(self, page_ids: Iterable[int], *, claim: int) -> None:
        """Delete pages in every language."""
        with self.server.errors():
            languages = {alias[len(self.prefix) + 1 :].removesuffix(NEXT) for alias in self._aliases()}
        self._write([Write(language, page_id) for page_id in page_ids for language in languages], claim)

    def refresh(self) -> None:
        """Make what was written visible to searches at once."""
        with self.server.errors():
            self.server.write_client.indices.refresh(index=self.pattern)

    @contextmanager
    def rebuilding(self, language: str) -> Iterator[Fill]:
        """Fill a new index while changes go to both, then move the alias in one action."""
        with self.server.errors():
            name = self._create_next(language)

        def fill(documents: Sequence[SearchDocument], *, claim: int) -> None:
            self._write([write_of(document) for document in documents], claim, only_next=True)

        try:
            yield fill
            with self.server.errors():
                self.server.write_client.indices.refresh(index=name)
                self._put_into_service(language, name)
        except BaseException:
            with suppress(EngineError), self.server.errors():
                # Not where only the answer was lost: then it is in service.
                if name in self._aliases().get(self._alias(language) + NEXT, []):
                    self.server.write_client.indices.delete(index=name, ignore_unavailable=True)
            raise

    def finish_rebuild(self) -> None:
        """Do nothing: the server tidies up by itself."""

    # --- reading ---

    def stored(self, page_ids: Sequence[int]) -> list[SearchDocument]:
        """Return what is stored of pages."""
        wanted = {"terms": {"page_id": list(page_ids)}}
        return [document_of(hit) for hit in self._stored(wanted, DEEPEST)]

    def stored_ids(self, *, after: int, limit: int) -> list[int]:
        """Return the next pages that something is stored of."""
        hits = self._stored({"range": {"page_id": {"gt": after}}}, limit, source=["page_id"])
        return list(dict.fromkeys(hit["_source"]["page_id"] for hit in hits))

    def _stored(self, wanted: Mapping[str, Any], size: int, **options: Any) -> list[Any]:
        query = {"bool": {"filter": [wanted, {"exists": {"field": "language"}}]}}
        with self.server.errors():
            if not (indexes := [self._alias(language) for language in self._languages()]):
                return []
            answer = self.server.write_client.search(
                index=indexes, query=query, size=size, sort=[{"page_id": "asc"}], **options
            )
        return list(answer["hits"]["hits"])

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

    def _write(self, writes: Sequence[Write], claim: int, *, only_next: bool = False) -> None:
        """Write through the aliases; raise for the first that is refused."""
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
            for write in [*writes, *map(newest_mark, {write.language: None for write in writes})]:
                alias = self._alias(write.language)
                if not only_next and alias not in aliases and write.source:
                    self._create(write.language)
                    aliases = self._aliases()
                # The one being filled first: should it be put into service between the two, the alias means it too.
                for target in [alias + NEXT] if only_next else [alias + NEXT, alias]:
                    if target in aliases:
                        operations += write.operations(target, claim)
            answer = self.server.write_client.bulk(operations=operations, require_alias=True)
        raise_refusals(answer["items"])
