"""The channel ``webhook``: a text in JSON is posted to an address of the settings, signed by Standard Webhooks.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import base64
import hmac
import time
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from django.core.checks import CheckMessage, Error

from chorsu_delivery.channels import LaterError
from chorsu_delivery.conf import get_settings
from chorsu_delivery.models import OutgoingMessage
from chorsu_delivery.posting import post

TIMEOUT = 10.0  # seconds
LEAST_SECRET, LONGEST_SECRET = 24, 64  # bytes


class WebhookChannel:
    """Post a message's text. The recipient is a name in ``WEBHOOKS``, so that no table holds address or secret."""

    def validate(self, recipient: str) -> None:
        """Raise ``ValueError`` where the settings have no such name."""
        if recipient not in get_settings().webhooks:
            raise ValueError(f"CHORSU_DELIVERY['WEBHOOKS'] has no {recipient!r}.")

    def send(self, message: OutgoingMessage) -> None:
        """Post the text; any answer but 2xx within ten seconds is a failure, and ``Retry-After`` is waited for."""
        webhook = get_settings().webhooks[message.recipient]
        identity, moment, body = str(message.identity), str(int(time.time())), message.body.encode()
        headers = {
            "Content-Type": "application/json",
            "webhook-id": identity,
            "webhook-timestamp": moment,
            "webhook-signature": signature(webhook["SECRET"], identity, moment, body),
        }
        answer = post(webhook["URL"], body=body, headers=headers, seconds=TIMEOUT)
        if not 200 <= answer.status < 300:
            raise LaterError(f"The other side answered {answer.status}.", wait=_wait(answer.headers["Retry-After"]))

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


def _wait(retry_after: str | None) -> timedelta:
    """Return what the header asks for, in seconds or as a date; nothing where it can't be read."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return timedelta(seconds=int(text[:9]))
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return timedelta()
    return max(timedelta(), moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC))
