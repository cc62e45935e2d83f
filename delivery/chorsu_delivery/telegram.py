"""The channel ``telegram``: a text for a chat, by a bot. https://core.telegram.org/bots/api

The chat of a recipient is asked for when a message leaves, so that one that was entered wrongly can be mended. The
token stands in no row, error or log.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.checks import CheckMessage, Error
from django.utils.module_loading import import_string

from chorsu_delivery.channels import post
from chorsu_delivery.conf import get_settings
from chorsu_delivery.models import OutgoingMessage

API = "https://api.telegram.org"
LONGEST_TEXT = 4000  # units of UTF-16, of the 4,096 that Telegram takes
CHAT_ID = re.compile(r"(?:@[A-Za-z][A-Za-z0-9_]{3,31}|-?[0-9]{1,20})(?:/[0-9]{1,10})?")
_TOKEN = re.compile(r"[0-9]{1,20}:[A-Za-z0-9_-]{10,100}")

logger = logging.getLogger("chorsu_delivery")


class TelegramError(Exception):
    """Telegram didn't do what was asked; ``code`` is what it answered, 0 where it answered nothing readable.

    ``moved_to`` is the number of the supergroup that the chat has become, or empty.
    """

    def __init__(self, text: str, *, code: int = 0, moved_to: str = "") -> None:
        super().__init__(text)
        self.code, self.moved_to = code, moved_to


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat, a topic of one, a channel or a person: ``id`` is as ``CHAT_ID`` has it, ``name`` what people call it."""

    id: str
    name: str


def is_on() -> bool:
    return bool(get_settings().telegram.get("TOKEN"))


def chat_of(recipient: str) -> Chat | None:
    """Return the chat of a recipient; None where it has none at present."""
    path = get_settings().telegram.get("CHAT_OF", "")
    if not path:
        return Chat(recipient, recipient) if CHAT_ID.fullmatch(recipient) else None
    function: Callable[[str], Chat | None] = import_string(path)
    return function(recipient)


def call(method: str, **arguments: Any) -> Any:
    """Return the result of a method of the Bot API. Raises ``TelegramError``, which doesn't tell the token."""
    settings = get_settings().telegram
    token = settings.get("TOKEN", "")
    if not _TOKEN.fullmatch(token):
        raise TelegramError("There is no bot: set CHORSU_DELIVERY['TELEGRAM']['TOKEN'].")
    url = f"{settings.get('API') or API}/bot{token}/{method}"
    try:
        status, answer = post(url, body=json.dumps(arguments).encode())
    except Exception as error:  # noqa: BLE001 - whatever it is, its text may hold the address
        text = f"{type(error).__name__}: {error}".replace(token, "…")
        raise TelegramError(f"Telegram didn't answer: {text}") from None
    try:
        said = json.loads(answer)
        result = said["result"] if said["ok"] is True else None
    except (ValueError, TypeError, KeyError, RecursionError):
        raise TelegramError(f"Telegram answered {status} and nothing that can be read.") from None
    if said["ok"] is True:
        return result
    text = str(said.get("description", "")).replace(token, "…")[:300]
    parameters = said.get("parameters")
    moved_to = parameters.get("migrate_to_chat_id") if isinstance(parameters, dict) else None
    moved_to = str(moved_to) if isinstance(moved_to, int) else ""
    raise TelegramError(f"Telegram answered {status}: {text}", code=status, moved_to=moved_to)


def fit(text: str) -> str:
    """Return the text, cut to what Telegram takes."""
    units = text.encode("utf-16-le")
    if len(units) <= 2 * LONGEST_TEXT:
        return text
    return units[: 2 * LONGEST_TEXT].decode("utf-16-le", errors="ignore") + "…"


class TelegramChannel:
    """Send a text to a chat. Nothing tells Telegram that it got a message before: a crash may send it twice."""

    label = "Telegram"

    def validate(self, recipient: str) -> None:
        if not is_on():
            raise ValueError("CHORSU_DELIVERY['TELEGRAM'] has no TOKEN.")
        if chat_of(recipient) is None:
            raise ValueError(f"There is no chat {recipient!r}.")

    def send(self, message: OutgoingMessage) -> None:
        """Send the text, without a preview of the pages that it links to."""
        send_text(message.recipient, message.body, link_preview_options={"is_disabled": True})

    def check(self) -> list[CheckMessage]:
        token = get_settings().telegram.get("TOKEN", "")
        if not token or _TOKEN.fullmatch(token):
            return []
        hint = "Use what @BotFather gave, as 123456:ABC-…"
        return [Error("CHORSU_DELIVERY['TELEGRAM'] has no usable TOKEN.", hint=hint, id="chorsu_delivery.E008")]

    def name_of(self, recipient: str) -> str:
        chat = chat_of(recipient)
        return chat.name if chat else recipient


def send_text(recipient: str, text: str, **options: Any) -> tuple[str, int]:
    """Send a text and return the chat and the number of the message there."""
    chat = chat_of(recipient)
    if chat is None:
        raise TelegramError(f"There is no chat {recipient!r} any more.")
    chat_id, _slash, topic = chat.id.partition("/")
    if topic:
        options["message_thread_id"] = int(topic)
    try:
        result = call("sendMessage", chat_id=chat_id, text=fit(text), **options)
    except TelegramError as error:
        if not error.moved_to:
            raise
        logger.warning("Chat %s is a supergroup now. Write %s in its place where it is set.", chat_id, error.moved_to)
        chat_id = error.moved_to
        result = call("sendMessage", chat_id=chat_id, text=fit(text), **options)
    number = result.get("message_id") if isinstance(result, dict) else None
    if not isinstance(number, int):
        raise TelegramError("Telegram answered without the number of the message.")
    return chat_id, number
