"""A server in front of Elasticsearch that does what networks and busy servers do."""

from __future__ import annotations

import http.client
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

PASS, BUSY, AWAY, HALF, NOTHING, LOST = "pass", "429", "503", "half", "nothing", "lost"
FAULTS = (BUSY, AWAY, HALF, NOTHING, LOST)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_args: object) -> None:
        """Keep silent: connections that break are the point."""


class Proxy:
    """Hands requests on to ``target``, or fails as ``mode`` says.

    ``half``: the answer breaks off in its middle. ``nothing``: no answer as long as the mode lasts. ``lost``: the
    server does what it was asked, and its answer gets lost.
    """

    def __init__(self, target: str) -> None:
        self.target = urlsplit(target).netloc
        self.mode = PASS
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                proxy.answer(self)

            do_POST = do_PUT = do_DELETE = do_HEAD = do_GET  # noqa: N815

            def log_message(self, *_args: object) -> None:
                """Keep silent."""

        self._server = _Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """End the proxy."""
        self._server.shutdown()
        self._server.server_close()

    def answer(self, handler: Any) -> None:
        """Answer one request."""
        mode = self.mode
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        while mode == NOTHING and self.mode == NOTHING:
            time.sleep(0.02)
        if mode in {BUSY, AWAY}:
            self._send(handler, int(mode), {"X-Elastic-Product": "Elasticsearch"}, b"{}")
            return
        if mode == NOTHING:
            handler.close_connection = True
            return
        try:
            status, headers, content = self._ask(handler, body)
        except (OSError, http.client.HTTPException):
            handler.close_connection = True
            return
        if mode == LOST:
            handler.close_connection = True
        elif mode == HALF:
            self._send(handler, status, headers, content, cut=len(content) // 2)
        else:
            self._send(handler, status, headers, content)

    def _ask(self, handler: Any, body: bytes) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection(self.target, timeout=60)
        try:
            headers = {name: value for name, value in handler.headers.items() if name.lower() != "host"}
            connection.request(handler.command, handler.path, body or None, headers)
            answer = connection.getresponse()
            wanted = ("x-", "content-t")
            found = {name.lower(): value for name, value in answer.getheaders()}
            kept = {name: value for name, value in found.items() if name.startswith(wanted)}
            return answer.status, kept, answer.read()
        finally:
            connection.close()

    @staticmethod
    def _send(handler: Any, status: int, headers: dict[str, str], content: bytes, cut: int | None = None) -> None:
        try:
            handler.send_response(status)
            for name, value in {"content-type": "application/json", **headers}.items():
                handler.send_header(name, value)
            handler.send_header("content-length", str(len(content)))
            handler.end_headers()
            if handler.command != "HEAD":
                handler.wfile.write(content[:cut])
            if cut is not None:
                handler.close_connection = True
        except OSError:
            handler.close_connection = True
