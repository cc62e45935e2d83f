from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from chorsu_articles.pictures.renditions import make_due_renditions


class Command(BaseCommand):
    help = "Makes the sizes of pictures that were just published. The worker does it by itself; this is for cron."

    def handle(self, *_args: Any, **_options: Any) -> None:
        pictures = 0
        while make_due_renditions():
            pictures += 1
        self.stdout.write(f"{pictures} pictures done.")
