from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from chorsu_archive.export.archive import write_archive
from chorsu_archive.items import ArchiveError


class Command(BaseCommand):
    help = "Writes all articles, people, topics, pictures and redirects into a folder: see docs/export.md."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--since", type=date.fromisoformat, help="only articles changed since, such as 2026-11-29")
        parser.add_argument("--language", action="append", default=[], help="only articles in this one; several times")

    def handle(self, *, folder: Path, since: date | None, language: list[str], **_options: Any) -> None:
        try:
            counts = write_archive(folder, since=since, languages=language)
        except ArchiveError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(", ".join(f"{count} {name}" for name, count in counts.items()))
