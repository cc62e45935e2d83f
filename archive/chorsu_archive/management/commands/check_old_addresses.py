from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from chorsu_archive.items import ArchiveError
from chorsu_archive.sitemaps import unanswered


class Command(BaseCommand):
    help = "Print what an old sitemap, or those that it names, lists and readers don't find here. If any, exit with 1."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("sitemap", help='A file, or an address on a host of CHORSU_ARCHIVE["HOSTS"].')

    def handle(self, *_args: Any, sitemap: str, **_options: Any) -> None:
        lost = []
        try:
            for address in unanswered(sitemap):
                lost.append(address)
                self.stdout.write(address)
        except ArchiveError as error:
            raise CommandError(str(error)) from error
        if lost:
            sys.exit(1)
