"""Mail backends: one stores, so that mail of Django, Wagtail and other apps leaves like every other message."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from email.utils import parseaddr
from typing import Any

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.console import EmailBackend as ConsoleBackend

from chorsu_delivery.mail import send_now
from chorsu_delivery.services import send


class StoredMailBackend(BaseEmailBackend):
    """Store a message for each recipient, in the caller's transaction. The sender is that of the channel ``mail``."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Store text, HTML and headers; what a row doesn't hold, such as a mail with attachments, is sent at once."""
        for mail in email_messages:
            alternatives = mail.alternatives if isinstance(mail, EmailMultiAlternatives) else []
            is_plain = mail.content_subtype == "plain" and [part[1] for part in alternatives] in ([], ["text/html"])
            if mail.attachments or not is_plain:
                send_now(mail)
                continue
            key = f"mail:{uuid.uuid4()}"
            for recipient in mail.recipients():
                address = parseaddr(recipient)[1] or recipient
                send(
                    channel="mail",
                    recipient=address,
                    subject=str(mail.subject),
                    body=str(mail.body),
                    html="".join(str(part[0]) for part in alternatives),
                    headers=_headers(mail, address),
                    key=key,
                )
        return len(email_messages)


class ReadableConsoleBackend(ConsoleBackend):
    """Print recipient, subject and text. Django's own prints the encoded mail, where long links are broken in two."""

    def write_message(self, message: Any) -> None:
        self.stream.write(f"To: {', '.join(message.recipients())}\nSubject: {message.subject}\n\n{message.body}\n")
        self.stream.write("-" * 79 + "\n")


def _headers(mail: EmailMessage, alone: str) -> str:
    """Return a mail's own headers, a line each, and those that name more recipients than ``alone``; no blind copies."""
    lists = {"To": mail.to, "Cc": mail.cc, "Reply-To": mail.reply_to}
    found = {name: ", ".join(map(str, addresses)) for name, addresses in lists.items() if addresses}
    found.update((name, str(value)) for name, value in mail.extra_headers.items())
    lines = [f"{name}: {' '.join(value.split())}" for name, value in found.items() if name.lower() != "bcc"]
    return "\n".join(line for line in lines if line != f"To: {alone}")
