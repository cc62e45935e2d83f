"""The channels that messages leave by: those of ``BUILT_IN``, and those that ``CHORSU_DELIVERY`` names.

The channel ``webhook`` posts a text in JSON to an address of the settings, signed by Standard Webhooks:
https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import base64
import hmac
import time
from typing import Any, Protocol
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.core.checks import CheckMessage, Error, register
from django.utils.module_loading import import_string

from chorsu_delivery.conf import configuration, get_settings
from chorsu_delivery.models import OutgoingMessage

BUILT_IN = {
    "mail": "chorsu_delivery.mail.MailChannel",
    "webhook": "chorsu_delivery.channels.WebhookChannel",
    "telegram": "chorsu_delivery.telegram.TelegramChannel",
    "telegram_post": "chorsu_delivery.posts.TelegramPostChannel",
}


class Channel(Protocol):
    """Sends messages of one kind. A channel is made without arguments and keeps no state between messages.

    It may have ``name_of(recipient)`` too: what people are shown in the place of the recipient, and ``label`` in that
    of its own name.
    """

    def validate(self, recipient: str) -> None:
        """Raise ``ValueError`` where this can't be a recipient of the channel."""

    def send(self, message: OutgoingMessage) -> None:
        """Hand the message over, with ``message.identity`` for the receiver to recognise a duplicate by.

        Return when the other side has taken it; raise any exception when it has not. The message is then tried
        again later, with the exception's text shown to people. The call must end by itself: no other process takes the
        message over while it lasts. ``ServerAwayError`` is for where no message could leave: all of the channel wait.
        """

    def check(self) -> list[CheckMessage]:
        """Return what is wrong with the channel's settings, as system checks."""


class UnknownChannelError(LookupError):
    """No channel has this name."""


class ServerAwayError(Exception):
    """The other side isn't there, or not now, whatever the message; ``str()`` is for people to read."""


def channel_paths() -> dict[str, str]:
    """Return the dotted path of each channel's class by the channel's name."""
    return {**BUILT_IN, **get_settings().channels}


def get_channel(name: str) -> Channel:
    """Return the channel of this name; raise ``UnknownChannelError`` for a name that is not registered."""
    path = channel_paths().get(name)
    if path is None:
        raise UnknownChannelError(f"No channel {name!r}: add it to CHORSU_DELIVERY['CHANNELS'].")
    channel: Channel = import_string(path)()
    return channel


def name_of_recipient(message: OutgoingMessage) -> str:
    """Return what people call the recipient of a message; the recipient itself where the channel has no names."""
    path = channel_paths().get(message.channel)
    name_of = getattr(import_string(path)(), "name_of", str) if path else str
    return str(name_of(message.recipient))


def channel_label(message: OutgoingMessage) -> str:
    """Return what people call the channel of a message."""
    path = channel_paths().get(message.channel)
    return str(getattr(import_string(path), "label", message.channel) if path else message.channel)


TIMEOUT = 10.0  # seconds


class _NoRedirects(HTTPRedirectHandler):
    """A redirect is an answer like any other: messages go to the address of the settings and nowhere else."""

    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        pass


_opener = build_opener(_NoRedirects)


def post(url: str, *, body: bytes, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
    """Post JSON and return the status, whatever it is, and the first 64 KB of the answer.

    Raises what ``urllib`` raises where no answer came: ``TimeoutError`` where the other side is silent for ten seconds.
    """
    headers = {"Content-Type": "application/json", **(headers or {})}
    request = Request(url, data=body, headers=headers, method="POST")  # noqa: S310 - of the settings
    try:
        response = _opener.open(request, timeout=TIMEOUT)
    except HTTPError as error:
        response = error
    with response:
        return response.status, response.read(1 << 16)


class WebhookChannel:
    """Post a message's text. The recipient is a name in ``WEBHOOKS``, so that no table holds address or secret."""

    def validate(self, recipient: str) -> None:
        if recipient not in get_settings().webhooks:
            raise ValueError(f"CHORSU_DELIVERY['WEBHOOKS'] has no {recipient!r}.")

    def send(self, message: OutgoingMessage) -> None:
        """Post the text; any answer but 2xx is a failure."""
        webhook = get_settings().webhooks[message.recipient]
        identity, moment, body = str(message.identity), str(int(time.time())), message.body.encode()
        headers = {
            "webhook-id": identity,
            "webhook-timestamp": moment,
            "webhook-signature": signature(webhook["SECRET"], identity, moment, body),
        }
        status, _answer = post(webhook["URL"], body=body, headers=headers)
        if not 200 <= status < 300:
            raise RuntimeError(f"The other side answered {status}.")

    def check(self) -> list[CheckMessage]:
        found = []
        for name, webhook in get_settings().webhooks.items():
            if not str(webhook.get("URL", "")).startswith(("https://", "http://")):
                found.append((name, "URL", "Use an address that begins with https://."))
            if not _is_secret(str(webhook.get("SECRET", ""))):
                found.append((name, "SECRET", 'Use what "whsec_$(openssl rand -base64 32)" gives.'))
        problem = "CHORSU_DELIVERY['WEBHOOKS'][{!r}] has no usable {}."
        return [Error(problem.format(name, key), hint=hint, id="chorsu_delivery.E007") for name, key, hint in found]


def signature(secret: str, identity: str, moment: str, body: bytes) -> str:
    """Return the header ``webhook-signature``: HMAC-SHA-256 of identity, time in seconds and body, by the secret."""
    signed = f"{identity}.{moment}.".encode() + body
    return f"v1,{base64.b64encode(hmac.digest(_key(secret), signed, 'sha256')).decode()}"


def _key(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix("whsec_"), validate=True)


def _is_secret(secret: str) -> bool:
    try:
        return 24 <= len(_key(secret)) <= 64  # bytes, as Standard Webhooks says
    except ValueError:  # binascii.Error is one
        return False


@register
def check_settings(**_: Any) -> list[CheckMessage]:
    messages = configuration.check()
    for name, path in channel_paths().items():
        try:
            messages += get_channel(name).check()
        except (ImportError, TypeError) as error:
            problem = f"The channel {name!r} can't be made from {path!r}: {error}"
            hint = "CHORSU_DELIVERY['CHANNELS'] maps a name to the dotted path of a class without arguments."
            messages.append(Error(problem, hint=hint, id="chorsu_delivery.E002"))
    return messages
