"""The embedded engine on SQLite: FTS5."""

from __future__ import annotations

import time
from typing import Any

from django.core import checks
from django.core.checks import CheckMessage
from django.db.models.expressions import RawSQL

from chorsu_search.engines import fts
from chorsu_search.engines.recency import weakening
from chorsu_search.engines.table import TableEngine, language_token
from chorsu_search.queries import Group, Query, Terms, Wanted

_TOKENS = "{" + " ".join(fts.TOKEN_COLUMNS) + "}"
_EXACT = "{" + " ".join(fts.EXACT_COLUMNS) + "}"
_RANK = f"bm25({fts.TABLE}, {', '.join(map(str, fts.BM25_WEIGHTS))})"
_UNIX_EPOCH = 2440587.5  # as a Julian day


def _phrase(words: tuple[str, ...]) -> str:
    """Quote words for FTS5; they are letters, marks and digits, so nothing in them means anything to it."""
    return '"' + " ".join(words).replace('"', "") + '"'


def _holds(terms: Terms) -> str:
    # The exact form decides alone only for words that have no tokens; else it makes a text fit better.
    exact = f"{_EXACT} : {_phrase(terms.exact)}"
    return f"{_TOKENS} : {_phrase(terms.tokens)} OR {exact}" if terms.tokens else exact


def _fits(group: Group) -> str:
    return "(" + " OR ".join(map(_holds, group)) + ")"


def _rows(wanted: Wanted, *columns: str) -> tuple[str, list[str]]:
    """Return the SELECT of the documents of one language that fit.

    AND is the root of each expression: below another operator (NOT, or OR of languages) FTS5 loses the positions of
    words in the document after one that has a phrase's words apart, and bm25() with them.
    """
    match = f"{fts.TABLE} MATCH %s"
    parameters = [" AND ".join([f'language_token : "{language_token(wanted.language)}"', *map(_fits, wanted.groups)])]
    sql = f"SELECT {', '.join(('rowid', *columns))} FROM {fts.TABLE} WHERE {match}"  # noqa: S608
    if wanted.excluded:
        sql += f" AND rowid NOT IN (SELECT rowid FROM {fts.TABLE} WHERE {match})"  # noqa: S608
        parameters.append(" OR ".join(f"{_TOKENS} : {_phrase(terms.tokens)}" for terms in wanted.excluded))
    return sql, parameters


def _rows_of(query: Query, *columns: str, least_weight: float = 0) -> tuple[str, list[str]]:
    """Return the SELECT of the documents that fit in one of the query's languages; empty where nothing is asked."""
    selects = [_rows(wanted, *columns) for wanted in query.wanted(least_weight=least_weight)]
    return " UNION ALL ".join(sql for sql, _ in selects), [value for _, values in selects for value in values]


class SqliteEngine(TableEngine):
    """Full-text search by SQLite's FTS5, one table for all languages."""

    def matching(self, query: Query) -> RawSQL | None:
        """Return the keys of documents that hold the words."""
        sql, parameters = _rows_of(query)
        return RawSQL(sql, parameters) if sql else None  # noqa: S611

    def ranked(self, query: Query) -> list[int]:
        """Return the keys of the documents asked for, best first, newer first among equals."""
        by_words = query.order == "relevance"
        rows, words = _rows_of(query, *([f"{_RANK} AS score"] if by_words else []))
        conditions, values = self.conditions(query)
        parameters: list[Any] = [*words, *values]
        order = "d.published_on DESC, d.id DESC"
        if by_words:
            relevance, words = self._relevance(query)
            order = f"{relevance}{order}"
            parameters += words
        sql = f"SELECT d.id FROM ({rows}) AS found JOIN {fts.DOCUMENTS} d ON d.id = found.rowid WHERE 1 {conditions}"  # noqa: S608
        with self.connection.cursor() as cursor:
            cursor.execute(f"{sql} ORDER BY {order} LIMIT %s OFFSET %s", [*parameters, query.limit, query.offset])
            return [key for (key,) in cursor.fetchall()]

    def _relevance(self, query: Query) -> tuple[str, list[str]]:
        """Return what to order by: first whether nothing but typed words is needed, then BM25, weakened by age."""
        sql, parameters = "", []
        if lower := query.levels()[:-1]:
            selects = [_rows_of(query, least_weight=level) for level in lower]
            cases = " ".join(f"WHEN d.id IN ({select}) THEN {place}" for place, (select, _) in enumerate(selects))
            sql = f"CASE {cases} ELSE {len(lower)} END, "
            parameters = [value for _, values in selects for value in values]
        today = _UNIX_EPOCH + time.time() / 86_400
        return f"{sql}found.score * {weakening(f'abs({today:.2f} - julianday(d.published_on))')}, ", parameters

    def prepare(self) -> None:
        """Bring back the table and triggers where a migration dropped them."""
        if fts.missing(self.connection):
            fts.drop(self.connection)
            fts.create(self.connection)

    def finish_rebuild(self) -> None:
        """Merge the index into one piece."""
        fts.optimise(self.connection)

    def check(self) -> list[CheckMessage]:
        """Report a full-text table or trigger that is missing though its documents exist."""
        if fts.DOCUMENTS not in self.connection.introspection.table_names():
            return []  # not migrated yet
        if not (gone := fts.missing(self.connection)):
            return []
        return [
            checks.Error(
                f"The full-text index lacks {', '.join(gone)}.",
                hint="SQLite drops triggers when a migration alters their table. Run `manage.py search_rebuild`.",
                id="chorsu_search.E004",
            )
        ]
