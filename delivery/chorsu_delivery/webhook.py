"""The channel ``webhook``: a text in JSON is posted to an address of the settings, signed by Standard Webhooks.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import base64
import hmac
import time
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.core.checks import CheckMessage, Error

from chorsu_delivery.conf import get_settings
from chorsu_delivery.models import OutgoingMessage

TIMEOUT = 10.0  # seconds
LEAST_SECRET, LONGEST_SECRET = 24, 64  # bytes
LONGEST_ANSWER = 1 << 16  # bytes


class _NoRedirects(HTTPRedirectHandler):
    """A redirect is an answer like any other: messages go to the address of the settings and nowhere else."""

    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        """Follow nothing."""


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
        return response.status, response.read(LONGEST_ANSWER)


class WebhookChannel:
    """Post a message's text. The recipient is a name in ``WEBHOOKS``, so that no table holds address or secret."""

    def validate(self, recipient: str) -> None:
        """Raise ``ValueError`` where the settings have no such name."""
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
        """Find webhooks without a usable address or secret."""
        return [
            Error(
                f"CHORSU_DELIVERY['WEBHOOKS'][{name!r}] has no usable {key}.",
                hint=hint,
                id="chorsu_delivery.E007",
            )
            for name, webhook in get_settings().webhooks.items()
            for key, usable, hint in (
                ("URL", _is_address, "Use an address that begins with https://."),
                ("SECRET", _is_secret, 'Use what "whsec_$(openssl rand -base64 32)" gives.'),
            )
            if not usable(str(webhook.get(key, "")))
        ]


def signature(secret: str, identity: str, moment: str, body: bytes) -> str:
    """Return the header ``webhook-signature``: HMAC-SHA-256 of identity, time in seconds and body, by the secret."""
    signed = f"{identity}.{moment}.".encode() + body
    return f"v1,{base64.b64encode(hmac.digest(_key(secret), signed, 'sha256')).decode()}"


def _key(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix("whsec_"), validate=True)


def _is_secret(secret: str) -> bool:
    try:
        return LEAST_SECRET <= len(_key(secret)) <= LONGEST_SECRET
    except ValueError:  # binascii.Error is one
        return False


def _is_address(url: str) -> bool:
    return url.startswith(("https://", "http://"))
