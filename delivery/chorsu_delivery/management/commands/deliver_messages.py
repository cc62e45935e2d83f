"""Send messages that are due: for cron, where no worker runs."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from chorsu_delivery.models import OutgoingMessage
from chorsu_delivery.services import deliver_due, empty_sent


class Command(BaseCommand):
    help = "Send messages that are due. Messages that failed wait longer each time; none is dropped."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        tried = 0
        while now := deliver_due():
            tried += now
        empty_sent()
        self.stdout.write(f"Tried {tried} messages; {OutgoingMessage.objects.unsent().count()} wait.")
