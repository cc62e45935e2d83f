"""Write the states of articles in their languages, for lists, and say which were others."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from chorsu_translation.published import refresh_translations
from chorsu_translation.states import write_marked


class Command(BaseCommand):
    """For cron where no worker runs, and for checking."""

    help = "Write the states that are marked, then compare all of them with what is stored, and say what differed."

    def handle(self, *_args: Any, **_options: Any) -> None:
        write_marked()
        differing = 0
        for line in refresh_translations():
            differing += 1
            self.stdout.write(line)
        self.stdout.write(f"{differing} differed.")
