"""A server in front of any other one that does what networks and busy servers do."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress

PASS, REFUSE, SLOW, HANG, CUT, LOST, ANSWER = "pass", "stopped", "slow", "hanging", "cut off", "lost", "refusing"
CHUNK = 1 << 16
UNAVAILABLE = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n"
UNAVAILABLE += b"X-Elastic-Product: Elasticsearch\r\n\r\n"


class TcpProxy:
    """Stands before a server, on a port of its own, and does what ``mode`` says, also to connections that are open.

    ``stopped``: connections are refused, and open ones end. ``slow``: each answer comes ``delay`` seconds later.
    ``hanging``: what comes is taken and nothing answered. ``cut off``: the half of the next answer comes, and the end.
    ``lost``: the server does what it was asked, and the end comes in place of its answer.
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
                if is_answer and self.mode in {CUT, LOST}:
                    target.sendall(data[: len(data) // 2] if self.mode == CUT else b"")
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
