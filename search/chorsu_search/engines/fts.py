"""SQLite's full-text table over ``Document``, and the trigger that empties it.

External content: the table holds the index alone and reads the words from ``chorsu_search_document``. What is deleted
there leaves it by the trigger, which ``flush`` needs too. What is written comes by ``add``, many rows in one statement:
after each row that a trigger adds, FTS5 writes down all that it has in memory.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.backends.base.base import BaseDatabaseWrapper

from chorsu_search.fields import EXACT_WEIGHTS, WEIGHTS
from chorsu_search.rows import among

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


def create(connection: BaseDatabaseWrapper) -> None:
    """Create what is missing of the table and its trigger, and fill the table from the documents."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE VIRTUAL TABLE IF NOT EXISTS {TABLE} USING fts5({_NAMES}, content='{DOCUMENTS}', "
            "content_rowid='id', tokenize='ascii')"
        )
        # To delete what isn't in the index would damage it: a row that somebody put into the other table by hand.
        cursor.execute(
            f"CREATE TRIGGER IF NOT EXISTS {TRIGGER} AFTER DELETE ON {DOCUMENTS} "  # noqa: S608
            f"WHEN EXISTS (SELECT 1 FROM {TABLE}_docsize WHERE id = old.id) BEGIN "
            f"INSERT INTO {TABLE}({TABLE}, rowid, {_NAMES}) VALUES ('delete', old.id, {_OLD}); END"
        )
        cursor.execute(f"INSERT INTO {TABLE}({TABLE}) VALUES ('rebuild')")  # noqa: S608


def drop(connection: BaseDatabaseWrapper) -> None:
    """Remove the table and its trigger, and those of earlier releases."""
    with connection.cursor() as cursor:
        for name in (TRIGGER, f"{TABLE}_insert", f"{TABLE}_update"):
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
        cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Return which of the table and its trigger don't exist."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE name LIKE %s", [f"{TABLE}%"])
        present = {name for (name,) in cursor.fetchall()}
    return [name for name in (TABLE, TRIGGER) if name not in present]


def add(connection: BaseDatabaseWrapper, keys: Iterable[int]) -> None:
    """Put new documents into the table."""
    condition, values = among("id", keys, connection.alias)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {TABLE}(rowid, {_NAMES}) SELECT id, {_NAMES} FROM {DOCUMENTS} WHERE {condition}",  # noqa: S608
            [values],
        )


def optimise(connection: BaseDatabaseWrapper) -> None:
    """Merge the index into one piece, after a rebuild."""
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {TABLE}({TABLE}) VALUES ('optimize')")  # noqa: S608
