"""The channel ``mail``: Django's MAILERS where the site has them (Django 6.1), EMAIL_* settings otherwise."""

from __future__ import annotations

from email.utils import parseaddr
from smtplib import SMTP as CLIENT
from traceback import walk_tb
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as CheckWarning
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend
from django.core.validators import validate_email
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from chorsu_delivery.channels import ServerAwayError
from chorsu_delivery.conf import get_settings
from chorsu_delivery.models import OutgoingMessage
from chorsu_locales.normal_form import permitted

STORED = "chorsu_delivery.stored.StoredMailBackend"
SMTP = "django.core.mail.backends.smtp.EmailBackend"
# Where a server is greeted: nothing of a message was said yet.
GREETING = {EmailBackend.open.__code__, CLIENT.ehlo_or_helo_if_needed.__code__}
RESERVED = (".example", ".invalid")  # RFC 2606: no such domain will ever exist


class HiddenAddressError(Exception):
    """A mail to an address that must not be stored failed; ``str()`` is the kind of the error."""


class MailChannel:
    """Send one mail per message. A refused recipient is a failure, as an unreachable server is."""

    label = _("E-mail")

    def validate(self, recipient: str) -> None:
        try:
            validate_email(recipient)
        except ValidationError as error:
            raise ValueError(f"Not a mail address: {recipient!r}") from error

    def send(self, message: OutgoingMessage) -> None:
        """Send by the configured mailer, with the same Message-ID at every attempt.

        Where ``ADDRESS_OF`` gives another address, an error tells its kind alone: errors are stored and shown.
        """
        path = get_settings().address_of
        address = str(import_string(path)(message.recipient)) if path else message.recipient
        # A server would send mail to an address that can't exist, such as those of a demo, back each time.
        if address.lower().endswith(RESERVED) and _mailer()[0] == SMTP:
            return
        # Wagtail's setting for its own mail where there is one.
        sender = getattr(settings, "WAGTAILADMIN_NOTIFICATION_FROM_EMAIL", None) or settings.DEFAULT_FROM_EMAIL
        domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
        mail = EmailMultiAlternatives(
            # A line break in a header would be refused every time, and the message would wait for ever.
            subject=" ".join(permitted(message.subject).split()),
            body=permitted(message.body),
            from_email=sender,
            to=[address],
            headers={
                "Message-ID": f"<chorsu.{message.identity.hex}@{domain}>",
                "Auto-Submitted": "auto-generated",
                **dict(line.split(": ", 1) for line in message.headers.splitlines()),
            },
        )
        if message.html:
            mail.attach_alternative(message.html, "text/html")
        try:
            sent = send_now(mail)
        except Exception as error:
            # What fails later may be for this message's sender, size, recipient or text, and must hold no other up.
            greeted = GREETING.isdisjoint(frame.f_code for frame, _line in walk_tb(error.__traceback__))
            if isinstance(error, OSError) and not greeted and getattr(error, "smtp_code", 0) < 500:
                raise ServerAwayError(error) from error
            if address == message.recipient:
                raise
            raise HiddenAddressError(type(error).__name__) from None
        if not sent:
            raise RuntimeError("The mail backend reports that it sent nothing.")

    def check(self) -> list[CheckMessage]:
        """Find a mailer that doesn't exist, and a server that could keep the worker waiting for ever."""
        config = get_settings()
        if hasattr(settings, "MAILERS") and config.mailer not in settings.MAILERS:
            hint = "Add it to MAILERS, or name another one in CHORSU_DELIVERY['MAILER']."
            return [Error(f"MAILERS has no {config.mailer!r}.", hint=hint, id="chorsu_delivery.E003")]
        backend, timeout, where = _mailer()
        if backend == STORED:
            which = f"MAILERS[{config.mailer!r}]" if hasattr(settings, "MAILERS") else "EMAIL_BACKEND"
            hint = "Name the mailer, or the backend, of the real server in CHORSU_DELIVERY['MAILER']."
            return [Error(f"{which} stores its mail: nothing would ever leave.", hint=hint, id="chorsu_delivery.E005")]
        if backend == SMTP and timeout is None:
            problem = f"A mail server that doesn't answer can hold up all messages: {where} is not set."
            return [CheckWarning(problem, hint=f"Set {where} to a few seconds, such as 10.", id="chorsu_delivery.W001")]
        return []


def _mailer() -> tuple[str, float | None, str]:
    """Return the backend, its timeout in seconds, and the setting that has it."""
    name = get_settings().mailer
    if not hasattr(settings, "MAILERS"):
        backend = name if "." in name else settings.EMAIL_BACKEND
        return backend, settings.EMAIL_TIMEOUT, "EMAIL_TIMEOUT"
    mailer: dict[str, Any] = settings.MAILERS[name]
    timeout = mailer.get("OPTIONS", {}).get("timeout")
    return mailer.get("BACKEND", SMTP), timeout, f"MAILERS[{name!r}]['OPTIONS']['timeout']"


def send_now(mail: EmailMessage) -> int:
    """Send a mail by the mailer of the real server; return how many mails it took."""
    mailer = get_settings().mailer
    if hasattr(settings, "MAILERS"):
        return mail.send(using=mailer)
    if "." in mailer:
        return import_string(mailer)().send_messages([mail]) or 0
    return mail.send()
