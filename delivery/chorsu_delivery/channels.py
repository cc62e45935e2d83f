"""The channels that messages leave by: those of ``BUILT_IN``, and those that ``CHORSU_DELIVERY`` names."""

from __future__ import annotations

from typing import Protocol

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


class Channel(Protocol):
    """Sends messages of one kind. A channel is made without arguments and keeps no state between messages.

    A channel whose recipients have names for people, beside those of the rows, has ``name_of(recipient)`` too.
    """

    def validate(self, recipient: str) -> None:
        """Raise ``ValueError`` where this can't be a recipient of the channel."""

    def send(self, message: OutgoingMessage) -> None:
        """Hand the message over, with ``message.identity`` for the receiver to recognise a duplicate by.

        Return when the other side has taken it; raise any exception when it has not. The message is then tried
        again later, with the exception's text shown to people. The call must end by itself: no other process takes the
        message over while it lasts.
        """

    def check(self) -> list[CheckMessage]:
        """Return what is wrong with the channel's settings, as system checks."""


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


def name_of_recipient(message: OutgoingMessage) -> str:
    """Return what people call the recipient of a message; the recipient itself where the channel has no names."""
    path = channel_paths().get(message.channel)
    name_of = getattr(import_string(path)(), "name_of", str) if path else str
    return str(name_of(message.recipient))
