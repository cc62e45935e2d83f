from __future__ import annotations

from django.core.management.base import BaseCommand

from cms.wiring.translation_delivery import tell_translators


class Command(BaseCommand):
    # For cron, where no worker runs.
    help = "Stores messages about translations that were assigned, are due or overdue, or whose source has changed."

    def handle(self, *_args: object, **_options: object) -> None:
        tell_translators()
