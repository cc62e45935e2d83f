from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from demo.generator import GeneratorError, generate_articles


class Command(BaseCommand):
    """Generate articles for benchmarks."""

    help = (
        "Generate N articles in each language, joined as translations, dated over ten years. They use the "
        "library's pictures (run load_demo before). Nothing marks them for removal: use a copy of the data."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", type=int, metavar="N", help="how many articles per language")
        parser.add_argument("--languages", default="", help="codes separated by commas; default: all switched on")
        parser.add_argument("--seed", type=int, default=1, help="another seed gives other articles")

    def handle(self, *_args: Any, **options: Any) -> None:
        enabled = [code for code, _name in settings.LANGUAGES]
        languages = [code.strip() for code in options["languages"].split(",") if code.strip()] or enabled
        if unknown := [code for code in languages if code not in enabled]:
            raise CommandError(f"Not switched on in NEWSROOM_LANGUAGES: {', '.join(unknown)}.")
        if options["number"] < 1:
            raise CommandError("N must be 1 or more.")

        started = time.monotonic()
        try:
            pages = generate_articles(number=options["number"], languages=languages, seed=options["seed"])
        except GeneratorError as error:
            raise CommandError(str(error)) from error
        seconds = time.monotonic() - started
        self.stdout.write(
            f"{pages} articles in {seconds:.1f} s: {pages / seconds:.0f} a second. "
            "Search finds them after `manage.py search_sync` (or search_rebuild); the worker does it by itself."
        )
