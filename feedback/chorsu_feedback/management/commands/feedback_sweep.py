"""Mail about typo reports and deletion of old ones: for cron, where no worker does it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from chorsu_feedback.mail import mail_reports
from chorsu_feedback.retention import delete_old_reports


class Command(BaseCommand):
    help = (
        "Mail new typo reports to editors; delete those that were closed long ago, and what networks were counted by."
    )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        self.stdout.write(f"Stored {mail_reports()} mails; deleted {delete_old_reports()} reports.")
