"""A Bot API on this machine: answers as Telegram does, or as it is told to."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Any

TOKEN = "123456:AAExampleOfATokenThatNobodyHas_0123"


class BotApi(socketserver.ThreadingTCPServer):
    """``chats`` are the messages that stand in each chat, ``calls`` what was asked for.

    ``answer`` is what it gives instead: a status and a body, ``"nothing"`` or ``"nonsense"``.
    """

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.chats: dict[str, dict[int, str]] = {}
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.answer: Any = None
        self.moved: dict[str, int] = {}
        self.ended = threading.Event()
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

    def call(self, method: str, asked: dict[str, Any]) -> tuple[int, Any]:
        """Return status and answer of a method."""
        if asked["chat_id"] in self.moved:
            text = "Bad Request: group chat was upgraded to a supergroup chat"
            return failure(400, text, migrate_to_chat_id=self.moved[asked["chat_id"]])
        chat = self.chats.setdefault(asked["chat_id"], {})
        number = asked.get("message_id")
        if method == "sendMessage":
            number = len(self.calls)
            chat[number] = asked["text"]
            return 200, {"ok": True, "result": {"message_id": number, "chat": {"id": asked["chat_id"]}}}
        if number not in chat:
            verb = "edit" if method == "editMessageText" else "delete"
            return failure(400, f"Bad Request: message to {verb} not found")
        if method == "deleteMessage":
            del chat[number]
            return 200, {"ok": True, "result": True}
        if chat[number] == asked["text"]:
            return failure(400, "Bad Request: message is not modified: specified new message content …")
        chat[number] = asked["text"]
        return 200, {"ok": True, "result": {"message_id": number}}


def failure(status: int, description: str, **parameters: Any) -> tuple[int, Any]:
    """Return a refusal as Telegram writes it."""
    return status, {"ok": False, "error_code": status, "description": description, "parameters": parameters}


class Conversation(BaseHTTPRequestHandler):
    server: BotApi

    def do_POST(self) -> None:
        """Answer."""
        assert self.path.startswith(f"/bot{TOKEN}/"), self.path
        method = self.path.rpartition("/")[2]
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.calls.append((method, asked))
        answer = self.server.answer
        if answer == "nothing":
            self.server.ended.wait(20)
        elif answer == "nonsense":
            self.wfile.write(b"\0\1nonsense\r\n\r\n")
        else:
            status, said = answer or self.server.call(method, asked)
            body = said if isinstance(said, bytes) else json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Print nothing."""


@contextmanager
def bot_api() -> Iterator[BotApi]:
    """Run it while the block runs."""
    with BotApi() as server:
        threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        yield server
        server.ended.set()
        server.shutdown()
