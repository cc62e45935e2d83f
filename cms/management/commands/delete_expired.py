from __future__ import annotations

from django.core.management.base import BaseCommand

from cms.wiring.sweeps import delete_expired


class Command(BaseCommand):
    # For cron, where no worker runs.
    help = "Deletes ended sessions, counters of attempts, abandoned uploads, and texts of messages sent a week ago."

    def handle(self, *_args: object, **_options: object) -> None:
        delete_expired()
