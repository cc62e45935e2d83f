"""Queries of messages that are not sent yet."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Max, Q
from django.utils import timezone

from chorsu_delivery.models import OutgoingMessage

OVERDUE = timedelta(minutes=5)


def unsent_count() -> int:
    """Return how many messages wait, due or not."""
    return OutgoingMessage.objects.unsent().count()


def stuck_count() -> int:
    """Return how many messages failed at least three times."""
    return OutgoingMessage.objects.stuck().count()


def messages_are_held_up() -> bool:
    """Return whether sending stands still: a message failed and none was sent since it was stored, or no worker runs.

    A single wrong address, to which nothing will ever leave, holds nothing up.
    """
    failed = Q(attempts__gt=0) & ~Q(last_error="")
    if last_sent := OutgoingMessage.objects.aggregate(last=Max("sent_at"))["last"]:
        failed &= Q(created_at__gt=last_sent)
    overdue = Q(not_before__lt=timezone.now() - OVERDUE)
    return OutgoingMessage.objects.unsent().filter(failed | overdue).exists()
