"""The embedded engine on SQLite: FTS5."""

from __future__ import annotations

from django.core import checks
from django.core.checks import CheckMessage
from django.db.models.expressions import RawSQL

from chorsu_search.engines import fts
from chorsu_search.engines.table import TableEngine, language_token
from chorsu_search.models import DocumentFacet
from chorsu_search.queries import Query, Terms

_TOKENS = "{" + " ".join(fts.TOKEN_COLUMNS) + "}"
_EXACT = "{" + " ".join(fts.EXACT_COLUMNS) + "}"
_RANK = f"bm25({fts.TABLE}, {', '.join(map(str, fts.BM25_WEIGHTS))})"


def _phrase(words: tuple[str, ...]) -> str:
    """Quote words for FTS5; they are letters, marks and digits, so nothing in them means anything to it."""
    return '"' + " ".join(words).replace('"', "") + '"'


def _fits(terms: Terms) -> str:
    # The exact form never decides whether a text fits; it only makes it fit better.
    return f"({_TOKENS} : {_phrase(terms.tokens)} OR {_EXACT} : {_phrase(terms.exact)})"


def match_expression(query: Query) -> str:
    """Return FTS5's expression of a query: per language, all its words; empty where there is none."""
    alternatives = []
    for language in query.languages:
        if terms := query.terms(language):
            words = " AND ".join(_fits(each) for each in terms)
            alternatives.append(f'(language_token : "{language_token(language)}" AND {words})')
    return " OR ".join(alternatives)


class SqliteEngine(TableEngine):
    """Full-text search by SQLite's FTS5, one table for all languages."""

    def matching(self, query: Query) -> RawSQL | None:
        """Return the keys of documents that hold the words."""
        expression = match_expression(query)
        if not expression:
            return None
        return RawSQL(f"SELECT rowid FROM {fts.TABLE} WHERE {fts.TABLE} MATCH %s", (expression,))  # noqa: S608, S611

    def ranked(self, query: Query) -> list[int]:
        """Return the keys of the documents asked for, best first, newer first among equals."""
        facets = DocumentFacet._meta.db_table
        join = f"{fts.TABLE} JOIN {fts.DOCUMENTS} d ON d.id = {fts.TABLE}.rowid"
        sql = [f"SELECT d.id FROM {join} WHERE {fts.TABLE} MATCH %s"]  # noqa: S608
        parameters: list[str | int] = [match_expression(query)]
        for name, value in query.filters.items():
            sql.append(f"AND d.id IN (SELECT document_id FROM {facets} WHERE name = %s AND value = %s)")  # noqa: S608
            parameters += [name, value]
        sql.append(f"ORDER BY {_RANK}, d.published_on DESC, d.id DESC LIMIT %s OFFSET %s")
        parameters += [query.limit, query.offset]
        with self.connection.cursor() as cursor:
            cursor.execute(" ".join(sql), parameters)
            return [key for (key,) in cursor.fetchall()]

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
