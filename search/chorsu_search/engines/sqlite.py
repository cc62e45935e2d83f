"""The embedded engine on SQLite: FTS5's table over ``Document``, and the trigger that empties it.

External content: the table holds the index alone and reads the words from ``chorsu_search_document``. What is deleted
there leaves it by the trigger, which ``flush`` needs too. What is written comes by ``add``, many rows in one statement:
after each row that a trigger adds, FTS5 writes down all that it has in memory.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from chorsu_search.documents import EXACT_WEIGHTS, WEIGHTS
from chorsu_search.engines.base import age_factor
from chorsu_search.engines.full_text import BY_DATE, FullTextEngine, Sql, language_token
from chorsu_search.models import among
from chorsu_search.queries import LEAST_SHARE, Group, Query, Wanted

DOCUMENTS = "chorsu_search_document"
TABLE = "chorsu_search_fts"
TOKEN_COLUMNS = tuple(f"{name}_tokens" for name in WEIGHTS)
EXACT_COLUMNS = ("exact_headline", "exact_text")
COLUMNS = ("language_token", *TOKEN_COLUMNS, *EXACT_COLUMNS)
# In the order of COLUMNS: the language decides whether, never how well, a text fits.
BM25_WEIGHTS = (0.0, *WEIGHTS.values(), EXACT_WEIGHTS["headline"], EXACT_WEIGHTS["body"])
TRIGGER = f"{TABLE}_delete"

_NAMES = ", ".join(COLUMNS)
_OLD = ", ".join(f"old.{name}" for name in COLUMNS)


_TOKENS = "{" + " ".join(TOKEN_COLUMNS) + "}"
_EXACT = "{" + " ".join(EXACT_COLUMNS) + "}"
_RANK = f"bm25({TABLE}, {', '.join(map(str, BM25_WEIGHTS))})"
_UNIX_EPOCH = 2440587.5  # as a Julian day


def _phrase(words: tuple[str, ...]) -> str:
    """Quote words for FTS5; they are letters, marks and digits, so nothing in them means anything to it."""
    return '"' + " ".join(words).replace('"', "") + '"'


def _fits(group: Group) -> str:
    # The exact form decides alone only for words that have no tokens; else it raises the score.
    tokens = [f"{_TOKENS} : {_phrase(terms.tokens)}" for terms in group if terms.tokens]
    return "(" + " OR ".join([*tokens, *(f"{_EXACT} : {_phrase(terms.exact)}" for terms in group)]) + ")"


def _in_language(wanted: Wanted, *fits: str) -> str:
    return " AND ".join([f'language_token : "{language_token(wanted.language)}"', *fits])


def _shares(asked: Sequence[Wanted]) -> Sql:
    """Return the SELECT of the documents that hold enough of the groups with shares, with the sum of these."""
    selects, parameters = [], list[Any]()
    for wanted in asked:
        for group, share in wanted.shares.items():
            selects.append(f"SELECT rowid AS id, {share} AS share FROM {TABLE} WHERE {TABLE} MATCH %s")  # noqa: S608
            parameters.append(_in_language(wanted, _fits(group)))
    rows = " UNION ALL ".join(selects)
    return f"SELECT id, sum(share) AS held FROM ({rows}) GROUP BY id HAVING held >= {LEAST_SHARE}", parameters  # noqa: S608


def _rows(wanted: Wanted, *columns: str) -> tuple[str, list[str]]:
    """Return the SELECT of the matching documents of one language.

    AND is the root of each expression: below another operator (NOT, or OR of languages) FTS5 loses the positions of
    words in the document after one that has a phrase's words apart, and bm25() with them.
    """
    match = f"{TABLE} MATCH %s"
    fits = list(map(_fits, wanted.groups))
    if wanted.shares:
        fits.append(f"({' OR '.join(map(_fits, wanted.shares))})")
    parameters = [_in_language(wanted, *fits)]
    sql = f"SELECT {', '.join(('rowid AS id', *columns))} FROM {TABLE} WHERE {match}"  # noqa: S608
    if wanted.excluded:
        sql += f" AND rowid NOT IN (SELECT rowid FROM {TABLE} WHERE {match})"  # noqa: S608
        parameters.append(" OR ".join(f"{_TOKENS} : {_phrase(terms.tokens)}" for terms in wanted.excluded))
    return sql, parameters


class SqliteEngine(FullTextEngine):
    why_missing = ": SQLite drops the trigger of an altered table."

    @staticmethod
    def create(connection: BaseDatabaseWrapper) -> None:
        """Create the table and its trigger anew, and fill the table from the documents.

        A table without its trigger isn't trusted, and triggers of earlier releases would write each row twice.
        """
        SqliteEngine.drop(connection)
        with connection.cursor() as cursor:
            cursor.execute(
                f"CREATE VIRTUAL TABLE {TABLE} USING fts5({_NAMES}, content='{DOCUMENTS}', "
                "content_rowid='id', tokenize='ascii')"
            )
            # To delete what isn't in the index would damage it: a row that somebody put into the other table by hand.
            cursor.execute(
                f"CREATE TRIGGER {TRIGGER} AFTER DELETE ON {DOCUMENTS} "  # noqa: S608
                f"WHEN EXISTS (SELECT 1 FROM {TABLE}_docsize WHERE id = old.id) BEGIN "
                f"INSERT INTO {TABLE}({TABLE}, rowid, {_NAMES}) VALUES ('delete', old.id, {_OLD}); END"
            )
            cursor.execute(f"INSERT INTO {TABLE}({TABLE}) VALUES ('rebuild')")  # noqa: S608

    @staticmethod
    def drop(connection: BaseDatabaseWrapper) -> None:
        """Remove the table and its trigger, and those of earlier releases."""
        with connection.cursor() as cursor:
            for name in (TRIGGER, f"{TABLE}_insert", f"{TABLE}_update"):
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")

    @staticmethod
    def missing(connection: BaseDatabaseWrapper) -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM sqlite_master WHERE name LIKE %s", [f"{TABLE}%"])
            present = {name for (name,) in cursor.fetchall()}
        return [name for name in (TABLE, TRIGGER) if name not in present]

    @staticmethod
    def optimise(connection: BaseDatabaseWrapper) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {TABLE}({TABLE}) VALUES ('optimize')")  # noqa: S608

    def add_to_index(self, page_ids: Iterable[int]) -> None:
        condition, values = among("id", page_ids, self.connection.alias)
        with self.connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {TABLE}(rowid, {_NAMES}) SELECT id, {_NAMES} FROM {DOCUMENTS} WHERE {condition}",  # noqa: S608
                [values],
            )

    def found(self, query: Query) -> Sql:
        columns = [f"{_RANK} AS score"] if query.limit and query.order == "relevance" else []
        selects, parameters = [], list[Any]()
        asked = query.wanted()
        for wanted in asked:
            sql, values = _rows(wanted, "%s AS language", *columns)
            selects.append(sql)
            parameters += [wanted.language, *values]
        rows = " UNION ALL ".join(selects)
        if rows and query.shares:
            shares, values = _shares(asked)
            rows = f"SELECT words.*, held FROM ({rows}) AS words JOIN ({shares}) AS shares USING (id)"  # noqa: S608
            parameters += values
        if not rows or not (query.limit or any(query.period())):
            return rows, parameters
        return (
            f"SELECT words.*, d.published_on FROM ({rows}) AS words JOIN {DOCUMENTS} d ON d.id = words.id",  # noqa: S608
            parameters,
        )

    def best(self, query: Query, fitting: str) -> Sql:
        order, parameters = BY_DATE, list[Any]()
        if query.order == "relevance":
            today = _UNIX_EPOCH + time.time() / 86_400
            order = f"score * {age_factor(f'abs({today:.2f} - julianday(published_on))')}, {BY_DATE}"
            if lower := query.levels()[:-1]:
                cases = ""
                for place, level in enumerate(lower):
                    selects = [_rows(wanted) for wanted in query.wanted_at(level)]
                    cases += f" WHEN id IN ({' UNION ALL '.join(sql for sql, _ in selects)}) THEN {place}"
                    parameters += [value for _, values in selects for value in values]
                order = f"CASE{cases} ELSE {len(lower)} END, {order}"
            if query.shares:
                order = f"held DESC, {order}"
        sql = f"SELECT id FROM {fitting} ORDER BY {order} LIMIT %s OFFSET %s"  # noqa: S608
        return sql, [*parameters, query.limit, query.offset]
