"""A Bot API on this machine: answers as Telegram does, or as it is told to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.http_server import Answer, http_server

TOKEN = "123456:AAExampleOfATokenThatNobodyHas_0123"


class BotApi:
    """``chats`` are the messages that stand in each chat, ``calls`` what was asked for.

    ``answer`` is what it gives instead: a status and a body, ``"nothing"`` or ``"nonsense"``.
    """

    url = ""

    def __init__(self) -> None:
        self.chats: dict[str, dict[int, str]] = {}
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.answer: Any = None
        self.moved: dict[str, int] = {}

    def respond(self, path: str, _headers: dict[str, str], sent: bytes) -> Answer:
        assert path.startswith(f"/bot{TOKEN}/"), path
        method, asked = path.rpartition("/")[2], json.loads(sent)
        self.calls.append((method, asked))
        if self.answer == "nothing":
            return None
        if self.answer == "nonsense":
            return b"\0\1nonsense\r\n\r\n"
        status, said = self.answer or self.call(method, asked)
        return status, {}, said if isinstance(said, bytes) else json.dumps(said).encode()

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


@contextmanager
def bot_api() -> Iterator[BotApi]:
    """Run it while the block runs."""
    api = BotApi()
    with http_server(api.respond) as api.url:
        yield api
