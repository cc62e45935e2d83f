"""The Elasticsearch engine: an index per language behind an alias.

Names, with the prefix "chorsu": the alias ``chorsu.tg`` points to the index that answers; while it is rebuilt the alias
``chorsu.tg.next`` points to the one that is being filled, and changes are written through both. Writes demand an
alias, so that no server makes an index of its own with guessed fields. A prefix holds no dot: "chorsu.*" are never the
indexes of "chorsu-staging". Questions hold Python's tokens: a field's search analyzer only splits at blanks.
"""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import cached_property, reduce
from itertools import chain
from operator import or_
from typing import Any

from django.core import checks
from django.core.checks import CheckMessage
from elasticsearch import ApiError, Elasticsearch, NotFoundError, SerializationError, TransportError
from elasticsearch.dsl import Q, Search

from chorsu_search.conf import get_settings
from chorsu_search.documents import EXACT_WEIGHTS, FIELDS, WEIGHTS, SearchDocument
from chorsu_search.engines.base import (
    DEEPEST,
    SHARE,
    EngineError,
    EngineNotReadyError,
    EngineUnavailableError,
    Fill,
    Results,
    ResultsCache,
)
from chorsu_search.engines.elasticsearch_index import (
    ANALYZER,
    ANCESTORS,
    NEXT,
    ONLY_ONE,
    Write,
    added_mappings,
    analysis_settings,
    document_of,
    facet_field,
    index_body,
    newest_mark,
    raise_refusals,
    writes_of,
)
from chorsu_search.queries import LEAST_SHARE, MOST_LEVELS, Query, Terms, Wanted
from chorsu_search.registry import registered_facets

logger = logging.getLogger("chorsu_search")

