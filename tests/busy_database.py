"""SQLite's file while somebody else writes to it, and on a full disk."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def locked() -> Iterator[None]:
    """Hold the database's write lock, as a publication does, from a connection of its own."""
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
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
