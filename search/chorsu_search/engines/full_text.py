"""What the engines over a full-text index share: one statement counts, ranks and reads, so that matching is done once.

docs/decisions/common-words.md says what is exact.
"""

from __future__ import annotations

import json
from abc import abstractmethod
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from chorsu_search.documents import SearchDocument
from chorsu_search.engines.base import Hit, Results
from chorsu_search.engines.kept import KeptAnswers
from chorsu_search.engines.table import TableEngine
from chorsu_search.fields import FACETS
from chorsu_search.models import Document, DocumentFacet
from chorsu_search.queries import Query

FIRST = 200  # results; of very many they are kept for a while, with the counts
MOST_KEPT = 200
BY_DATE = "published_on DESC NULLS LAST, id DESC"
_DOCUMENTS = Document._meta.db_table
_FACETS = DocumentFacet._meta.db_table
_HIT = "SELECT 'hit', d.language, CAST(d.texts AS text), "
_NO_PAGE = "CAST(NULL AS bigint), CAST(NULL AS timestamp with time zone)"

Sql = tuple[str, list[Any]]


@dataclass(slots=True)
class Kept:
    """How many documents fit by language and by values of facets, and the ids of the first of them, best first."""

    languages: dict[str, int] = field(default_factory=dict)
    facets: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    best: list[int] = field(default_factory=list)


