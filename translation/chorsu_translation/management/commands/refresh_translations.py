"""Write the states of articles in their languages, for lists, and say which were others."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from chorsu_translation.memory.storing import mark, remember_marked
from chorsu_translation.models import TranslationLink
from chorsu_translation.published import refresh_translations
from chorsu_translation.states import write_marked


class Command(BaseCommand):
    """For cron where no worker runs, and for checking."""

    help = "Write what is marked, say which states differed from the facts, and store all published sentences anew."

    def handle(self, *_args: Any, **_options: Any) -> None:
        write_marked()
        differing = 0
        for line in refresh_translations():
            differing += 1
            self.stdout.write(line)
        self.stdout.write(f"{differing} differed.")
        mark(TranslationLink.objects.values("target"))
        while remember_marked():
            pass
