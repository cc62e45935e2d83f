"""A real Redis for tests: redis-server, or Valkey's valkey-server, on PATH."""

from __future__ import annotations

import shutil

from own_server import OwnServer, UnavailableError


def start_own() -> OwnServer:
    """Start a server that is nobody else's; ``url`` is for ``REDIS_URL``. Killed, it forgets all, as a cache may."""
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if not program:
        raise UnavailableError(
            "Redis: neither redis-server nor valkey-server is on PATH. Install it (Debian, Ubuntu: apt install "
            "redis-server)."
        )
    options = ["--port", "{port}", "--bind", "127.0.0.1", "--dir", "{folder}", "--save", "", "--appendonly", "no"]
    limits = ["--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru"]
    return OwnServer([program, *options, *limits], "redis://127.0.0.1:{port}/0").begin()