class FullTextEngine(TableEngine):
    """An engine over ``Document`` with a full-text index of the database."""

    def __init__(self, using: str | None = None) -> None:
        super().__init__(using)
        self._kept = KeptAnswers[Kept](MOST_KEPT)

    @abstractmethod
    def found(self, query: Query) -> Sql:
        """Return the SELECT of what holds the words: id, language and, where results are asked for, published_on.

        It may have further columns that ``best`` orders by; empty where nothing is asked.
        """

    @abstractmethod
    def best(self, query: Query, fitting: str) -> Sql:
        """Return the SELECT of the ids asked for among the rows of ``fitting``, best first."""

    def index(self, documents: Sequence[SearchDocument]) -> None:
        """Store documents; an older one than what is stored is ignored."""
        super().index(documents)
        self._kept.clear()

    def delete(self, page_ids: Iterable[int], *, version: int) -> None:
        """Turn pages into tombstones."""
        super().delete(page_ids, version=version)
        self._kept.clear()

    def finish_rebuild(self) -> None:
        """Tidy up after a rebuild."""
        self._kept.clear()

    def _search(self, query: Query) -> Results:
        found, parameters = self.found(query)
        if not found:
            return Results()
        found, parameters = self._in_period(found, parameters, query)
        with_ = f"WITH found AS ({found})"
        fitting = "found"
        if query.filters:
            conditions, values = _conditions(query.filters.items())
            with_ += f", fitting AS (SELECT * FROM found WHERE {conditions})"  # noqa: S608
            parameters += values
            fitting = "fitting"
        # Whatever the results depend on, but for which of them are asked for.
        key = repr(replace(query, offset=0, limit=min(query.limit, 1)))
        kept = self._kept.get(key)
        if kept and query.offset + query.limit <= len(kept.best):
            wanted = kept.best[query.offset :][: query.limit]
            return self._results(query, kept, self._rows(*_reading(wanted)) if wanted else ())
        parts = [] if kept else [*self._counting(query, fitting)]
        if query.limit:
            best, values = self.best(_from_the_first(query), fitting)
            with_ += f", best AS (SELECT id, row_number() OVER () AS place FROM ({best}) AS sorted)"  # noqa: S608
            parameters += values
            parts += _best(query)
        if not parts:
            return self._results(query, kept or Kept(), ())
        rows = self._rows(
            f"{with_} {' UNION ALL '.join(f'SELECT * FROM ({part}) AS part' for part, _ in parts)}",  # noqa: S608
            [*parameters, *(value for _, values in parts for value in values)],
        )
        answer = _kept(rows)
        if kept:
            kept.best = kept.best or answer.best
        else:
            kept = answer
            self._kept.keep(key, kept, sum(kept.languages.values()))
        return self._results(query, kept, rows)

    def _results(self, query: Query, kept: Kept, rows: Sequence[tuple[Any, ...]]) -> Results:
        hits = sorted((row for row in rows if row[0] == "hit"), key=lambda row: row[3])
        return Results(
            sum(kept.languages.values()),
            [Hit(page_id, code, json.loads(texts), self._moment(day)) for _, code, texts, _, page_id, day in hits],
            kept.facets,
            kept.languages if len(query.languages) > 1 else {},
        )

    def _in_period(self, found: str, parameters: list[Any], query: Query) -> Sql:
        conditions, moments = [], list[Any]()
        for moment, sign in zip(query.period(), (">=", "<"), strict=True):
            if moment:
                conditions.append(f"published_on {sign} %s")
                moments.append(self.connection.ops.adapt_datetimefield_value(moment))
        if not conditions:
            return found, parameters
        return f"SELECT * FROM ({found}) AS ever WHERE {' AND '.join(conditions)}", [*parameters, *moments]  # noqa: S608

    @staticmethod
    def _counting(query: Query, fitting: str) -> Iterator[Sql]:
        """Yield the SELECTs of counts: documents by language, and the values of facets where results are asked for.

        A facet that narrows the results is counted without its own filter.
        """
        yield f"SELECT 'language', language, '', count(*), {_NO_PAGE} FROM {fitting} GROUP BY language", []  # noqa: S608
        if not (query.limit and query.with_facets):
            return
        free = [name for name in FACETS if name not in query.filters]
        yield _facets(free, fitting)
        for name in query.filters:
            conditions, values = _conditions((other, value) for other, value in query.filters.items() if other != name)
            sql, others = _facets([name], f"found WHERE {conditions}" if conditions else "found")
            yield sql, [*others, *values]

    def _rows(self, sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
        with self.connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows

    def _moment(self, value: Any) -> datetime | None:
        """Return a moment as the database has it in a column that no field stands for."""
        if isinstance(value, str):
            value = datetime.fromisoformat(value)
        if value is None:
            return None
        moment: datetime = value if value.tzinfo else value.replace(tzinfo=self.connection.timezone)
        return moment


def _conditions(filters: Any) -> Sql:
    """Return the conditions that documents have these values of facets."""
    sql, parameters = [], list[Any]()
    for name, value in filters:
        sql.append(f"id IN (SELECT document_id FROM {_FACETS} WHERE name = %s AND value = %s)")  # noqa: S608
        parameters += [name, value]
    return " AND ".join(sql), parameters


def _from_the_first(query: Query) -> Query:
    """Return the query for all results up to those asked for, where these are among the first."""
    if query.offset + query.limit > FIRST:
        return query
    return replace(query, offset=0, limit=FIRST)


def _best(query: Query) -> Iterator[Sql]:
    """Yield the SELECTs of the ids in ``best``, and of the documents asked for among them."""
    first = query.offset if query.offset + query.limit <= FIRST else 0
    hits = _HIT + f"place, d.page_id, d.published_on FROM best JOIN {_DOCUMENTS} d ON d.id = best.id "
    yield hits + "WHERE place > %s AND place <= %s", [first, first + query.limit]
    if first == query.offset:
        yield "SELECT 'best', '', '', place, id, CAST(NULL AS timestamp with time zone) FROM best", []


def _reading(keys: Sequence[int]) -> Sql:
    """Return the SELECT of documents by their ids, in this order."""
    places = " ".join(f"WHEN {key} THEN {place}" for place, key in enumerate(keys))
    ids = ", ".join(map(str, keys))
    sql = f"{_HIT}CASE d.id {places} END, d.page_id, d.published_on FROM {_DOCUMENTS} d WHERE d.id IN ({ids})"
    return sql, []


def _facets(names: Sequence[str], documents: str) -> Sql:
    """Return the SELECT of the values of facets with how many of the documents have each.

    By the names that are left out: given those that are wanted, SQLite reads all documents' values of a name, and
    PostgreSQL takes them for few and sorts them.
    """
    others = [name for name in FACETS if name not in names]
    among = f"name NOT IN ({', '.join(['%s'] * len(others))}) AND " if others else ""
    sql = (
        f"SELECT 'facet', name, value, count(*), {_NO_PAGE} FROM {_FACETS} "  # noqa: S608
        f"WHERE {among}document_id IN (SELECT id FROM {documents}) GROUP BY name, value"
    )
    return sql, others


def _kept(rows: Sequence[tuple[Any, ...]]) -> Kept:
    languages = {name: number for part, name, _, number, *_ in rows if part == "language"}
    facets: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for part, name, value, number, *_ in rows:
        if part == "facet":
            facets[name].append((value, number))
    return Kept(
        dict(sorted(languages.items(), key=lambda each: (-each[1], each[0]))),
        {name: sorted(values, key=lambda each: (-each[1], each[0])) for name, values in facets.items()},
        [key for _place, key in sorted((row[3], row[4]) for row in rows if row[0] == "best")],
    )
