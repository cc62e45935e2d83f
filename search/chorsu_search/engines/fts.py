"""SQLite's full-text table over ``Document``, and the triggers that keep it.

External content: the table holds the index alone and reads the words from ``chorsu_search_document``. A plain FTS5
table would not be emptied by ``flush``; this one follows every row by its triggers.
"""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

from chorsu_search.fields import EXACT_WEIGHTS, WEIGHTS

DOCUMENTS = "chorsu_search_document"
TABLE = "chorsu_search_fts"
TOKEN_COLUMNS = tuple(f"{name}_tokens" for name in WEIGHTS)
EXACT_COLUMNS = ("exact_headline", "exact_text")
COLUMNS = ("language_token", *TOKEN_COLUMNS, *EXACT_COLUMNS)
# In the order of COLUMNS: the language decides whether, never how well, a text fits.
BM25_WEIGHTS = (0.0, *WEIGHTS.values(), EXACT_WEIGHTS["headline"], EXACT_WEIGHTS["body"])
TRIGGERS = (f"{TABLE}_insert", f"{TABLE}_delete", f"{TABLE}_update")

_NAMES = ", ".join(COLUMNS)
_OLD = ", ".join(f"old.{name}" for name in COLUMNS)
_NEW = ", ".join(f"new.{name}" for name in COLUMNS)
_REMOVE = f"INSERT INTO {TABLE}({TABLE}, rowid, {_NAMES}) VALUES ('delete', old.id, {_OLD});"  # noqa: S608
_ADD = f"INSERT INTO {TABLE}(rowid, {_NAMES}) VALUES (new.id, {_NEW});"  # noqa: S608


def create(connection: BaseDatabaseWrapper) -> None:
    """Create what is missing of the table and its triggers, and fill the table from the documents."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE VIRTUAL TABLE IF NOT EXISTS {TABLE} USING fts5({_NAMES}, content='{DOCUMENTS}', "
            "content_rowid='id', tokenize='ascii')"
        )
        for name, event, body in (
            (TRIGGERS[0], "INSERT", _ADD),
            (TRIGGERS[1], "DELETE", _REMOVE),
            (TRIGGERS[2], "UPDATE", _REMOVE + _ADD),
        ):
            cursor.execute(f"CREATE TRIGGER IF NOT EXISTS {name} AFTER {event} ON {DOCUMENTS} BEGIN {body} END")
        cursor.execute(f"INSERT INTO {TABLE}({TABLE}) VALUES ('rebuild')")  # noqa: S608


def drop(connection: BaseDatabaseWrapper) -> None:
    """Remove the triggers and the table."""
    with connection.cursor() as cursor:
        for name in TRIGGERS:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
        cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Return which of the table and its triggers don't exist."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE name LIKE %s", [f"{TABLE}%"])
        present = {name for (name,) in cursor.fetchall()}
    return [name for name in (TABLE, *TRIGGERS) if name not in present]


def optimise(connection: BaseDatabaseWrapper) -> None:
    """Merge the index into one piece, after a rebuild."""
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {TABLE}({TABLE}) VALUES ('optimize')")  # noqa: S608
