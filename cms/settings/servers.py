"""Settings of the servers that the site asks, each from one address: database, mail, and caches of reader pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

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


TIMEOUT_SECONDS = 15


def mail_settings(url: str, *, sender: str) -> dict[str, Any]:
    """Return Django's mail settings for ``smtp[s]://user:password@host:port`` (``smtp+tls`` for STARTTLS).

    A wrong address is noted as a problem of ``MAIL_URL`` and gives settings for a server on this machine.
    """
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = -1
    if parts.scheme not in {"smtp", "smtps", "smtp+tls"} or not parts.hostname or port == -1:
        env.problem("MAIL_URL", "is no mail server.", "Use smtp+tls://user:password@mail.example.org:587")
        parts, port = urlsplit("smtp://localhost:25"), 25
    return {
        "DEFAULT_FROM_EMAIL": sender,
        "SERVER_EMAIL": sender,
        "MAILERS": {
            # Whatever sends mail writes it down first; the worker hands it to the server.
            "default": {"BACKEND": "chorsu_delivery.stored.StoredMailBackend"},
            "server": {
                "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
                "OPTIONS": {
                    "host": parts.hostname,
                    "port": port or (465 if parts.scheme == "smtps" else 25),
                    "username": unquote(parts.username or ""),
                    "password": unquote(parts.password or ""),
                    "use_tls": parts.scheme == "smtp+tls",
                    "use_ssl": parts.scheme == "smtps",
                    "timeout": TIMEOUT_SECONDS,
                },
            },
        },
    }


# Of a Redis that doesn't answer, each page waits for so long; what is kept there is made anew then.
REDIS_SECONDS = 0.5


def reader_cache(name: str, redis: str, folder: Path, *, most: int) -> dict[str, Any]:
    """Return Django's settings of a cache in the Redis at this address, or in files, of which there are ``most``."""
    if not redis:
        return {
            "BACKEND": "cms.reader.caches.FileCache",
            "LOCATION": folder,
            "OPTIONS": {"MAX_ENTRIES": most},
        }
    patience = {"socket_connect_timeout": REDIS_SECONDS, "socket_timeout": REDIS_SECONDS}
    return {"BACKEND": "cms.reader.caches.SharedCache", "LOCATION": redis, "KEY_PREFIX": name, "OPTIONS": patience}
