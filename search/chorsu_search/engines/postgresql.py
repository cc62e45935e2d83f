"""The embedded engine on PostgreSQL: a tsvector of our own tokens, with a GIN index."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from django.core import checks
from django.core.checks import CheckMessage

from chorsu_search.documents import SearchDocument
from chorsu_search.engines import tsvector
from chorsu_search.engines.base import weakening
from chorsu_search.engines.full_text import BY_DATE, FullTextEngine, Sql, language_token
from chorsu_search.fields import EXACT_WEIGHTS, WEIGHTS
from chorsu_search.queries import Query, Terms, Wanted

_MARKED = [*((mark, WEIGHTS[name]) for name, mark in tsvector.MARKS.items()), (tsvector.OFTEN, WEIGHTS["body"])]
_EXACT = [(tsvector.EXACT, EXACT_WEIGHTS["body"]), (tsvector.EXACT_HEADLINE, EXACT_WEIGHTS["headline"])]


def _all(words: tuple[str, ...], mark: str = "", operator: str = " & ") -> str:
    """Quote words for a tsquery; they are letters, marks and digits, so nothing in them means anything to it."""
    return operator.join(f"'{mark}{word}'" for word in words)


def _held(terms: Terms, operator: str = " <-> ") -> str:
    words = _all(terms.tokens, "", operator) if terms.tokens else _all(terms.exact, tsvector.EXACT, operator)
    return f"({words})"


def _groups(wanted: Wanted, operator: str = " <-> ") -> Iterator[str]:
    yield f"'{language_token(wanted.language)}'"
    for group in wanted.groups:
        yield f"({' | '.join(_held(terms, operator) for terms in group)})"


def match_expression(query: Query, *, least_weight: float = 0) -> str:
    """Return the tsquery of what fits in one of the query's languages; empty where nothing is asked."""
    return " | ".join(
        f"({' & '.join([*_groups(wanted), *(f'!{_held(terms)}' for terms in wanted.excluded)])})"
        for wanted in query.wanted(least_weight=least_weight)
    )


def counted_expressions(query: Query) -> dict[str, float]:
    """Return tsqueries that the index answers alone, each with what a document that fits it gains.

    Each asks for all groups too, so that it finds few documents that the query doesn't; of phrases all words.
    """
    asked = query.wanted()
    fits = " | ".join(f"({' & '.join(_groups(wanted, ' & '))})" for wanted in asked)
    gains: dict[str, float] = {}
    for terms in (terms for wanted in asked for group in wanted.groups for terms in group):
        if terms.tokens:
            gains |= {_all(terms.tokens, mark): weight for mark, weight in _MARKED}
        gains |= {_all(terms.exact, mark): weight for mark, weight in _EXACT}
    return {f"({fits}) & {gain}": weight for gain, weight in gains.items()}


class PostgresqlEngine(FullTextEngine):
    """Full-text search by PostgreSQL, one table for all languages."""

    def row(self, document: SearchDocument) -> dict[str, Any]:
        """Return a document's row, its words in the vector alone."""
        row = super().row(document)
        return row | dict.fromkeys(tsvector.WORDS, "") | {tsvector.COLUMN: tsvector.vector(row)}

    def found(self, query: Query) -> Sql:
        """Return the SELECT of what holds the words."""
        expression = match_expression(query)
        if not expression:
            return "", []
        return f"SELECT id, language, published_on FROM {tsvector.FOUND}(%s::tsquery)", [expression]  # noqa: S608

    def best(self, query: Query, fitting: str) -> Sql:
        """Return the SELECT of the ids asked for: those that need typed words alone, then by weights."""
        joins, order, parameters = "", BY_DATE, list[Any]()
        if query.order == "relevance":
            counted = counted_expressions(query)
            joins = f" LEFT JOIN {tsvector.SCORES}(%s::tsquery[], %s::float8[]) AS scores USING (id)"
            age = f"abs({time.time():.0f} - extract(epoch FROM published_on)::float8) / 86400"
            order = f"(1 + coalesce(score, 0)) * {weakening(age)} DESC, {order}"
            parameters = [list(counted), list(counted.values())]
            if lower := query.levels()[:-1]:
                known = f"id IN (SELECT id FROM {tsvector.FOUND}(%s::tsquery))"  # noqa: S608
                cases = " ".join(f"WHEN {known} THEN {place}" for place in range(len(lower)))
                order = f"CASE {cases} ELSE {len(lower)} END, {order}"
                parameters += [match_expression(query, least_weight=level) for level in lower]
        sql = f"SELECT id FROM {fitting}{joins} ORDER BY {order} LIMIT %s OFFSET %s"  # noqa: S608
        return sql, [*parameters, query.limit, query.offset]

    def prepare(self) -> None:
        """Bring back the column and its index where a migration dropped them."""
        if tsvector.missing(self.connection):
            tsvector.create(self.connection)

    def finish_rebuild(self) -> None:
        """Bring the index up to date."""
        self._kept.clear()
        tsvector.optimise(self.connection)

    def check(self) -> list[CheckMessage]:
        """Report a column or index that is missing though the documents exist."""
        if tsvector.DOCUMENTS not in self.connection.introspection.table_names():
            return []  # not migrated yet
        if not (gone := tsvector.missing(self.connection)):
            return []
        return [
            checks.Warning(
                f"The full-text index lacks {', '.join(gone)}.",
                hint="Run `manage.py migrate`, then `search_rebuild`; the owner of the table has the rights for it.",
                id="chorsu_search.W008",
            )
        ]
