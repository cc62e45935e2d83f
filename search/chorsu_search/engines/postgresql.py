"""The embedded engine on PostgreSQL: a tsvector of our own tokens, with a GIN index."""

from __future__ import annotations

import time
from typing import Any

from django.core import checks
from django.core.checks import CheckMessage
from django.db.models.expressions import RawSQL

from chorsu_search.engines import tsvector
from chorsu_search.engines.recency import weakening
from chorsu_search.engines.table import TableEngine, language_token
from chorsu_search.queries import Query, Terms, Wanted

_FITS = f"{tsvector.COLUMN} @@ %s::tsquery"


def _phrase(words: tuple[str, ...], mark: str = "") -> str:
    """Quote words for a tsquery; they are letters, marks and digits, so nothing in them means anything to it."""
    return " <-> ".join(f"'{mark}{word}'" for word in words)


def _held(terms: Terms) -> str:
    return f"({_phrase(terms.tokens) if terms.tokens else _phrase(terms.exact, tsvector.EXACT)})"


def _expression(wanted: Wanted) -> str:
    groups = ["(" + " | ".join(map(_held, group)) + ")" for group in wanted.groups]
    excluded = [f"!{_held(terms)}" for terms in wanted.excluded]
    return "(" + " & ".join([f"'{language_token(wanted.language)}'", *groups, *excluded]) + ")"


def match_expression(query: Query, *, least_weight: float = 0) -> str:
    """Return the tsquery of what fits in one of the query's languages; empty where nothing is asked."""
    return " | ".join(map(_expression, query.wanted(least_weight=least_weight)))


def rank_expression(query: Query) -> str:
    """Return the tsquery of everything that is counted: each of the terms, and once more as written."""
    terms = [each for wanted in query.wanted() for group in wanted.groups for each in group]
    counted = [*map(_held, terms), *(f"({_phrase(each.exact, tsvector.EXACT)})" for each in terms)]
    return " | ".join(dict.fromkeys(counted))


class PostgresqlEngine(TableEngine):
    """Full-text search by PostgreSQL, one table for all languages."""

    def matching(self, query: Query) -> RawSQL | None:
        """Return the keys of documents that hold the words."""
        if not (expression := match_expression(query)):
            return None
        return RawSQL(f"SELECT id FROM {tsvector.DOCUMENTS} WHERE {_FITS}", (expression,))  # noqa: S608, S611

    def ranked(self, query: Query) -> list[int]:
        """Return the keys of the documents asked for, best first, newer first among equals."""
        conditions, values = self.conditions(query)
        parameters: list[Any] = [match_expression(query), *values]
        order = "d.published_on DESC NULLS LAST, d.id DESC"
        if query.order == "relevance":
            relevance, words = self._relevance(query)
            order = f"{relevance}{order}"
            parameters += words
        sql = f"SELECT d.id FROM {tsvector.DOCUMENTS} d WHERE d.{_FITS} {conditions} ORDER BY {order}"  # noqa: S608
        with self.connection.cursor() as cursor:
            cursor.execute(f"{sql} LIMIT %s OFFSET %s", [*parameters, query.limit, query.offset])
            return [key for (key,) in cursor.fetchall()]

    def _relevance(self, query: Query) -> tuple[str, list[str]]:
        """Return what to order by: first whether nothing but typed words is needed, then rank, weakened by age."""
        sql, parameters = "", []
        if lower := query.levels()[:-1]:
            cases = " ".join(f"WHEN d.{_FITS} THEN {place}" for place in range(len(lower)))
            sql = f"CASE {cases} ELSE {len(lower)} END, "
            parameters = [match_expression(query, least_weight=level) for level in lower]
        if counted := rank_expression(query):
            age = f"abs({time.time():.0f} - extract(epoch FROM d.published_on)) / 86400"
            rank = f"ts_rank('{tsvector.RANK_WEIGHTS}', d.{tsvector.COLUMN}, %s::tsquery, 1)"
            sql += f"{rank} * {weakening(age)} DESC, "
            parameters.append(counted)
        return sql, parameters

    def prepare(self) -> None:
        """Bring back the column and its index where a migration dropped them."""
        if tsvector.missing(self.connection):
            tsvector.create(self.connection)

    def finish_rebuild(self) -> None:
        """Bring the index up to date."""
        tsvector.optimise(self.connection)

    def check(self) -> list[CheckMessage]:
        """Report a column or index that is missing though the documents exist."""
        if tsvector.DOCUMENTS not in self.connection.introspection.table_names():
            return []  # not migrated yet
        if not (gone := tsvector.missing(self.connection)):
            return []
        return [
            checks.Error(
                f"The full-text index lacks {', '.join(gone)}.",
                hint="Run `manage.py search_rebuild`; the owner of the table has the rights for it.",
                id="chorsu_search.E004",
            )
        ]
