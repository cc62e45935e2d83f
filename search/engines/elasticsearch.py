"""The Elasticsearch engine: an index per language behind an alias.

Names, with the prefix "chorsu": the alias ``chorsu-tg`` points to the index that answers; while it is rebuilt the alias
``chorsu-tg-next`` points to the one that is being filled, and changes are written through both. Writes demand an
alias, so that no server makes an index of its own with guessed fields.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from typing import Any

from django.core import checks
from django.core.checks import CheckMessage
from elasticsearch import ApiError, Elasticsearch, NotFoundError, TransportError
from elasticsearch.dsl import Q, Search

from search.analysis.elasticsearch import ANALYZER, EXACT_ANALYZER, analysis_settings
from search.documents import SearchDocument
from search.engines.base import (
    Batches,
    EngineError,
    EngineNotReadyError,
    EngineUnavailableError,
    Hit,
    Progress,
    Results,
)
from search.fields import EXACT_BOOST, FACETS, FIELDS, WEIGHTS
from search.queries import Query
from search.suggestions import suggest_layouts

DEEPEST = 10_000  # Elasticsearch refuses to page further
_WEIGHTED = [f"{name}^{weight}" for name, weight in WEIGHTS.items()]
_WEIGHTED_EXACT = [f"{name}.exact^{weight * EXACT_BOOST}" for name, weight in WEIGHTS.items()]


def index_body(language: str) -> dict[str, Any]:
    """Return the settings and mappings of a language's index."""
    text = {"type": "text", "analyzer": ANALYZER, "fields": {"exact": {"type": "text", "analyzer": EXACT_ANALYZER}}}
    return {
        "settings": {"number_of_shards": 1, "auto_expand_replicas": "0-1", "analysis": analysis_settings(language)},
        "mappings": {
            "dynamic": "strict",
            "properties": {
                "page_id": {"type": "long"},
                "language": {"type": "keyword"},
                "deleted": {"type": "boolean"},
                "published_on": {"type": "date"},
                **dict.fromkeys(FIELDS, text),
                **{f"facet_{name}": {"type": "keyword"} for name in FACETS},
            },
        },
    }


