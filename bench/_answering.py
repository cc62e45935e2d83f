"""A site that answers requests without a server, in a process of its own: started by ``peers.py`` with a site's Python.

Reads a line of JSON for each request, ``{"path": "/", "cold": false}``, and writes one: ``status``, ``processor_ms``
(of this process, in which SQLite works too), ``queries``, ``length`` and ``links``, the addresses that are led to.
Whole pages that the site keeps are thrown away before each request, and with ``cold`` all that lies in Django's default
cache. Needs Django alone.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from importlib import import_module
from io import BytesIO
from pathlib import Path

HOST = os.environ.get("PEERS_HOST", "newsroom.example")
WHOLE_PAGES = {"pages"}
LINK = re.compile(r'href="(/[^"#?]*)"')


def main() -> None:
    """Answer one request after the other."""
    sys.path.insert(0, str(Path.cwd()))
    application = import_module(sys.argv[1]).application
    from django.conf import settings  # noqa: PLC0415
    from django.core.cache import caches  # noqa: PLC0415 - the application sets Django up
    from django.db import connection  # noqa: PLC0415

    counted = [0]

    def count(execute, sql, parameters, many, context):  # type: ignore[no-untyped-def]
        counted[0] += 1
        return execute(sql, parameters, many, context)

    statuses: list[str] = []

    def start_response(status: str, _headers: object, _error: object = None) -> None:
        statuses.append(status)

    # Nobody else may write there: what the sites themselves print goes to stderr.
    answers, sys.stdout = sys.stdout, sys.stderr
    connection.ensure_connection()
    connection.execute_wrappers.append(count)
    for line in sys.stdin:
        asked = json.loads(line)
        for name in WHOLE_PAGES & settings.CACHES.keys():
            caches[name].clear()
        if asked["cold"]:
            caches["default"].clear()
        statuses.clear()
        counted[0] = 0
        environ = environ_of(asked["path"])
        started = time.process_time()
        answer = application(environ, start_response)
        body = b"".join(answer)
        answer.close()
        spent = (time.process_time() - started) * 1000
        facts = {"status": int(statuses[0][:3]), "processor_ms": spent, "queries": counted[0], "length": len(body)}
        print(json.dumps(facts | {"links": LINK.findall(body.decode())}), file=answers, flush=True)


def environ_of(path: str) -> dict[str, object]:
    """Return what a WSGI server gives a site that is asked for a path, with or without a query."""
    path, _mark, query = path.partition("?")
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": HOST,
        "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": HOST,
        "HTTP_X_FORWARDED_PROTO": "https",
        "REMOTE_ADDR": "203.0.113.1",
        "wsgi.url_scheme": "https",
        "wsgi.input": BytesIO(),
        "wsgi.errors": sys.stderr,
    }


if __name__ == "__main__":
    main()
