from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from chorsu_search.consistency import Comparison, compare, repair
from chorsu_search.engines import engine_names
from chorsu_search.engines.base import EngineError
from chorsu_search.progress import ProgressLine
from chorsu_search.rebuilding import is_newer_than_the_database
from chorsu_search.services import findable_pages, sync

SHOWN = 20


class Command(BaseCommand):
    """Compare the index with the database."""

    help = "Compares each search index with the database, page by page: what is missing, outdated or left over."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options."""
        parser.add_argument("--engine", action="append", help="only this engine of CHORSU_SEARCH (may be repeated)")
        parser.add_argument("--repair", action="store_true", help="write again, or delete, what differs")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Compare each engine; exit with an error where one differs and isn't repaired."""
        if unknown := set(options["engine"] or ()) - set(engine_names()):
            raise CommandError(f"No such engine: {', '.join(sorted(unknown))}. There are {', '.join(engine_names())}.")
        problems = []
        for engine in options["engine"] or engine_names():
            try:
                problems += self._check(engine, mend=options["repair"])
            except EngineError as error:
                problems.append(f"{engine}: {error}")
        if problems:
            raise CommandError("\n".join(problems))

    def _check(self, engine: str, *, mend: bool) -> list[str]:
        if is_newer_than_the_database(engine):
            return [f"{engine}: later than the database, which was restored from a backup: the next sweep rebuilds it."]
        found = self._compare(engine)
        if mend and found.faults:
            repair(engine, found)
            sync()
            self.stdout.write(f"{engine}: {len(found.faults)} pages are written again or deleted; compared once more:")
            found = self._compare(engine)
        return [f"{engine}: {len(found.faults)} pages differ. --repair mends them."] if found.faults else []

    def _compare(self, engine: str) -> Comparison:
        line = ProgressLine(sys.stderr, findable_pages().count(), in_place=sys.stderr.isatty())
        try:
            found = compare(engine, progress=lambda done: line.show(engine, done))
        finally:
            line.end()
        self.stdout.write(f"{engine}: {found.checked} pages compared, {found.waiting} changes wait.")
        for name in ("missing", "outdated", "surplus", "unreadable"):
            if pages := getattr(found, name):
                more = " …" if len(pages) > SHOWN else ""
                self.stdout.write(f"  {name}: {len(pages)} ({', '.join(map(str, pages[:SHOWN]))}{more})")
        return found