class ElasticsearchEngine:
    """Search by Elasticsearch 8 or 9, through the 8.x client."""

    def __init__(
        self,
        url: str,
        prefix: str = "chorsu",
        search_timeout: float = 3,
        index_timeout: float = 10,
        options: Mapping[str, Any] | None = None,
    ) -> None:
        self.url = url
        self.prefix = prefix
        self._search_timeout = search_timeout
        self._index_timeout = index_timeout
        self._options = dict(options or {})

    @cached_property
    def client(self) -> Elasticsearch:
        """Return the client; ``options`` (certificates, keys) are handed to it."""
        return Elasticsearch(self.url, **{"max_retries": 0, "retry_on_timeout": False, **self._options})

    # --- writing ---

    def index(self, documents: Sequence[SearchDocument]) -> None:
        """Store documents; an older one than what is stored is ignored."""
        operations = [
            (document.language, document.page_id, document.version, self._source(document)) for document in documents
        ]
        self._write(operations)

    def delete(self, page_ids: Iterable[int], *, version: int) -> None:
        """Store tombstones in every language: a deleted document's version is forgotten after a minute."""
        with self._errors():
            languages = self._languages()
        tombstone = {"deleted": True}
        self._write(
            [
                (language, page_id, version, {**tombstone, "page_id": page_id})
                for page_id in page_ids
                for language in languages
            ]
        )

    def refresh(self) -> None:
        """Make what was written visible to searches at once."""
        with self._errors():
            self._patient.indices.refresh(index=f"{self.prefix}-*")

    def rebuild(self, languages: Sequence[str], batches: Batches, progress: Progress, *, version: int) -> None:  # noqa: ARG002
        """Fill a new index per language while changes go to both, then move the alias in one action."""
        for language in languages:
            with self._errors():
                name = self._create(language, suffix="-next")
            try:
                done = 0
                for batch in batches(language):
                    self._write(
                        [(language, document.page_id, document.version, self._source(document)) for document in batch],
                        only_next=True,
                    )
                    done += len(batch)
                    progress(language, done)
                with self._errors():
                    self._patient.indices.refresh(index=name)
                    self._put_into_service(language, name)
            except BaseException:
                with self._errors():
                    self._patient.indices.delete(index=name, ignore_unavailable=True)
                raise

    # --- reading ---

    def search(self, query: Query) -> Results:
        """Answer a query."""
        if not any(query.terms(language) for language in query.languages):
            return Results()
        if query.offset + query.limit > DEEPEST:
            return Results(total=self.search(Query(query.text, query.languages, query.filters, 0, 0)).total)
        indexes = [self._alias(language) for language in query.languages]
        with self._errors():
            try:
                response = self._request(query, indexes).execute()
            except NotFoundError as error:
                if not self._languages():
                    raise EngineNotReadyError(f"{self.url} has no index of this site: run search_rebuild.") from error
                response = self._request(query, indexes).params(ignore_unavailable=True).execute()
        hits = [
            Hit(
                found["page_id"],
                found["language"],
                {name: found[name] for name in FIELDS if name in found},
                datetime.fromisoformat(found["published_on"]) if found.get("published_on") else None,
            )
            for found in (hit.to_dict() for hit in response)
        ]
        aggregations = response.aggregations.to_dict() if query.limit else {}
        facets = {
            name: [(str(bucket["key"]), int(bucket["doc_count"])) for bucket in aggregations[name]["values"]["buckets"]]
            for name in FACETS
            if name in aggregations
        }
        return Results(response.hits.total.value, hits, {name: values for name, values in facets.items() if values})

    def suggest(self, text: str, languages: Sequence[str]) -> list[str]:
        """Return what the same keys give on another layout, where that finds something."""
        return suggest_layouts(self, text, languages)

    def check(self) -> list[CheckMessage]:
        """Report an address that can't be one; whether the server answers is for the health page to say."""
        if str(self.url).startswith(("http://", "https://")):
            return []
        return [
            checks.Error(
                f"{self.url!r} is not the address of an Elasticsearch.",
                hint='Give it with its scheme, such as "http://127.0.0.1:9200".',
                id="chorsu_search.E003",
            )
        ]

    # --- inside ---

    @cached_property
    def _patient(self) -> Elasticsearch:
        return self.client.options(request_timeout=self._index_timeout)

    def _alias(self, language: str) -> str:
        return f"{self.prefix}-{language.lower()}"

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Turn the client's errors into ours."""
        try:
            yield
        except TransportError as error:
            raise EngineUnavailableError(
                f"Elasticsearch at {self.url} doesn't answer ({error.__class__.__name__}). Start it; changes wait."
            ) from error
        except ApiError as error:
            if error.status_code in {429, 502, 503, 504}:
                raise EngineUnavailableError(f"Elasticsearch at {self.url} is busy: {error}") from error
            raise EngineError(f"Elasticsearch refused: {error} {str(error.body)[:500]}") from error

    def _aliases(self) -> dict[str, list[str]]:
        """Return the aliases of this site, each with its indexes."""
        try:
            answer = self._patient.indices.get_alias(name=f"{self.prefix}-*").body
        except NotFoundError:
            return {}
        found: dict[str, list[str]] = {}
        for index, value in answer.items():
            for alias in value["aliases"]:
                found.setdefault(alias, []).append(index)
        return found

    def _languages(self) -> list[str]:
        """Return the languages that have an index in service."""
        start = len(self.prefix) + 1
        return [alias[start:] for alias in self._aliases() if not alias.endswith("-next")]

    def _create(self, language: str, *, suffix: str = "") -> str:
        """Create an index behind an alias; what an earlier, broken rebuild left behind that alias is deleted."""
        alias = self._alias(language) + suffix
        for leftover in self._aliases().get(alias, []):
            self._patient.indices.delete(index=leftover, ignore_unavailable=True)
        name = f"{self._alias(language)}-{uuid.uuid4().hex[:12]}"
        self._patient.indices.create(index=name, **index_body(language), aliases={alias: {}})
        return name

    def _put_into_service(self, language: str, name: str) -> None:
        alias = self._alias(language)
        former = self._aliases().get(alias, [])
        actions: list[dict[str, Any]] = [{"remove": {"index": index, "alias": alias}} for index in former]
        actions += [
            {"add": {"index": name, "alias": alias}},
            {"remove": {"index": name, "alias": f"{alias}-next"}},
        ]
        self._patient.indices.update_aliases(actions=actions)
        for index in former:
            self._patient.indices.delete(index=index, ignore_unavailable=True)

    def _source(self, document: SearchDocument) -> dict[str, Any]:
        return {
            "page_id": document.page_id,
            "language": document.language,
            "deleted": False,
            "published_on": document.published_on.isoformat() if document.published_on else None,
            **{name: text for name, text in document.texts.items() if name in FIELDS},
            **{f"facet_{name}": list(values) for name, values in document.facets.items() if name in FACETS},
        }

    def _write(self, writes: Sequence[tuple[str, int, int, dict[str, Any]]], *, only_next: bool = False) -> None:
        """Write through the aliases, each document with its version; raise for the first that is refused."""
        if not writes:
            return
        with self._errors():
            aliases = self._aliases()
            if not only_next and not any(not alias.endswith("-next") for alias in aliases):
                # Filling an index with nothing but the changes would hide every other page.
                raise EngineNotReadyError(f"{self.url} has no index of this site: run search_rebuild. Changes wait.")
            operations: list[dict[str, Any]] = []
            for language, page_id, version, source in writes:
                alias = self._alias(language)
                if not only_next and alias not in aliases:
                    self._create(language)  # the first page of a language
                    aliases = self._aliases()
                targets = [] if only_next else [alias]
                if only_next or f"{alias}-next" in aliases:
                    targets.append(f"{alias}-next")
                for target in targets:
                    action = {"_index": target, "_id": str(page_id), "version": version, "version_type": "external"}
                    operations += [{"index": action}, source]
            answer = self._patient.bulk(operations=operations, require_alias=True)
        self._raise_refusals(answer["items"], only_next=only_next)

    def _raise_refusals(self, items: Sequence[Mapping[str, Any]], *, only_next: bool) -> None:
        for item in items:
            result = item["index"]
            status = int(result["status"])
            # 409: a newer version is there. 404 for "next": the rebuild ended between, its index is in service.
            if status in {200, 201, 409} or (status == 404 and not only_next and result["_index"].endswith("-next")):
                continue
            message = f"Elasticsearch refused page {result.get('_id')} ({status}): {str(result.get('error'))[:500]}"
            raise EngineUnavailableError(message) if status in {429, 503} else EngineError(message)

    def _request(self, query: Query, indexes: Sequence[str]) -> Any:
        must: list[Any] = []
        should: list[Any] = []
        for clause in query.clauses:
            if clause.phrase:
                must.append(Q("multi_match", query=clause.text, type="phrase", fields=_WEIGHTED))
            else:
                must.append(Q("multi_match", query=clause.text, type="cross_fields", operator="and", fields=_WEIGHTED))
                should.append(Q("multi_match", query=clause.text, type="cross_fields", fields=_WEIGHTED_EXACT))
        wanted = Q("bool", must=must, should=should, filter=[Q("term", deleted=False)])
        filters = {name: Q("term", **{f"facet_{name}": value}) for name, value in query.filters.items()}
        search: Any = Search(using=self.client.options(request_timeout=self._search_timeout), index=list(indexes))
        search = (
            search.query(wanted).extra(track_total_hits=True).source(["page_id", "language", "published_on", *FIELDS])
        )
        search = search.sort("_score", {"published_on": {"order": "desc", "missing": "_last"}}, {"page_id": "desc"})
        if filters:
            search = search.post_filter(Q("bool", filter=list(filters.values())))
        if query.limit:
            for name in FACETS:
                others = [condition for other, condition in filters.items() if other != name]
                search.aggs.bucket(name, "filter", filter=Q("bool", filter=others)).bucket(
                    "values", "terms", field=f"facet_{name}", size=200, order=[{"_count": "desc"}, {"_key": "asc"}]
                )
        return search[query.offset : query.offset + query.limit]
