"""SQLite's file while somebody else writes to it, and on a full disk."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from django.db import connection
from django.db.backends.sqlite3.base import SQLiteCursorWrapper


@contextmanager
def locked() -> Iterator[list[float]]:
    """Hold the database's write lock, as a publication does, from a connection of its own.

    Yields how many seconds each statement was told to wait for the lock that it didn't get.
    """
    waits: list[float] = []
    plain = SQLiteCursorWrapper.execute

    def note(*given: Any) -> Any:
        (milliseconds,) = connection.connection.execute("PRAGMA busy_timeout").fetchone()
        try:
            return plain(*given)
        except sqlite3.OperationalError:
            waits.append(milliseconds / 1000)
            raise

    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with patch.object(SQLiteCursorWrapper, "execute", note):
            yield waits
    finally:
        other.execute("ROLLBACK")
        other.close()


@contextmanager
def full() -> Iterator[None]:
    """Let the database's file grow no more, which SQLite reports as it does a full disk."""
    connection.ensure_connection()
    raw = connection.connection
    raw.execute("VACUUM")
    (most,) = raw.execute("PRAGMA max_page_count").fetchone()
    raw.execute(f"PRAGMA max_page_count = {raw.execute('PRAGMA page_count').fetchone()[0]}")
    try:
        yield
    finally:
        raw.execute(f"PRAGMA max_page_count = {most}")
