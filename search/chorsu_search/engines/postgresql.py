"""The embedded engine on PostgreSQL: a tsvector of our own tokens, with a GIN index."""

from __future__ import annotations

import time
from typing import Any

from django.core import checks
from django.core.checks import CheckMessage

from chorsu_search.engines import tsvector
from chorsu_search.engines.full_text import BY_DATE, FullTextEngine, Sql
from chorsu_search.engines.recency import weakening
from chorsu_search.engines.table import language_token
from chorsu_search.queries import Query, Terms, Wanted

RANKED = 1_000  # documents: of more that fit, the newest
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


class PostgresqlEngine(FullTextEngine):
    """Full-text search by PostgreSQL, one table for all languages."""

    def found(self, query: Query) -> Sql:
        """Return the SELECT of what holds the words."""
        expression = match_expression(query)
        if not expression:
            return "", []
        return f"SELECT id, language, published_on FROM {tsvector.FOUND}(%s::tsquery)", [expression]  # noqa: S608

    def best(self, query: Query, fitting: str) -> Sql:
        """Return the SELECT of the ids asked for: by rank, but beyond the newest ``RANKED`` by date.

        Ranking reads the whole vector of each document, which takes longer than all else.
        """
        pages, span = "LIMIT %s OFFSET %s", [query.limit, query.offset]
        if query.order == "date" or query.offset >= RANKED:
            return f"SELECT id FROM {fitting} ORDER BY {BY_DATE} {pages}", [*span]  # noqa: S608
        relevance, parameters = self._relevance(query)
        newest = max(RANKED, query.offset + query.limit)
        sql = (
            f"SELECT d.id FROM (SELECT id FROM {fitting} ORDER BY {BY_DATE} LIMIT {newest}) AS newest "  # noqa: S608
            f"JOIN {tsvector.DOCUMENTS} d ON d.id = newest.id "
            f"ORDER BY {relevance}d.published_on DESC NULLS LAST, d.id DESC {pages}"
        )
        return sql, [*parameters, *span]

    def _relevance(self, query: Query) -> Sql:
        """Return what to order by: first whether nothing but typed words is needed, then rank, weakened by age."""
        sql, parameters = "", list[Any]()
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
        super().finish_rebuild()
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
