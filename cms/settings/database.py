"""The database from one address."""

from __future__ import annotations

from typing import Any

import dj_database_url

from cms.settings.env import env

SCHEMES = ("postgres://", "postgresql://")


def database(url: str, *, otherwise: dict[str, Any]) -> dict[str, Any]:
    """Return Django's settings of the PostgreSQL server at ``url``, or ``otherwise`` where none is named.

    An address that isn't PostgreSQL's is noted as a problem of ``DATABASE_URL``.
    """
    if not url:
        return otherwise
    try:
        if url.startswith(SCHEMES):
            return dict(dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True))
    except ValueError:  # names what stands at the port's place, which is part of a password with a slash in it
        pass
    env.problem("DATABASE_URL", "is no address of PostgreSQL.", "Use postgres://user:password@host:5432/database")
    return otherwise
