"""An old site for tests: a real HTTP server, and an archive of what it had."""

from __future__ import annotations

import threading
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from chorsu_archive.items import Medium
from tests.archive.made import MadeArchive

Answer = Callable[[BaseHTTPRequestHandler], None]
# Examples of old addresses.
ADDRESSES = tomllib.loads((Path(__file__).parent / "data/addresses.toml").read_text(encoding="utf-8"))


def content(body: bytes, kind: str = "application/octet-stream", status: int = 200, **headers: str) -> Answer:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(body)

    return answer


def redirect(address: str) -> Answer:
    return content(b"", status=302, Location=address)


def endless(request: BaseHTTPRequestHandler) -> None:
    """Answer with zeros that don't end, as fast as they are taken."""
    request.send_response(200)
    request.end_headers()
    while True:
        request.wfile.write(bytes(1 << 16))


def dripping(head: bytes) -> Answer:
    """Return an answer that begins with ``head`` and then gives a byte whenever a client might lose patience."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(head)
        while True:
            request.wfile.write(b"x")
            # Nobody sets it: as long as a client waits.
            threading.Event().wait(0.02)

    return answer


@dataclass
class OldServer:
    """A server that answers by path; ``asked`` are the paths that it was asked for, in order."""

    address: str
    host: str
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)


@contextmanager
def old_server(name: str = "127.0.0.1") -> Iterator[OldServer]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            site.asked.append(self.path)
            try:
                site.answers.get(self.path, content(b"", status=404))(self)
            except OSError:
                self.close_connection = True

        def log_message(self, *_arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    host = f"{name}:{server.server_port}"
    site = OldServer(f"http://{host}", host)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class OldArchive(MadeArchive):
    """An archive in memory; ``files`` are those that it has itself, by key."""

    identity = "https://old.example.org"

    def __init__(self, media: Sequence[Medium], files: Mapping[str, bytes]) -> None:
        super().__init__({"media": media, "files": files})
