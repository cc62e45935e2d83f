"""The engine that needs nothing but the site's own database."""

from __future__ import annotations

from django.db import connections, router

from chorsu_search.engines.portable import PortableEngine
from chorsu_search.engines.postgresql import PostgresqlEngine
from chorsu_search.engines.sqlite import SqliteEngine
from chorsu_search.engines.table import TableEngine
from chorsu_search.models import Document

_BY_VENDOR: dict[str, type[TableEngine]] = {"sqlite": SqliteEngine, "postgresql": PostgresqlEngine}


def embedded_engine(using: str | None = None) -> TableEngine:
    """Return the embedded engine of the database that holds the documents (or of the one named ``using``)."""
    vendor = connections[using or router.db_for_write(Document)].vendor
    return _BY_VENDOR.get(vendor, PortableEngine)(using)
