"""Record what revisions that wait use of the library."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from chorsu_editorial.file_usage.files import record_waiting


class Command(BaseCommand):
    """Run once after the upgrade to the version that protects files in use; may be run again."""

    help = "Record the pictures and documents of pages that were in review or scheduled before uses were recorded."

    def handle(self, *_args: Any, **_options: Any) -> None:
        self.stdout.write(f"Recorded for {record_waiting()} waiting revisions.")
