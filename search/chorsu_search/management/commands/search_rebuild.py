from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from wagtail.models import Locale

from chorsu_search.engines import engine_names
from chorsu_search.engines.base import EngineError
from chorsu_search.services import rebuild


class Command(BaseCommand):
    """Fill the index anew."""

    help = "Fills the search index anew, per language, while people go on publishing and searching."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options."""
        parser.add_argument("--language", action="append", help="only this language (may be repeated)")
        parser.add_argument("--engine", action="append", help="only this engine of CHORSU_SEARCH (may be repeated)")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Rebuild each engine; go on with the next where one fails, and exit with an error then."""
        known = set(Locale.objects.values_list("language_code", flat=True))
        if unknown := set(options["language"] or ()) - known:
            raise CommandError(f"No such language: {', '.join(sorted(unknown))}. There are {', '.join(sorted(known))}.")
        if unknown := set(options["engine"] or ()) - set(engine_names()):
            raise CommandError(f"No such engine: {', '.join(sorted(unknown))}. There are {', '.join(engine_names())}.")
        problems = []
        for engine in options["engine"] or engine_names():
            started = time.monotonic()
            counts: dict[str, int] = {}
            try:
                rebuild(engines=[engine], languages=options["language"], progress=counts.__setitem__)
            except EngineError as error:
                problems.append(f"{engine}: {error}")
                continue
            done = ", ".join(f"{language} {count}" for language, count in counts.items()) or "no pages"
            self.stdout.write(f"{engine}: {done} ({time.monotonic() - started:.1f} s)")
        if problems:
            raise CommandError("\n".join(problems))
