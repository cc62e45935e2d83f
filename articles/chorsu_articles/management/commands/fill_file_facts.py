from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from chorsu_articles.services.file_facts import fill_file_facts


class Command(BaseCommand):
    help = "Stores sizes and hashes of files that have none yet. The worker does it by itself; this is for cron."

    def handle(self, *_args: Any, **_options: Any) -> None:
        files = 0
        while filled := fill_file_facts():
            files += filled
        self.stdout.write(f"{files} files done.")
