from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from chorsu_archive.export.archive import write_archive
from chorsu_archive.items import ArchiveError


class Command(BaseCommand):
    help = "Writes all articles, people, topics, pictures and redirects into a new folder: see docs/export.md."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *, folder: Path, **_options: Any) -> None:
        try:
            counts = write_archive(folder)
        except (ArchiveError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(", ".join(f"{count} {name}" for name, count in counts.items()))
