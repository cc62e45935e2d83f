"""A real Redis for tests: `start` prints its address, `stop` ends it.

``$REDIS_TEST_URL`` is used as it is; else redis-server (or Valkey's valkey-server) on PATH.
"""

from __future__ import annotations

import os
import shutil
import sys

from own_server import OwnServer, UnavailableError, stop

NAME = "redis"


def start_own() -> OwnServer:
    """Start a server that is nobody else's; ``url`` is for ``REDIS_URL``. Killed, it forgets all, as a cache may."""
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if not program:
        raise UnavailableError(
            "Redis: neither redis-server nor valkey-server is on PATH. Install it (Debian, Ubuntu: apt install "
            "redis-server), or set REDIS_TEST_URL=redis://host:6379/0 of a server for tests, which empty it."
        )
    options = ["--port", "{port}", "--bind", "127.0.0.1", "--dir", "{folder}", "--save", "", "--appendonly", "no"]
    limits = ["--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru"]
    return OwnServer([program, *options, *limits], "redis://127.0.0.1:{port}/0").begin()


def start() -> str:
    """Start a server that ``stop`` ends, and return its address."""
    if url := os.environ.get("REDIS_TEST_URL"):
        return url
    stop(NAME)
    server = start_own()
    server.keep(NAME)
    return server.url


if __name__ == "__main__":
    try:
        if sys.argv[1:] == ["start"]:
            print(start())
        elif sys.argv[1:] == ["stop"]:
            stop(NAME)
        else:
            sys.exit("Usage: redis_server.py start | stop")
    except UnavailableError as error:
        sys.exit(str(error))
