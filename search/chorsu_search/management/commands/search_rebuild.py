from __future__ import annotations

import sys
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from wagtail.models import Locale

from chorsu_search.engines import engine_names
from chorsu_search.engines.base import EngineError
from chorsu_search.progress import ProgressLine
from chorsu_search.rebuilding import rebuild
from chorsu_search.services import findable_pages


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
        languages = options["language"] or sorted(known)
        if unknown := set(languages) - known:
            raise CommandError(f"No such language: {', '.join(sorted(unknown))}. There are {', '.join(sorted(known))}.")
        if unknown := set(options["engine"] or ()) - set(engine_names()):
            raise CommandError(f"No such engine: {', '.join(sorted(unknown))}. There are {', '.join(engine_names())}.")
        problems = []
        for engine in options["engine"] or engine_names():
            try:
                self._rebuild(engine, languages, whole=not options["language"])
            except EngineError as error:
                problems.append(f"{engine}: {error}")
        if problems:
            raise CommandError("\n".join(problems))

    def _rebuild(self, engine: str, languages: Sequence[str], *, whole: bool) -> None:
        started = time.monotonic()
        counts: dict[str, int] = {}
        total = findable_pages().filter(locale__language_code__in=languages).count()
        line = ProgressLine(sys.stderr, total, in_place=sys.stderr.isatty())

        def show(language: str, done: int) -> None:
            counts[language] = done
            line.show(engine, sum(counts.values()))

        try:
            rebuild(engines=[engine], languages=None if whole else languages, progress=show)
        finally:
            line.end()
        done = ", ".join(f"{language} {count}" for language, count in counts.items()) or "no pages"
        self.stdout.write(f"{engine}: {done} ({time.monotonic() - started:.1f} s)")
