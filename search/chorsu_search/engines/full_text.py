"""What the engines share that use a full-text index of the site's own database.

One statement counts, ranks and reads, so that the database matches once. docs/decisions/common-words.md says which
numbers are exact.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import batched
from typing import Any

from django.core import checks
from django.core.checks import CheckMessage
from django.db import DatabaseError, connections, router
from django.db.backends.base.base import BaseDatabaseWrapper
from wagtail.models import Page

from chorsu_search.analysis import get_analyser
from chorsu_search.documents import FIELDS, SearchDocument
from chorsu_search.engines.base import EngineError, Fill, Results, ResultsCache
from chorsu_search.models import Document, DocumentFacet, delete_rows, insert_rows
from chorsu_search.queries import Query
from chorsu_search.registry import registered_facets

FIRST = 200  # ids of results that are cached with the counts
CACHED = 200  # queries
AT_ONCE = 1_000  # keys in one question: databases limit its parameters
BY_DATE = "published_on DESC NULLS LAST, id DESC"
_DOCUMENTS = Document._meta.db_table
_FACETS = DocumentFacet._meta.db_table
_HIT = "SELECT 'hit', d.language, CAST(d.texts AS text), "
_PAGE = f"d.id, d.published_on FROM {_DOCUMENTS}"
_PAGES = Page._meta.db_table
_BELOW = (
    f"EXISTS (SELECT 1 FROM {_PAGES} AS page JOIN {_PAGES} AS root "  # noqa: S608
    "ON root.path = substr(page.path, 1, length(root.path)) WHERE page.id = ever.id AND root.id IN (%s))"
)
_NO_PAGE = "CAST(NULL AS bigint), CAST(NULL AS timestamp with time zone)"
# A word of its own that nobody types (of private use), so that no phrase runs from one field into the next.
_BETWEEN_FIELDS = "\ue000"

Sql = tuple[str, list[Any]]


def language_token(code: str) -> str:
    """Return a language's code as one word of the index."""
    return "x" + "".join(character for character in code.lower() if character.isalnum())


@dataclass(slots=True)
class _Counts:
    """How many documents match by language and by values of facets, and the ids of the first of them, best first."""

    languages: dict[str, int] = field(default_factory=dict)
    facets: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    best: list[int] = field(default_factory=list)


