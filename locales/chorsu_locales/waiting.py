"""How long writes wait for SQLite's one writer; other databases lock rows, not everything."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

DEFAULT_SECONDS = 5.0  # of Python's sqlite3


@contextmanager
def waiting_at_most(seconds: float) -> Iterator[None]:
    """Let all writes of the block together wait no longer for SQLite's lock; reads never wait for it."""
    if connection.vendor != "sqlite":
        yield
        return
    left = seconds

    def limit(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        nonlocal left
        if connection.in_atomic_block or sql.startswith("SELECT"):
            return execute(sql, params, many, context)
        _wait_for_lock(left)
        started = time.monotonic()
        try:
            return execute(sql, params, many, context)
        finally:
            left = max(0.0, left - (time.monotonic() - started))
            _wait_for_lock(connection.settings_dict["OPTIONS"].get("timeout", DEFAULT_SECONDS))

    with connection.execute_wrapper(limit):
        yield


def _wait_for_lock(seconds: float) -> None:
    connection.connection.execute(f"PRAGMA busy_timeout = {round(seconds * 1000)}")
