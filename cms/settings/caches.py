"""The caches of reader pages: in Redis, or else in files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

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
