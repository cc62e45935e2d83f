"""Ways around the site: to files beside those that are handed out, by headers that servers obey, and by sheer size."""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterable
from http.client import HTTPConnection, HTTPSConnection
from itertools import product
from urllib.parse import urlsplit

from tests.abuse.attempts import attempt
from tests.abuse.newsroom import Newsroom

DATABASE = b"SQLite format 3"
BESIDE = ("newsroom.sqlite3", "newsroom.sqlite3-wal", "environment", "data/newsroom.sqlite3", "etc/passwd")
FOLDERS = ("/media/", "/static/", "/private/", "/documents/", "/media", "/static", "/private")
UP = ("../", "%2e%2e/", "..%2f", "%2e%2e%2f", "..%5c", "..;/", "%252e%252e%252f", "/")
SECRETS = (DATABASE, b"SECRET_KEY=", b"root:x:0:")
OTHER = "attacker.example"


def send(newsroom: Newsroom, path: str, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
    """Ask for a path exactly as it is written, which ``requests`` would bring in order; return status and body."""
    parts = urlsplit(newsroom.base_url)
    name, port = parts.hostname or "", parts.port
    if parts.scheme == "https":
        context = ssl.create_default_context(cafile=os.environ.get("REQUESTS_CA_BUNDLE"))
        connection: HTTPConnection = HTTPSConnection(name, port, timeout=60, context=context)
    else:
        connection = HTTPConnection(name, port, timeout=60)
    connection.request("GET", path, headers=headers or {})
    answer = connection.getresponse()
    return answer.status, answer.read()


def ask(newsroom: Newsroom, paths: Iterable[tuple[str, str, str]]) -> str:
    """Ask for names beside folders by ways that lead out of them, by one step and by three."""
    statuses = set()
    for folder, up, name in paths:
        for path in (f"{folder}{up}{name}", f"{folder}{up * 3}{name}"):
            status, body = send(newsroom, path)
            found = [secret for secret in SECRETS if secret in body]
            assert not found, f"{path}: {found} {status}"
            statuses.add(status)
    return f"{', '.join(map(str, sorted(statuses)))}, nothing of them"


@attempt("Database and keys are asked for by each path that leads out of a folder of pictures and documents")
def paths_out(newsroom: Newsroom) -> str:
    return ask(newsroom, ((folder, up, name) for up in UP for folder, name in zip(FOLDERS, BESIDE, strict=False)))


@attempt("Everything beside the folders is asked for by every path that leads out of each of them", slow=True)
def all_paths_out(newsroom: Newsroom) -> str:
    return ask(newsroom, product(FOLDERS, UP, BESIDE))


@attempt("A request names in its headers what the server should send, whose site it is, or another address")
def obeyed_headers(newsroom: Newsroom) -> str:
    _status, plain = send(newsroom, "/en/")
    headers = {
        "X-Accel-Redirect": "/private/../newsroom.sqlite3",
        "X-Sendfile": "/etc/passwd",
        "X-Forwarded-Host": OTHER,
        "Forwarded": f"host={OTHER};proto=http",
        "X-Original-URL": "/admin/",
        "X-Rewrite-URL": "/admin/",
        "X-Forwarded-Prefix": f"//{OTHER}",
        "X-Forwarded-Server": OTHER,
        "X-HTTP-Method-Override": "DELETE",
    }
    for name, value in headers.items():
        status, body = send(newsroom, "/en/", {name: value})
        assert status == 200, f"{name}: {status}"
        assert body == plain, f"{name} changes the page"
    return f"{len(headers)} headers change nothing"


@attempt("Readers' forms are sent more than anybody types")
def large_bodies(newsroom: Newsroom) -> str:
    visitor = newsroom.visitor()
    visitor.get("/admin/login/")
    size = 6 * 2**20
    statuses = [
        visitor.post("/feedback/report/", "[" * size, headers={"Content-Type": "application/json"}).status_code,
        visitor.post("/admin/login/", {"username": "x" * size, "password": "x"}).status_code,
        visitor.post("/admin/password_reset/", {"email": "x" * size}).status_code,
    ]
    assert all(400 <= status < 500 for status in statuses), statuses
    return f"{', '.join(map(str, statuses))}"
