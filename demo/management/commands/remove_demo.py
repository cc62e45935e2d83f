from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from demo.services import remove_demo


class Command(BaseCommand):
    """Remove the demo and its accounts."""

    help = "Delete what load_demo made, and its accounts; nothing else."

    def handle(self, *_args: Any, **_options: Any) -> None:
        report = remove_demo()
        if not report.removed and not report.kept:
            self.stdout.write("There is no demo to remove.")
            return
        for name, number in report.removed.items():
            self.stdout.write(f"Removed: {number} {name}")
        for line in report.edited:
            self.stdout.write(f"Removed although somebody had edited it: {line}")
        for line in report.kept:
            self.stdout.write(f"Stays: {line}")
