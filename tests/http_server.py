"""An HTTP server on this machine that gives the answers of a test."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

# Status, headers and body; bytes that are written as they are; or None, which says nothing until the server ends.
Answer = tuple[int, dict[str, str], bytes] | bytes | None


@contextmanager
def http_server(answer: Callable[[str, dict[str, str], bytes], Answer]) -> Iterator[str]:
    """Run a server and yield its address; ``answer`` gets path, headers by their lower-case names, and body."""
    ended = threading.Event()

    class Conversation(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            given = answer(self.path, {name.lower(): value for name, value in self.headers.items()}, sent)
            if given is None:
                ended.wait(20)
            elif isinstance(given, bytes):
                self.wfile.write(given)
            else:
                status, headers, body = given
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

        do_POST = do_PUT = do_HEAD = do_GET  # noqa: N815

        def log_message(self, *_values: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Conversation) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            ended.set()
            server.shutdown()
