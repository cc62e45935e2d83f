"""Count anew what changed in the sources of translations."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from chorsu_translation.services import refresh_links


class Command(BaseCommand):
    """For checking: the counts are kept up to date by themselves."""

    help = "Count anew what changed in the sources since their translations were up to date, and say how many differed."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Count, and print how many there are and how many differed."""
        links, differing = refresh_links()
        self.stdout.write(f"{links} translations, {differing} of which had other counts.")
