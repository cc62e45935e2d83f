"""The channel ``mail``: Django's MAILERS where the site has them (Django 6.1), EMAIL_* settings otherwise."""

from __future__ import annotations

from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as CheckWarning
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email

from delivery.conf import get_settings
from delivery.models import OutgoingMessage

STORED = "delivery.stored.StoredMailBackend"
SMTP = "django.core.mail.backends.smtp.EmailBackend"


class MailChannel:
    """Send one mail per message. A refused recipient is a failure, as an unreachable server is."""

    def validate(self, recipient: str) -> None:
        """Raise ``ValueError`` where this is not a mail address."""
        try:
            validate_email(recipient)
        except ValidationError as error:
            raise ValueError(f"Not a mail address: {recipient!r}") from error

    def send(self, message: OutgoingMessage) -> None:
        """Send by the configured mailer, with the same Message-ID at every attempt."""
        mail = EmailMultiAlternatives(
            # A line break in a header would be refused every time, and the message would wait for ever.
            subject=" ".join(message.subject.split()),
            body=message.body,
            from_email=from_address(),
            to=[message.recipient],
            headers={"Message-ID": message_id(message), "Auto-Submitted": "auto-generated"},
        )
        if message.html:
            mail.attach_alternative(message.html, "text/html")
        options: dict[str, Any] = {"using": get_settings().mailer} if hasattr(settings, "MAILERS") else {}
        if not mail.send(**options):
            raise RuntimeError("The mail backend reports that it sent nothing.")

    def check(self) -> list[CheckMessage]:
        """Find a mailer that doesn't exist, and a server that could keep the worker waiting for ever."""
        config = get_settings()
        if hasattr(settings, "MAILERS"):
            if config.mailer not in settings.MAILERS:
                return [
                    Error(
                        f"MAILERS has no {config.mailer!r}.",
                        hint="Add it to MAILERS, or name another one in CHORSU_DELIVERY['MAILER'].",
                        id="chorsu_delivery.E003",
                    )
                ]
            mailer: dict[str, Any] = settings.MAILERS[config.mailer]
            backend = mailer.get("BACKEND", SMTP)
            if backend == STORED:
                return [
                    Error(
                        f"MAILERS[{config.mailer!r}] stores its mail, so that nothing would ever leave.",
                        hint="Name the mailer of the real server in CHORSU_DELIVERY['MAILER'].",
                        id="chorsu_delivery.E005",
                    )
                ]
            timeout = mailer.get("OPTIONS", {}).get("timeout")
            where = f"MAILERS[{config.mailer!r}]['OPTIONS']['timeout']"
        else:
            backend, timeout, where = settings.EMAIL_BACKEND, settings.EMAIL_TIMEOUT, "EMAIL_TIMEOUT"
        if backend == SMTP and (timeout is None or timeout >= config.lease_seconds):
            return [
                CheckWarning(
                    f"A mail server that doesn't answer can hold up all messages: {where} is {timeout}.",
                    hint=f"Set {where} to a few seconds, such as 10; less than the lease ({config.lease_seconds} s).",
                    id="chorsu_delivery.W001",
                )
            ]
        return []


def from_address() -> str:
    """Return the sender: Wagtail's setting for its own mail where there is one, else Django's."""
    return getattr(settings, "WAGTAILADMIN_NOTIFICATION_FROM_EMAIL", None) or settings.DEFAULT_FROM_EMAIL


def message_id(message: OutgoingMessage) -> str:
    """Return the Message-ID, the same for every attempt to send this message."""
    domain = parseaddr(from_address())[1].rpartition("@")[2] or "localhost"
    return f"<chorsu.{message.identity.hex}@{domain}>"
