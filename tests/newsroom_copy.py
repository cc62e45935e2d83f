"""The newsroom that ``setup_newsroom`` makes: set up once in a process, and copied for the tests after the first."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection, transaction
from wagtail.models import Site

from chorsu_search.engines import sqlite
from chorsu_search.engines.sqlite import SqliteEngine
from cms.newsroom.setup import setup_newsroom

Tables = dict[str, list[tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class Change:
    """The tables that the set-up changed, with all their rows."""

    before: Tables
    after: Tables


_changes: dict[tuple[str, ...], Change] = {}
_files: dict[str, sqlite3.Connection] = {}


def copy_newsroom() -> None:
    """Bring about what ``setup_newsroom`` does, in the transaction of a test.

    Where the same languages were set up before, from the same rows, its rows are written anew: no model is saved and no
    signal sent. Only SQLite takes raw rows back as it gave them; on PostgreSQL the newsroom is set up each time.
    """
    if connection.vendor != "sqlite":
        setup_newsroom()
        return
    languages = tuple(code for code, _name in settings.LANGUAGES)
    change = _changes.get(languages)
    if change is None or change.before != _read(list(change.before)):
        before = _read(_tables())
        setup_newsroom()
        after = _read(list(before))
        changed = [name for name in before if before[name] != after[name]]
        _changes[languages] = Change({n: before[n] for n in changed}, {n: after[n] for n in changed})
        return
    call_command("createcachetable", verbosity=0)
    with transaction.atomic(), connection.cursor() as cursor:
        for name, rows in change.after.items():
            table = connection.ops.quote_name(name)
            cursor.execute(f"DELETE FROM {table}")
            if rows:
                cursor.executemany(f"INSERT INTO {table} VALUES ({', '.join(['%s'] * len(rows[0]))})", rows)
    if sqlite.DOCUMENTS in change.after:
        SqliteEngine.create(connection)  # which fills it from the documents
    Site.clear_site_root_paths_cache()


def _tables() -> list[str]:
    """Name the tables of models."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%%'")
        ordinary = {name for (name,) in cursor.fetchall()}
    return [name for name in connection.introspection.django_table_names() if name in ordinary]


def _read(names: list[str]) -> Tables:
    tables = {}
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(name)}")
            tables[name] = cursor.fetchall()
    return tables


def take_file(name: str) -> bool:
    """Put the whole database back as ``keep_file`` found it; return False where nothing is kept under this name."""
    if name not in _files:
        return False
    connection.ensure_connection()
    _files[name].backup(connection.connection)
    ContentType.objects.clear_cache()
    Site.clear_site_root_paths_cache()
    return True


def keep_file(name: str) -> None:
    """Keep the database of SQLite as it is now, in memory, under a name."""
    if connection.vendor == "sqlite":
        _files[name] = sqlite3.connect(":memory:", check_same_thread=False)
        connection.connection.backup(_files[name])
