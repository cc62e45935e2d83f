"""The engine that needs nothing but the site's own database; its address in the settings is that of this module."""

from __future__ import annotations

from django.db import connections, router

from chorsu_search.engines.base import EngineUnavailableError
from chorsu_search.engines.full_text import FullTextEngine
from chorsu_search.engines.postgresql import PostgresqlEngine
from chorsu_search.engines.sqlite import SqliteEngine
from chorsu_search.models import Document

_BY_VENDOR: dict[str, type[FullTextEngine]] = {"sqlite": SqliteEngine, "postgresql": PostgresqlEngine}


def embedded_engine() -> FullTextEngine:
    """Return the embedded engine of the database that holds the documents.

    Raises ``EngineUnavailableError`` where it has none for that kind of database.
    """
    vendor = connections[router.db_for_write(Document)].vendor
    if vendor not in _BY_VENDOR:
        raise EngineUnavailableError(f"The embedded search engine knows SQLite and PostgreSQL, not {vendor}.")
    return _BY_VENDOR[vendor]()
