from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from cms.backup import restore


class Command(BaseCommand):
    help = "Put a backup back where this environment says. Stop the site and the worker first."
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="such as 2026-11-29T030000Z")
        parser.add_argument("--over", action="store_true", help="replace what the database holds")
        parser.add_argument("--identity", default="", help="file with the secret key of age")

    def handle(self, *_args: Any, **options: Any) -> None:
        self.stdout.write(restore(options["name"], over=options["over"], identity=options["identity"]))
