from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from chorsu_search.query_counts import delete_old_counts
from chorsu_search.writing import sweep


class Command(BaseCommand):
    help = "Indexes the changes of pages that wait. The worker does it by itself; this is for cron and for people."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--limit", type=int, help="take at most so many changes per engine")

    def handle(self, *_args: Any, **options: Any) -> None:
        report = sweep(limit=options["limit"])
        delete_old_counts()
        self.stdout.write(f"{report.done} changes indexed, {report.put_back} put back.")
        if report.error:
            raise CommandError(report.error)
