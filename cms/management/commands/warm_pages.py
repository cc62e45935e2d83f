from __future__ import annotations

from django.core.management.base import BaseCommand

from cms.reader.page_cache import Warming


class Command(BaseCommand):
    help = "Makes front pages, sections and what was published last. The worker does it by itself; this is for cron."

    def handle(self, *_args: object, **_options: object) -> None:
        self.stdout.write(f"{sum(iter(Warming().run, 0))} pages asked for.")
