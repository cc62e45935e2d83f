from __future__ import annotations

import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError
from wagtail.models import Locale

from chorsu_search.documents import findable_pages
from chorsu_search.engines.base import EngineError
from chorsu_search.writing import rebuild, writer_names

BAR = 30  # characters


class Command(BaseCommand):
    help = "Fills the search index anew, per language, while people go on publishing and searching."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--language", action="append", help="only this language (may be repeated)")
        parser.add_argument("--engine", action="append", help="only this engine of CHORSU_SEARCH (may be repeated)")

    def handle(self, *_args: Any, **options: Any) -> None:
        known = set(Locale.objects.values_list("language_code", flat=True))
        languages = options["language"] or sorted(known)
        if unknown := set(languages) - known:
            raise CommandError(f"No such language: {', '.join(sorted(unknown))}. There are {', '.join(sorted(known))}.")
        whole = not options["language"]
        for_each_engine(options["engine"], writer_names(), lambda name: self._rebuild(name, languages, whole=whole))

    def _rebuild(self, engine: str, languages: Sequence[str], *, whole: bool) -> None:
        started = time.monotonic()
        counts: dict[str, int] = {}
        total = findable_pages().filter(locale__language_code__in=languages).count()
        with progress_line(sys.stderr, total) as show:

            def count(language: str, done: int) -> None:
                counts[language] = done
                show(engine, sum(counts.values()))

            rebuild(engines=[engine], languages=None if whole else languages, progress=count)
        done = ", ".join(f"{language} {count}" for language, count in counts.items()) or "no pages"
        self.stdout.write(f"{engine}: {done} ({time.monotonic() - started:.1f} s)")


def for_each_engine(wanted: Sequence[str] | None, known: Sequence[str], work: Callable[[str], object]) -> None:
    """Work on the engines that are wanted, or on all; go on where one fails, and exit with an error then."""
    if unknown := set(wanted or ()) - set(known):
        raise CommandError(f"No such engine: {', '.join(sorted(unknown))}. There are {', '.join(known)}.")
    problems = []
    for name in wanted or known:
        try:
            work(name)
        except EngineError as error:
            problems.append(f"{name}: {error}")
    if problems:
        raise CommandError("\n".join(problems))


@contextmanager
def progress_line(out: TextIO, total: int) -> Iterator[Callable[[str, int], None]]:
    """Give a function that prints how much of ``total`` is done, the rate, and the time left.

    On a terminal the line stays in its place; elsewhere one is printed every half minute.
    """
    in_place = out.isatty()
    began = shown = time.monotonic()

    def show(label: str, done: int) -> None:
        nonlocal shown
        now = time.monotonic()
        if done < total and now - shown < (0.2 if in_place else 30):
            return
        shown = now
        rate = done / max(now - began, 0.001)
        share = min(done / total, 1) if total else 1
        bar = ("#" * round(share * BAR)).ljust(BAR, ".")
        minutes, seconds = divmod(round(max(total - done, 0) / rate if rate else 0), 60)
        line = f"{label} [{bar}] {done}/{total}, {rate:.0f} a second, {minutes}:{seconds:02} left"
        out.write(f"\r{line}\x1b[K" if in_place else f"{line}\n")
        out.flush()

    try:
        yield show
    finally:
        if in_place:
            out.write("\r\x1b[K")
            out.flush()
