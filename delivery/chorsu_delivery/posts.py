"""Posts in chats that follow what they tell of: sent once, edited with it, and with a notice or deleted in the end.

The transaction stores the text that is to stand there, and a message of the channel ``telegram_post``. The channel
reads the text when it sends, so the messages may come in any order.
"""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage
from django.db import transaction

from chorsu_delivery.models import OutgoingMessage, TelegramPost
from chorsu_delivery.services import send
from chorsu_delivery.telegram import TelegramChannel, TelegramError, call, chat_of, fit, send_text
from chorsu_locales.normal_form import permitted

# Telegram's answers where the message is so already, or somebody deleted it there.
NOTHING_TO_DO = (
    "message is not modified",
    "message to edit not found",
    "message to delete not found",
    "MESSAGE_ID_INVALID",
)


@transaction.atomic
def start_post(*, recipient: str, key: str, text: str) -> TelegramPost:
    """Have a text posted in a chat, in the caller's transaction; where ``key`` has a post already, have that changed.

    Raises ``ValueError`` where there is no bot or no such chat.
    """
    TelegramChannel().validate(recipient)
    TelegramPost.objects.get_or_create(key=key, defaults={"recipient": recipient})
    return change_post(key=key, text=text)  # type: ignore[return-value] # it is there


@transaction.atomic
def change_post(*, key: str, text: str, notice: str = "") -> TelegramPost | None:
    """Have a post say a text, or have it deleted where the text is empty; None where nothing was ever posted.

    ``notice`` is said in the place of an empty text, by a post that went out: a bot may edit what is too old to delete.
    What was deleted is posted again once there is a text again.
    """
    post = TelegramPost.objects.select_for_update().filter(key=key).first()
    text = fit(permitted(text or (notice if post and post.message_id else "")))
    if post is None or post.text == text:
        return post
    post.text, post.version = text, post.version + 1
    # Not what the channel writes meanwhile.
    post.save(update_fields=["text", "version"])
    subject = text.partition("\n")[0] or post.shown.partition("\n")[0] or key
    occasion = f"{key}:{post.version}"
    send(channel="telegram_post", recipient=post.recipient, subject=subject, body=str(post.pk), key=occasion)
    return post


class TelegramPostChannel(TelegramChannel):
    """Make a post say what it is to say; the message's text is the post's number."""

    def validate(self, recipient: str) -> None:
        """Take every recipient: a post must be deleted also where its chat was taken out of the settings."""

    def send(self, message: OutgoingMessage) -> None:
        """Send, edit or delete; one process at a time works on a post."""
        claimed = TelegramPost.objects.filter(pk=message.body).claim(limit=1)
        if not claimed:
            raise RuntimeError("Another process works on this post.")
        post = claimed[0]
        mine = TelegramPost.objects.filter(pk=post.pk, claim_token=post.claim_token)
        try:
            mine.update(**_update_chat(post))
        finally:
            mine.update(claim_token=None, claimed_until=None, attempts=0)

    def check(self) -> list[CheckMessage]:
        return []  # the channel ``telegram`` checks the settings


def _update_chat(post: TelegramPost) -> dict[str, object]:
    """Send, edit or delete the message in the chat, and return the columns that say what is there then."""
    place = {"chat_id": post.chat_id, "message_id": post.message_id}
    if post.text == post.shown:
        return {"shown": post.shown}
    if post.message_id is None:
        # Where the chat was taken out of the settings meanwhile, nobody waits for it.
        if chat_of(post.recipient) is None:
            return {"shown": ""}
        chat_id, message_id = send_text(post.recipient, post.text)
        return {"shown": post.text, "chat_id": chat_id, "message_id": message_id}
    if post.text:
        _change("editMessageText", text=post.text, **place)
        return {"shown": post.text}
    _change("deleteMessage", **place)
    return {"shown": "", "message_id": None}


def _change(method: str, **arguments: Any) -> None:
    try:
        call(method, **arguments)
    except TelegramError as error:
        if error.code != 400 or not any(text in str(error) for text in NOTHING_TO_DO):
            raise