class FullTextEngine(ABC):
    """An engine whose documents are rows of ``Document``, with a full-text index of the database."""

    in_database = True

    def __init__(self) -> None:
        self._cache = ResultsCache[_Counts](CACHED)

    @property
    def connection(self) -> BaseDatabaseWrapper:
        return connections[router.db_for_write(Document)]

    # --- writing ---

    def index(self, documents: Sequence[SearchDocument], *, claim: int = 0) -> None:  # noqa: ARG002
        by_page = {document.page_id: document for document in documents}
        self.delete(by_page)
        if not by_page:
            return
        rows = [self.row(document) for document in by_page.values()]
        insert_rows(Document, tuple(rows[0]), (list(row.values()) for row in rows))
        facets = (
            (page_id, name, value)
            for page_id, document in by_page.items()
            for name, values in document.facets.items()
            for value in values
        )
        insert_rows(DocumentFacet, ("document", "name", "value"), facets)
        self.add_to_index(by_page)

    def delete(self, page_ids: Iterable[int], *, claim: int = 0) -> None:  # noqa: ARG002
        self._cache.clear()
        for some in batched(page_ids, AT_ONCE):
            if held := list(Document.objects.filter(pk__in=some).values_list("pk", flat=True)):
                delete_rows(DocumentFacet.objects.filter(document__in=held))
                delete_rows(Document.objects.filter(pk__in=held))

    def add_to_index(self, page_ids: Iterable[int]) -> None:  # noqa: B027 - PostgreSQL's index is a column
        """Add the new documents of pages to the full-text index."""

    def row(self, document: SearchDocument) -> dict[str, Any]:
        analyser = get_analyser(document.language)
        texts = document.texts
        lines = {name: analyser.lines(texts[name]) if texts.get(name) else ("", "") for name in FIELDS}
        return {
            "id": document.page_id,
            "language": document.language,
            "language_token": language_token(document.language),
            "published_on": document.published_on,
            "texts": dict(texts),
            **{f"{name}_tokens": tokens for name, (tokens, _exact) in lines.items()},
            "exact_headline": lines["headline"][1],
            "exact_text": f" {_BETWEEN_FIELDS} ".join(
                exact for name, (_tokens, exact) in lines.items() if name != "headline" and texts.get(name)
            ),
        }

    @contextmanager
    def rebuilding(self, language: str) -> Iterator[Fill]:  # noqa: ARG002
        """Replace each document; first create what is missing in the database."""
        if self.missing(self.connection):
            self.create(self.connection)
        yield self.index

    def finish_rebuild(self) -> None:
        self._cache.clear()
        self.optimise(self.connection)

    # --- what the database has beside the documents ---

    why_missing: str

    @staticmethod
    @abstractmethod
    def create(connection: BaseDatabaseWrapper) -> None:
        """Create what is missing in the database."""

    @staticmethod
    @abstractmethod
    def missing(connection: BaseDatabaseWrapper) -> list[str]:
        """Return the names of what is missing."""

    @staticmethod
    @abstractmethod
    def optimise(connection: BaseDatabaseWrapper) -> None:
        """Optimise the index after a rebuild."""

    def check(self) -> list[CheckMessage]:
        """Report what a migration dropped of a table that exists."""
        migrated = _DOCUMENTS in self.connection.introspection.table_names()
        if not migrated or not (gone := self.missing(self.connection)):
            return []
        return [
            checks.Warning(
                f"The full-text index lacks {', '.join(gone)}.",
                hint=f"Run `manage.py migrate`, then `search_rebuild`{self.why_missing}",
                id="chorsu_search.W008",
            )
        ]

    # --- reading ---

    @abstractmethod
    def found(self, query: Query) -> Sql:
        """Return the SELECT of the matching documents; an empty text where the query asks for nothing.

        Its columns are ``id``, ``language``, ``published_on`` (if ``query.limit`` is not 0) and what ``best`` needs.
        """

    @abstractmethod
    def best(self, query: Query, fitting: str) -> Sql:
        """Return the SELECT of the ids that the query asks for, best first; ``fitting`` is the table of matches."""

    def refresh(self) -> None:  # noqa: B027
        """Do nothing: committed rows are visible."""

    def stored(self, page_ids: Sequence[int]) -> list[SearchDocument]:
        found = []
        for row in Document.objects.filter(pk__in=page_ids).prefetch_related("facets"):
            facets: dict[str, tuple[str, ...]] = defaultdict(tuple)
            for facet in row.facets.all():
                facets[facet.name] += (facet.value,)
            found.append(SearchDocument(row.pk, row.language, row.texts, facets, row.published_on))
        return found

    def stored_ids(self, *, after: int, limit: int) -> list[int]:
        return list(Document.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:limit])

    def search(self, query: Query) -> Results:
        try:
            return self._search(query)
        except DatabaseError as error:
            raise EngineError(f"The database can't search ({error}). Run `manage.py search_rebuild`.") from error

    def _search(self, query: Query) -> Results:
        found, parameters = self.found(query)
        if not found:
            return Results()
        found, parameters = self._narrowed(query, found, parameters)
        with_, fitting, end = f"WITH found AS ({found})", "found", query.offset + query.limit
        if query.filters:
            condition, values = _conditions(query.filters.items())
            with_ += f", fitting AS (SELECT * FROM found WHERE {condition})"  # noqa: S608
            parameters += values
            fitting = "fitting"
        # Whatever the results depend on, but for which of them are asked for.
        key = repr(replace(query, offset=0, limit=min(query.limit, 1)))
        cached = self._cache.get(key)
        if cached and (end <= len(cached.best) or not query.limit):
            ids = cached.best[query.offset : end]
            places = " ".join(f"WHEN {key} THEN {place}" for place, key in enumerate(ids))
            sql = f"{_HIT}CASE d.id {places} END, {_PAGE} d WHERE d.id IN ({', '.join(map(str, ids))})"
            return self._results(query, cached, self._rows(sql, []) if ids else ())
        parts = [] if cached else [*self._counting(query, fitting)]
        if query.limit:
            # With all results before those asked for, as long as these are among the first.
            first = query.offset if end <= FIRST else 0
            best, values = self.best(replace(query, offset=0, limit=FIRST) if end <= FIRST else query, fitting)
            with_ += f", best AS (SELECT id, row_number() OVER () AS place FROM ({best}) AS sorted)"  # noqa: S608
            parameters += values
            hits = f"{_HIT}place, {_PAGE} d JOIN best ON d.id = best.id WHERE place > %s AND place <= %s"
            parts.append((hits, [first, first + query.limit]))
            if first == query.offset:
                parts.append(("SELECT 'best', '', '', place, id, CAST(NULL AS timestamp with time zone) FROM best", []))
        rows = self._rows(
            f"{with_} {' UNION ALL '.join(f'SELECT * FROM ({part}) AS part' for part, _ in parts)}",  # noqa: S608
            [*parameters, *(value for _, values in parts for value in values)],
        )
        counts = _counts(rows)
        if cached:
            cached.best = cached.best or counts.best
        else:
            cached = counts
            self._cache.set(key, cached, sum(cached.languages.values()))
        return self._results(query, cached, rows)

    def _narrowed(self, query: Query, found: str, parameters: list[Any]) -> Sql:
        """Return the SELECT of those of the found documents that fit the period and the places of a query."""
        conditions = []
        for moment, sign in zip(query.period(), (">=", "<"), strict=True):
            if moment:
                conditions.append(f"published_on {sign} %s")
                parameters.append(self.connection.ops.adapt_datetimefield_value(moment))
        if query.below:
            conditions.append(_BELOW % ", ".join(["%s"] * len(query.below)))
            parameters += query.below
        if conditions:
            found = f"SELECT * FROM ({found}) AS ever WHERE {' AND '.join(conditions)}"  # noqa: S608
        return found, parameters

    def _results(self, query: Query, counts: _Counts, rows: Sequence[tuple[Any, ...]]) -> Results:
        hits = sorted((row for row in rows if row[0] == "hit"), key=lambda row: row[3])
        return Results(
            sum(counts.languages.values()),
            [
                SearchDocument(page_id, code, json.loads(texts), published_on=self._moment(day))
                for _, code, texts, _, page_id, day in hits
            ],
            counts.facets,
            counts.languages if len(query.languages) > 1 else {},
        )

    @staticmethod
    def _counting(query: Query, fitting: str) -> Iterator[Sql]:
        """Yield the SELECTs that count: matches by language and, where results are asked for, by values of facets.

        A facet that is filtered by is counted without its own filter.
        """
        yield f"SELECT 'language', language, '', count(*), {_NO_PAGE} FROM {fitting} GROUP BY language", []  # noqa: S608
        if not (query.limit and query.with_facets):
            return
        free = [name for name in registered_facets() if name not in query.filters]
        yield _facets(free, fitting)
        for name in query.filters:
            conditions, values = _conditions((other, value) for other, value in query.filters.items() if other != name)
            sql, others = _facets([name], f"found WHERE {conditions}" if conditions else "found")
            yield sql, [*others, *values]

    def _rows(self, sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
        with self.connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return list(cursor.fetchall())

    def _moment(self, value: Any) -> datetime | None:
        moment: datetime | None = datetime.fromisoformat(value) if isinstance(value, str) else value
        return moment.replace(tzinfo=self.connection.timezone) if moment and not moment.tzinfo else moment


def _conditions(filters: Any) -> Sql:
    sql, parameters = [], list[Any]()
    for name, value in filters:
        sql.append(f"id IN (SELECT document_id FROM {_FACETS} WHERE name = %s AND value = %s)")  # noqa: S608
        parameters += [name, value]
    return " AND ".join(sql), parameters


def _facets(names: Sequence[str], documents: str) -> Sql:
    """Return the SELECT that counts the values of facets in ``documents``.

    Its condition names the other facets: given the names that are wanted, SQLite reads the values of all documents, and
    PostgreSQL expects few values and sorts them.
    """
    others = [name for name in registered_facets() if name not in names]
    among = f"name NOT IN ({', '.join(['%s'] * len(others))}) AND " if others else ""
    sql = (
        f"SELECT 'facet', name, value, count(*), {_NO_PAGE} FROM {_FACETS} "  # noqa: S608
        f"WHERE {among}document_id IN (SELECT id FROM {documents}) GROUP BY name, value"
    )
    return sql, others


def _counts(rows: Sequence[tuple[Any, ...]]) -> _Counts:
    languages = {name: number for part, name, _, number, *_ in rows if part == "language"}
    facets: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for part, name, value, number, *_ in rows:
        if part == "facet":
            facets[name].append((value, number))
    return _Counts(
        dict(sorted(languages.items(), key=lambda each: (-each[1], each[0]))),
        {name: sorted(values, key=lambda each: (-each[1], each[0])) for name, values in facets.items()},
        [key for _place, key in sorted((row[3], row[4]) for row in rows if row[0] == "best")],
    )
