from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cms.wiring.sweeps import SWEEPS
from cms.worker import Worker


class Command(BaseCommand):
    help = "Send messages, publish what is scheduled, keep the search index: all that happens outside requests."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="run each sweep once and end")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        worker = Worker(SWEEPS)
        if options["once"]:
            if not worker.run_once():
                raise CommandError("A sweep failed; see the log.")
        else:
            worker.run_forever()