CACHED = 50  # results, each with the texts of its page


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
        self._cache = ResultsCache[Results](CACHED)
        self._mapped: Mapping[str, Any] = {}  # the facets that every index has fields for

    @property
    def pattern(self) -> str:
        return f"{self.prefix}.*"

    # --- writing ---

    def index(self, documents: Sequence[SearchDocument], *, claim: int) -> None:
        self._write(writes_of(documents), claim)

    def delete(self, page_ids: Iterable[int], *, claim: int) -> None:
        with self.server.errors():
            languages = {alias[len(self.prefix) + 1 :].removesuffix(NEXT) for alias in self._aliases()}
        self._write([Write(language, page_id) for page_id in page_ids for language in languages], claim)

    def refresh(self) -> None:
        with self.server.errors():
            self.server.write_client.indices.refresh(index=self.pattern)

    @contextmanager
    def rebuilding(self, language: str) -> Iterator[Fill]:
        """Fill a new index, while changes are written to both, then move the alias to it."""
        alias = self._alias(language)
        with self.server.errors():
            for leftover in self._aliases().get(alias + NEXT, []):  # of a rebuild that was killed
                self.server.write_client.indices.delete(index=leftover, ignore_unavailable=True)
            name = self._create(language, suffix=NEXT)

        def fill(documents: Sequence[SearchDocument], *, claim: int) -> None:
            self._write(writes_of(documents), claim, only_next=True)

        try:
            yield fill
            with self.server.errors():
                self.server.write_client.indices.refresh(index=name)
                self._put_into_service(alias, name)
        except BaseException:
            with suppress(EngineError), self.server.errors():
                # Not where only the server's response was lost: then the index is in service.
                if name in self._aliases().get(alias + NEXT, []):
                    self.server.write_client.indices.delete(index=name, ignore_unavailable=True)
            raise

    def finish_rebuild(self) -> None:
        """Do nothing: the server optimises by itself."""

    # --- reading ---

    def stored(self, page_ids: Sequence[int]) -> list[SearchDocument]:
        wanted = {"terms": {"page_id": list(page_ids)}}
        return [document_of(hit["_source"]) for hit in self._stored(wanted, DEEPEST)]

    def stored_ids(self, *, after: int, limit: int) -> list[int]:
        hits = self._stored({"range": {"page_id": {"gt": after}}}, limit, source=["page_id"])
        return list(dict.fromkeys(hit["_source"]["page_id"] for hit in hits))

    def _stored(self, wanted: Mapping[str, Any], size: int, **options: Any) -> list[Any]:
        query = {"bool": {"filter": [wanted, {"exists": {"field": "language"}}]}}
        with self.server.errors():
            if not (indexes := [self._alias(language) for language in self._languages()]):
                return []
            sort = [{"page_id": "asc"}]
            found = self.server.write_client.search(index=indexes, query=query, size=size, sort=sort, **options)
        return list(found["hits"]["hits"])

    def search(self, query: Query) -> Results:
        if not query.wanted():
            return Results()
        if query.offset + query.limit > DEEPEST:
            return Results(total=self.search(replace(query, offset=0, limit=0)).total)
        if cached := self._cache.get(repr(query)):
            return cached
        indexes = [self._alias(language) for language in query.languages]
        with self.server.errors():
            try:
                response = request(query, self.server.search_client, indexes).execute()
            except NotFoundError as error:
                if not self._mended_aliases():
                    raise EngineNotReadyError(f"{self.server} has no index: run search_rebuild.") from error
                response = request(query, self.server.search_client, indexes).params(ignore_unavailable=True).execute()
        results = results_of(response)
        self._cache.set(repr(query), results, results.total)
        return results

    def check(self) -> list[CheckMessage]:
        """Return what is wrong with the options, or else why the server can't be searched now."""
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
        found: dict[str, list[str]] = {}
        for index, value in self.server.write_client.indices.get_alias(name=self.pattern).body.items():
            for alias in value["aliases"]:
                found.setdefault(alias, []).append(index)
        return found

    def _mended_aliases(self) -> dict[str, list[str]]:
        """Return the aliases, after giving an index whose alias was deleted its alias again.

        Raises ``EngineNotReadyError`` for a language that has several indexes and no alias.
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
        start = len(self.prefix) + 1
        return [alias[start:] for alias in self._aliases() if not alias.endswith(NEXT)]

    def _create(self, language: str, *, suffix: str = "") -> str:
        """Create an index with its alias, and return its name; the server refuses an alias that another index has."""
        alias = self._alias(language) + suffix
        name = f"{self._alias(language)}.{uuid.uuid4().hex[:12]}"
        body = index_body(language, self.shards, self.replicas)
        self.server.write_client.indices.create(index=name, **body, aliases={alias: ONLY_ONE})
        return name

    def _put_into_service(self, alias: str, name: str) -> None:
        """Give an index the alias that is searched, and delete the indexes that had it."""
        self._cache.clear()
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
        """Write through the aliases; raise ``EngineError`` for the first write that is refused."""
        if not writes:
            return
        self._cache.clear()
        with self.server.errors():
            aliases = self._aliases()
            if not only_next and any(self._alias(write.language) not in aliases for write in writes):
                aliases = self._mended_aliases()
            if not only_next and all(alias.endswith(NEXT) for alias in aliases):
                # Filling an index with nothing but the changes would hide every other page.
                raise EngineNotReadyError(f"{self.server} has no index of this site: run search_rebuild. Changes wait.")
            if self._mapped != (properties := added_mappings()):
                # An index is strict, and may be older than a facet.
                self.server.write_client.indices.put_mapping(index=self.pattern, properties=properties)
                self._mapped = properties
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
            response = self.server.write_client.bulk(operations=operations, require_alias=True)
        try:
            raise_refusals(response["items"])
        except EngineError:
            self._mapped = {}  # an older index may have taken the place of the one that has the fields
            raise


LANGUAGES = "languages"
VALUES = "values"
_WEIGHTED = [f"{name}^{weight}" for name, weight in WEIGHTS.items()]
_WEIGHTED_EXACT = [f"{name}.exact^{weight}" for name, weight in EXACT_WEIGHTS.items()]
# Each above every score that what is below can add up to, and all little enough for a float of 32 bits to tell scores
# of words apart.
_LEVEL = 2_000
_SHARE = MOST_LEVELS * _LEVEL


def request(query: Query, client: Elasticsearch, indexes: Sequence[str]) -> Any:
    search: Any = Search(using=client, index=list(indexes))
    search = search.query(_scored(query)).extra(track_total_hits=True)
    search = search.source(["page_id", "language", "published_on", *FIELDS])
    if query.shares:
        search = search.extra(min_score=_SHARE * LEAST_SHARE, track_scores=True)
    by_date = [{"published_on": {"order": "desc", "missing": "_last"}}, {"page_id": "desc"}]
    search = search.sort(*(["_score"] if query.order == "relevance" else []), *by_date)
    filters = {name: Q("term", **{facet_field(name): value}) for name, value in query.filters.items()}
    if filters:
        search = search.post_filter(Q("bool", filter=list(filters.values())))
    if len(query.languages) > 1:
        everything = Q("bool", filter=list(filters.values()))
        search.aggs.bucket(LANGUAGES, "filter", filter=everything).bucket(
            VALUES, "terms", field="language", size=len(query.languages), order=[{"_count": "desc"}, {"_key": "asc"}]
        )
    if query.limit and query.with_facets:
        for name in registered_facets():
            others = [condition for other, condition in filters.items() if other != name]
            # Only where there is something to filter: else the server looks at each document once more.
            field = facet_field(name)
            within = search.aggs.bucket(field, "filter", filter=Q("bool", filter=others)) if others else search.aggs
            order = [{"_count": "desc"}, {"_key": "asc"}]
            within.bucket(VALUES if others else field, "terms", field=field, size=200, order=order)
    return search[query.offset : query.offset + query.limit]


def results_of(response: Any) -> Results:
    hits = [document_of(hit.to_dict()) for hit in response]
    aggregations = response.aggregations.to_dict()
    counts = {
        name: [(str(bucket["key"]), int(bucket["doc_count"])) for bucket in found.get(VALUES, found)["buckets"]]
        for name, found in aggregations.items()
    }
    values = {name: counts[field] for name in registered_facets() if counts.get(field := facet_field(name))}
    return Results(response.hits.total.value, hits, values, dict(counts.get(LANGUAGES, ())))


def _shares(wanted: Wanted) -> Iterator[Any]:
    """Yield for each group with a share the query that adds it to the score."""
    for group, share in wanted.shares.items():
        yield Q("constant_score", filter=_any(group) & Q("term", language=wanted.language), boost=_SHARE * share)


def _scored(query: Query) -> Any:
    """Return the query for what matches, with its score: by words and age, and above all by the level of weights."""
    asked = query.wanted()
    fits = _fits(asked)
    period = {name: moment.isoformat() for name, moment in zip(("gte", "lt"), query.period(), strict=True) if moment}
    conditions = [Q("range", published_on=period)] if period else []
    if query.below:
        # What was indexed before there was this field is shown on every site until a rebuild.
        conditions.append(Q("terms", **{ANCESTORS: list(query.below)}) | ~Q("exists", field=ANCESTORS))
    held = list(chain.from_iterable(map(_shares, asked)))
    if query.order == "date":
        return Q("bool", filter=[fits, *conditions], should=held)
    # Words that are written exactly as they were typed weigh more.
    all_terms = chain.from_iterable(wanted.terms() for wanted in asked)
    exact = [_in_fields(terms.exact, _WEIGHTED_EXACT) for terms in all_terms if terms.tokens]
    scored = Q("bool", must=[fits], should=exact, filter=conditions)
    if half := get_settings().recency:
        age = {"linear": {"published_on": {"origin": "now", "scale": f"{round(half * 86_400)}s", "decay": 0.5}}}
        dated = {"filter": Q("exists", field="published_on"), "weight": SHARE, **age}
        functions = [{"weight": 1 - SHARE}, dated]
        scored = Q("function_score", query=scored, functions=functions, score_mode="sum", boost_mode="multiply")
    lower = [_fits(wanted) for level in query.levels()[:-1] if (wanted := query.wanted_at(level))]
    better = [*held, *(Q("constant_score", filter=fits, boost=_LEVEL) for fits in lower)]
    return Q("bool", must=[scored], should=better) if better else scored


def _fits(wanted: Sequence[Wanted]) -> Any:
    return reduce(
        or_,
        (
            Q(
                "bool",
                must=[*map(_any, each.groups), *([_any(chain.from_iterable(each.shares))] if each.shares else [])],
                must_not=list(map(_held, each.excluded)),
                filter=[Q("term", language=each.language)],
            )
            for each in wanted
        ),
    )


def _any(group: Iterable[Terms]) -> Any:
    return Q("bool", should=list(map(_held, group)), minimum_should_match=1)


def _held(terms: Terms) -> Any:
    return _in_fields(terms.tokens, _WEIGHTED) if terms.tokens else _in_fields(terms.exact, _WEIGHTED_EXACT)


def _in_fields(words: tuple[str, ...], fields: list[str]) -> Any:
    if len(words) == 1:
        # One BM25 over all fields, as in FTS5.
        return Q("combined_fields", query=words[0], fields=fields)
    return Q("multi_match", query=" ".join(words), type="phrase", fields=fields)


_BUSY = {429, 502, 503, 504}
_PREFIX = re.compile("[a-z0-9][a-z0-9_-]*")
_CREDENTIALS = re.compile(r"//[^/@]*@")


def option_faults(hosts: Sequence[str], prefix: str, shards: object, replicas: object) -> list[CheckMessage]:
    found = []
    for host in hosts or [""]:
        if not host.startswith(("http://", "https://")):
            hint = 'Give it with its scheme, such as "http://127.0.0.1:9200"; several are a list.'
            found.append((f"{_CREDENTIALS.sub('//', host)!r} is not the address of an Elasticsearch.", hint))
    if not _PREFIX.fullmatch(prefix):
        hint = "Use lower-case Latin letters, digits, hyphens and underscores for PREFIX."
        found.append((f"{prefix!r} can't begin the name of an index.", hint))
    if type(shards) is not int or shards < 1 or (replicas is not None and (type(replicas) is not int or replicas < 0)):
        found.append((f"SHARDS is {shards!r} and REPLICAS {replicas!r}.", "Use whole numbers from 1 and from 0."))
    return [checks.Error(problem, hint=hint, id="chorsu_search.E003") for problem, hint in found]


class Server:
    """The server, or the nodes of one cluster. ``options`` (certificates, keys) are handed to the client."""

    def __init__(
        self, url: str | Sequence[str], search_timeout: float, index_timeout: float, options: Mapping[str, Any]
    ) -> None:
        self.url = url
        self.hosts = [url] if isinstance(url, str) else [str(host) for host in url]
        self._search_timeout = search_timeout
        self._index_timeout = index_timeout
        self._options = options

    def __str__(self) -> str:
        """Return the addresses without the passwords that stand in them."""
        return _CREDENTIALS.sub("//", " ".join(self.hosts))

    @cached_property
    def client(self) -> Elasticsearch:
        return Elasticsearch(
            self.hosts, **{"max_retries": len(self.hosts) - 1, "retry_on_timeout": False, **self._options}
        )

    @cached_property
    def search_client(self) -> Elasticsearch:
        return self.client.options(request_timeout=self._search_timeout)

    @cached_property
    def write_client(self) -> Elasticsearch:
        return self.client.options(request_timeout=self._index_timeout)

    def tokens(self, language: str, texts: Iterable[str]) -> Iterator[list[str]]:
        """Yield the folded and stemmed tokens of each text, as the server makes them.

        A text has ``LONGEST_TEXT`` characters at most. The settings go with each request, so that no index is needed,
        and none is changed. Raises ``EngineError``.
        """
        settings = analysis_settings(language)
        analyzer = settings["analyzer"][ANALYZER]
        definition = {
            "char_filter": [settings["char_filter"][name] for name in analyzer["char_filter"]],
            "tokenizer": settings["tokenizer"][analyzer["tokenizer"]],
            "filter": [settings["filter"].get(name, name) for name in analyzer["filter"]],
        }
        for text in texts:
            with self.errors():
                answer = self.write_client.indices.analyze(**definition, text=text)
            yield [str(token["token"]) for token in answer.body.get("tokens", [])]

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Raise the client's errors as ``EngineError``."""
        try:
            yield
        except SerializationError as error:
            raise self._wrong_server() from error
        except TransportError as error:
            raise EngineUnavailableError(
                f"Elasticsearch at {self} doesn't answer ({error.__class__.__name__}). Start it; changes wait."
            ) from error
        except ApiError as error:
            raise self._translated(error) from error

    def _translated(self, error: ApiError) -> EngineError:
        status = error.status_code
        if status in {401, 403}:
            fault = f"refuses the credentials ({error}). Set api_key or basic_auth in OPTIONS."
        elif status in _BUSY:
            fault = f"is busy: {error}"
        elif "x-elastic-product" not in error.meta.headers:
            return self._wrong_server()
        elif status == 406 or "media_type_header_exception" in str(error):
            fault = f"is neither version 8 nor 9: {error}"
        else:
            return EngineError(f"Elasticsearch refused: {error} {str(error.body)[:500]}")
        return EngineUnavailableError(f"Elasticsearch at {self} {fault}")

    def _wrong_server(self) -> EngineError:
        return EngineUnavailableError(
            f"What answers at {self} is no Elasticsearch 8 or 9. Correct the address; changes wait."
        )
