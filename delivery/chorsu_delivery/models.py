"""Messages that leave the process: each is first a row of the transaction that causes it."""

from __future__ import annotations

import uuid
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chorsu_delivery.leases import LeasedQuerySet, LeasedRow


class OutgoingMessageQuerySet(LeasedQuerySet["OutgoingMessage"]):
    def unsent(self) -> Self:
        """Keep messages that no channel has taken yet."""
        return self.filter(sent_at__isnull=True)

    def stuck(self) -> Self:
        """Keep unsent messages that failed at least three times."""
        return self.unsent().filter(attempts__gte=3).exclude(last_error="")


class OutgoingMessage(LeasedRow):
    """One message to one recipient through one channel.

    ``key`` names the occasion ("invitation:5:…"): the same occasion, channel and recipient make one message only.
    ``headers`` are lines of a mail's own ("Reply-To: …"), in the place of those that the channel makes.
    ``identity`` goes with every attempt (as Message-ID, or an idempotency key), so that a receiver can recognise a
    duplicate after a crash between sending and recording.
    """

    channel = models.CharField(_("channel"), max_length=32)
    recipient = models.CharField(_("recipient"), max_length=254)
    subject = models.CharField(_("subject"), max_length=255)
    body = models.TextField(_("text"))
    html = models.TextField(_("HTML"), blank=True)
    headers = models.TextField(_("headers"), blank=True)
    key = models.CharField(_("occasion"), max_length=200)
    identity = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True, editable=False)

    objects = OutgoingMessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("outgoing message")
        verbose_name_plural = _("outgoing messages")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=("channel", "recipient", "key"), name="chorsu_delivery_one_per_occasion"),
        ]
        indexes = [
            models.Index(
                fields=("not_before",), condition=models.Q(sent_at__isnull=True), name="chorsu_delivery_unsent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} ({self.recipient})"


class TelegramPost(LeasedRow):
    """A message in a chat that follows what it tells of, which ``key`` names: it is edited, or deleted.

    ``text`` is what is to stand there, empty where nothing is; ``shown`` is what stands there, in the message
    ``message_id`` of ``chat_id``.
    """

    key = models.CharField(max_length=200, unique=True)
    recipient = models.CharField(_("recipient"), max_length=254)
    text = models.TextField(_("text"), blank=True)
    shown = models.TextField(blank=True)
    chat_id = models.CharField(max_length=64, blank=True)
    message_id = models.BigIntegerField(null=True)
    version = models.PositiveIntegerField(default=0)

    objects = LeasedQuerySet["TelegramPost"].as_manager()

    class Meta:
        verbose_name = _("post in a chat")
        verbose_name_plural = _("posts in chats")

    def __str__(self) -> str:
        return self.key
