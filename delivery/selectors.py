"""Read what waits to be sent."""

from __future__ import annotations

from delivery.models import OutgoingMessage


def due_count() -> int:
    """Return how many messages could be sent now."""
    return OutgoingMessage.objects.unsent().due().count()


def unsent_count() -> int:
    """Return how many messages wait, due or not."""
    return OutgoingMessage.objects.unsent().count()


def stuck_count() -> int:
    """Return how many messages failed at least three times."""
    return OutgoingMessage.objects.stuck().count()
