"""Send messages that are due: for cron, where no worker runs."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from delivery.selectors import unsent_count
from delivery.services import deliver_due


class Command(BaseCommand):
    """Send what is due until nothing is left or everything left has to wait."""

    help = "Send messages that are due. Messages that failed wait longer each time; none is dropped."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Sweep until nothing is due."""
        tried = 0
        while now := deliver_due():
            tried += now
        self.stdout.write(f"Tried {tried} messages; {unsent_count()} wait.")
