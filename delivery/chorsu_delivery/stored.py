"""A mail backend that stores: so that mail of Django, Wagtail and other apps leaves like every other message.

With Django's MAILERS the real server has another name, before them its backend is named::

    MAILERS = {"default": {"BACKEND": "chorsu_delivery.stored.StoredMailBackend"}, "server": {"BACKEND": …}}
    CHORSU_DELIVERY = {"MAILER": "server"}

    EMAIL_BACKEND = "chorsu_delivery.stored.StoredMailBackend"
    CHORSU_DELIVERY = {"MAILER": "django.core.mail.backends.smtp.EmailBackend"}
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from chorsu_delivery.mail import send_now
from chorsu_delivery.services import send


class StoredMailBackend(BaseEmailBackend):
    """Store a message for each recipient, in the caller's transaction. The sender is that of the channel ``mail``."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Store text and HTML; a mail with attachments is sent at once, since a row doesn't hold them."""
        for mail in email_messages:
            if mail.attachments:
                send_now(mail)
                continue
            alternatives = mail.alternatives if isinstance(mail, EmailMultiAlternatives) else []
            html = next((str(part[0]) for part in alternatives if part[1] == "text/html"), "")
            occasion = uuid.uuid4()
            for recipient in mail.recipients():
                send(
                    channel="mail",
                    recipient=recipient,
                    subject=str(mail.subject),
                    body=str(mail.body),
                    html=html,
                    key=f"mail:{occasion}",
                )
        return len(email_messages)
