"""Servers that speak the APIs of LibreTranslate and of chat completions as real ones do, and translate to capitals."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from bs4 import BeautifulSoup

from tests.http_server import http_server

# Status, headers and body.
Answer = tuple[int, dict[str, str], bytes]


@dataclass
class Service:
    """What a running server was asked, and how it answers: with ``answers``, one by one, then as it translates."""

    url: str = ""
    asked: list[tuple[str, dict[str, str], Any]] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    translate: Callable[[str], str] = field(default_factory=lambda: capitals)

    def answer(self, path: str, said: Any) -> Answer:
        if self.answers:
            return self.answers.pop(0)
        if path.endswith("/translate"):
            return as_json({"translatedText": [self.translate(text) for text in said["q"]]})
        texts = [self.translate(text) for text in json.loads(said["messages"][-1]["content"])["texts"]]
        return completion(json.dumps({"texts": texts}, ensure_ascii=False))


def capitals(html: str) -> str:
    """Return HTML as LibreTranslate does: tags by BeautifulSoup, and then nothing escaped any more."""
    soup = BeautifulSoup(html, "html.parser")
    for text in soup.find_all(string=True):
        text.replace_with(str(text).upper())
    return unescape(str(soup))


def as_json(said: Any, status: int = 200, **headers: str) -> Answer:
    return status, {"Content-Type": "application/json", **headers}, json.dumps(said).encode()


def completion(content: str) -> Answer:
    message = {"role": "assistant", "content": content, "refusal": None}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    said = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}
    return as_json({**said, "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}})


@contextmanager
def running_service() -> Iterator[Service]:
    service = Service()

    def answer(path: str, headers: dict[str, str], body: bytes) -> Answer:
        said = json.loads(body)
        service.asked.append((path, headers, said))
        return service.answer(path, said)

    with http_server(answer) as service.url:
        yield service
