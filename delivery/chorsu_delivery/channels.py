"""The channels that messages leave by: those of ``BUILT_IN``, and those that ``CHORSU_DELIVERY`` names."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol, runtime_checkable

from django.core.checks import CheckMessage
from django.utils.module_loading import import_string

from chorsu_delivery.conf import get_settings
from chorsu_delivery.models import OutgoingMessage

BUILT_IN = {
    "mail": "chorsu_delivery.mail.MailChannel",
    "webhook": "chorsu_delivery.webhook.WebhookChannel",
    "telegram": "chorsu_delivery.telegram.TelegramChannel",
    "telegram_post": "chorsu_delivery.posts.TelegramPostChannel",
}


class LaterError(Exception):
    """The other side didn't take a message, and asks not to be tried again before ``wait`` is over."""

    def __init__(self, message: str, *, wait: timedelta) -> None:
        super().__init__(message)
        self.wait = wait


class Channel(Protocol):
    """Sends messages of one kind. A channel is made without arguments and keeps no state between messages."""

    def validate(self, recipient: str) -> None:
        """Raise ``ValueError`` where this can't be a recipient of the channel."""

    def send(self, message: OutgoingMessage) -> None:
        """Hand the message over, with ``message.identity`` for the receiver to recognise a duplicate by.

        Return when the other side has taken it; raise any exception when it has not. The message is then tried
        again later, with the exception's text shown to people; ``LaterError`` says how much later at least. The call
        must end by itself: no other process takes the message over while it lasts.
        """

    def check(self) -> list[CheckMessage]:
        """Return what is wrong with the channel's settings, as system checks."""


@runtime_checkable
class Named(Protocol):
    """A channel whose recipients have names for people, beside those of the rows."""

    def name_of(self, recipient: str) -> str:
        """Return what people call a recipient."""


class UnknownChannelError(LookupError):
    """No channel has this name."""


def channel_paths() -> dict[str, str]:
    """Return the dotted path of each channel's class by the channel's name."""
    return {**BUILT_IN, **get_settings().channels}


def get_channel(name: str) -> Channel:
    """Return the channel of this name; raise ``UnknownChannelError`` for a name that is not registered."""
    try:
        path = channel_paths()[name]
    except KeyError:
        message = f"No channel {name!r}: add it to CHORSU_DELIVERY['CHANNELS']."
        raise UnknownChannelError(message) from None
    channel: Channel = import_string(path)()
    return channel


def name_of_recipient(*, channel: str, recipient: str) -> str:
    """Return what people call the recipient of a message; the recipient itself where the channel has no names."""
    try:
        found = get_channel(channel)
    except LookupError:
        return recipient
    return found.name_of(recipient) if isinstance(found, Named) else recipient
