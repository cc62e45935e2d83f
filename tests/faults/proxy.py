"""Servers in front of Elasticsearch, and of any other server, that do what networks and busy servers do."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from contextlib import suppress
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


REFUSE, SLOW, HANG, CUT, ANSWER = "stopped", "slow", "hanging", "cut off", "refusing"
CHUNK = 1 << 16


class TcpProxy:
    """Stands before any server, on a port of its own, and does what ``mode`` says, also to connections that are open.

    ``stopped``: connections are refused, and open ones end. ``slow``: each answer comes ``delay`` seconds later.
    ``hanging``: what comes is taken and nothing answered. ``cut off``: the half of the next answer comes, and the end.
    ``refusing``: a connection is answered ``answer``, at once or upon the first bytes (``speaks_first``), and ended.
    """

    def __init__(self, port: int, *, answer: bytes = b"", speaks_first: bool = False, delay: float = 3.0) -> None:
        self.target, self.answer, self.speaks_first, self.delay = port, answer, speaks_first, delay
        self.port = 0
        self._mode, self._open = PASS, set[socket.socket]()
        self._listener: socket.socket | None = None
        self._listen()

    @property
    def mode(self) -> str:
        return self._mode

    @mode.setter
    def mode(self, mode: str) -> None:
        self._mode = mode
        if mode == REFUSE:
            self._close()
        elif self._listener is None:
            self._listen()
        if mode in {REFUSE, ANSWER}:
            for each in list(self._open):
                _end(each)

    def _listen(self) -> None:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        listener.listen(200)
        self.port, self._listener = listener.getsockname()[1], listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def _close(self) -> None:
        if self._listener is not None:
            # Else the thread that waits for connections keeps the port.
            with suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None

    def close(self) -> None:
        """End the proxy."""
        self.mode = REFUSE

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _address = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        self._open.add(client)
        server = socket.socket()
        try:
            if self.mode == ANSWER and self.answer:
                if not self.speaks_first:
                    client.recv(CHUNK)
                client.sendall(self.answer)
                return
            self._wait()
            server.connect(("127.0.0.1", self.target))
            self._open.add(server)
            there = threading.Thread(target=self._pass, args=(client, server, False), daemon=True)
            there.start()
            self._pass(server, client, True)
            there.join()
        except OSError:
            pass
        finally:
            for each in (client, server):
                self._open.discard(each)
                _end(each)
                each.close()

    def _pass(self, source: socket.socket, target: socket.socket, is_answer: bool) -> None:
        """Hand on what one side says until it ends."""
        try:
            while data := source.recv(CHUNK):
                self._wait()
                if is_answer and self.mode == SLOW:
                    time.sleep(self.delay)
                if is_answer and self.mode == CUT:
                    target.sendall(data[: len(data) // 2])
                    break
                target.sendall(data)
        except OSError:
            pass
        finally:
            _end(source)
            _end(target)

    def _wait(self) -> None:
        while self.mode == HANG:
            time.sleep(0.02)


def _end(each: socket.socket) -> None:
    with suppress(OSError):
        each.shutdown(socket.SHUT_RDWR)
