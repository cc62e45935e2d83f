from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from demo.services import DemoError, load_demo, was_loaded


class Command(BaseCommand):
    """Load the demo once."""

    help = "Load the demo: articles in every language, pictures, accounts. Done once; a second call changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--again", action="store_true", help="load it even though it was removed before")
        parser.add_argument(
            "--with-public-passwords",
            action="store_true",
            help="load it although DEBUG is off: its accounts, an administrator among them, have a public password",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        if not was_loaded():
            self.stdout.write("Loading the demo, once; this takes half a minute …")
            self.stdout.flush()
        try:
            report = load_demo(again=options["again"], public_passwords=options["with_public_passwords"])
        except DemoError as error:
            raise CommandError(str(error)) from error
        if report is None:
            self.stdout.write("The demo was loaded before; nothing changed. (After remove_demo: load_demo --again)")
            return
        self.stdout.write(
            f"The demo is loaded: {report.articles} articles as {report.pages} pages, "
            f"{report.pictures} pictures, {report.accounts} accounts."
        )
