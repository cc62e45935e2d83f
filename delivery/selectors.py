"""Read what waits to be sent."""

from __future__ import annotations

from delivery.models import OutgoingMessage


def unsent_count() -> int:
    """Return how many messages wait, due or not."""
    return OutgoingMessage.objects.unsent().count()


def stuck_count() -> int:
    """Return how many messages failed at least three times."""
    return OutgoingMessage.objects.stuck().count()
