"""The embedded engine on SQLite: FTS5."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from django.core import checks
from django.core.checks import CheckMessage

from chorsu_search.engines import fts
from chorsu_search.engines.base import weakening
from chorsu_search.engines.full_text import BY_DATE, FullTextEngine, Sql, language_token
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
    sql = f"SELECT {', '.join(('rowid AS id', *columns))} FROM {fts.TABLE} WHERE {match}"  # noqa: S608
    if wanted.excluded:
        sql += f" AND rowid NOT IN (SELECT rowid FROM {fts.TABLE} WHERE {match})"  # noqa: S608
        parameters.append(" OR ".join(f"{_TOKENS} : {_phrase(terms.tokens)}" for terms in wanted.excluded))
    return sql, parameters


class SqliteEngine(FullTextEngine):
    """Full-text search by SQLite's FTS5, one table for all languages."""

    def add_to_index(self, page_ids: Iterable[int]) -> None:
        """Put the new documents of pages into the full-text table."""
        fts.add(self.connection, page_ids)

    def found(self, query: Query) -> Sql:
        """Return the SELECT of what holds the words, with its score where that is needed."""
        columns = [f"{_RANK} AS score"] if query.limit and query.order == "relevance" else []
        selects, parameters = [], list[Any]()
        for wanted in query.wanted():
            sql, values = _rows(wanted, "%s AS language", *columns)
            selects.append(sql)
            parameters += [wanted.language, *values]
        rows = " UNION ALL ".join(selects)
        if not rows or not (query.limit or any(query.period())):
            return rows, parameters
        return (
            f"SELECT words.*, d.published_on FROM ({rows}) AS words JOIN {fts.DOCUMENTS} d ON d.id = words.id",  # noqa: S608
            parameters,
        )

    def best(self, query: Query, fitting: str) -> Sql:
        """Return the SELECT of the ids asked for: those that need typed words alone, then by BM25."""
        order, parameters = BY_DATE, list[Any]()
        if query.order == "relevance":
            today = _UNIX_EPOCH + time.time() / 86_400
            order = f"score * {weakening(f'abs({today:.2f} - julianday(published_on))')}, {BY_DATE}"
            if lower := query.levels()[:-1]:
                cases = ""
                for place, level in enumerate(lower):
                    selects = [_rows(wanted) for wanted in query.wanted(least_weight=level)]
                    cases += f" WHEN id IN ({' UNION ALL '.join(sql for sql, _ in selects)}) THEN {place}"
                    parameters += [value for _, values in selects for value in values]
                order = f"CASE{cases} ELSE {len(lower)} END, {order}"
        sql = f"SELECT id FROM {fitting} ORDER BY {order} LIMIT %s OFFSET %s"  # noqa: S608
        return sql, [*parameters, query.limit, query.offset]

    def prepare(self) -> None:
        """Bring back the table and its trigger where a migration dropped them."""
        if fts.missing(self.connection):
            fts.drop(self.connection)
            fts.create(self.connection)

    def finish_rebuild(self) -> None:
        """Merge the index into one piece."""
        self._kept.clear()
        fts.optimise(self.connection)

    def check(self) -> list[CheckMessage]:
        """Report a full-text table or trigger that is missing though its documents exist."""
        if fts.DOCUMENTS not in self.connection.introspection.table_names():
            return []  # not migrated yet
        if not (gone := fts.missing(self.connection)):
            return []
        return [
            checks.Warning(
                f"The full-text index lacks {', '.join(gone)}.",
                hint="Run `manage.py migrate`, then `search_rebuild`: SQLite drops the trigger of an altered table.",
                id="chorsu_search.W008",
            )
        ]
