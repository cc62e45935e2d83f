"""What is done about typo reports by itself: for cron, where no worker does it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from chorsu_feedback.retention import delete_old_reports


class Command(BaseCommand):
    """Delete old reports."""

    help = "Delete typo reports that were closed long ago, and the keys that networks were counted under."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Do what is due."""
        self.stdout.write(f"Deleted {delete_old_reports()} reports.")
