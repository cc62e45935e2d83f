"""Bring an archive in, be killed again and again, and tell what is left: ``python -m tests.archive.killed_import``.

A process of its own on the database that the environment names. Each round forks one that goes on with the run, and
ends by SIGKILL at one of its next statements, however fast the machine is; the last one comes to the end.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
from itertools import count
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection, connections  # noqa: E402
from wagtail.models import Page  # noqa: E402

from chorsu_archive import runs  # noqa: E402
from chorsu_archive.items import Options  # noqa: E402
from chorsu_archive.models import ImportRun  # noqa: E402
from chorsu_archive.pages import touched  # noqa: E402
from chorsu_archive.runs import advance, begin  # noqa: E402
from chorsu_articles.models import AnalysisPage  # noqa: E402
from chorsu_editorial.hashing import content_hash  # noqa: E402
from chorsu_search.models import IndexChange  # noqa: E402
from chorsu_translation.models import PublishedUnits, TranslationLink  # noqa: E402
from cms.newsroom.setup import setup_newsroom  # noqa: E402
from tests.archive.made import item, use_made, write  # noqa: E402

LANGUAGES = ("ru", "tg", "en")
MOST_STATEMENTS = 200


def dies_at(number: int, *, done: bool) -> Any:
    """Return a wrapper of statements in which the process dies: before the nth, or when that is done."""
    numbers = count(1)

    def execute(run: Any, *statement: Any) -> Any:
        is_last = next(numbers) == number
        found = run(*statement) if done or not is_last else None
        if is_last:
            os.kill(os.getpid(), signal.SIGKILL)
        return found

    return execute


def go_on(key: int) -> None:
    run = ImportRun.objects.get(pk=key)
    while advance(run, seconds=60):
        pass


def look(key: int) -> dict[str, Any]:
    """Return what there is, and what is wrong with it."""
    run = ImportRun.objects.get(pk=key)
    pages = list(AnalysisPage.objects.all())
    noted = set(IndexChange.objects.values_list("page_id", flat=True))
    same = [content_hash(page) == content_hash(page.live_revision.as_object()) and not touched(page) for page in pages]
    return {
        "state": run.state,
        "counts": run.counts,
        "pages": len(pages),
        "problems": [str(problem) for problem in Page.find_problems() if problem],
        "links": TranslationLink.objects.filter(live_baseline__isnull=False).count(),
        "units": PublishedUnits.objects.filter(page__in=pages).count(),
        "unnoted": sum(page.pk not in noted for page in pages),
        "differing": same.count(False),
    }


def main() -> None:
    use_made(settings)
    setup_newsroom()
    runs.BATCH = 10
    items = [item(n, language=LANGUAGES[n % 3], group=str(n // 3) if n < 90 else "") for n in range(120)]
    key = begin(write(Path(sys.argv[1]), items), options=Options()).pk
    kills, chance = 0, random.Random(30)
    for _round in range(int(sys.argv[2])):
        last, done = chance.randint(1, MOST_STATEMENTS), chance.random() < 0.5
        connections.close_all()
        process = os.fork()
        if process == 0:
            try:
                with connection.execute_wrapper(dies_at(last, done=done)):
                    go_on(key)
            finally:
                os._exit(0)
        _process, status = os.waitpid(process, 0)
        if not os.WIFSIGNALED(status):
            break
        kills += 1
        # The lease of a killed process ends by itself; nobody waits for it here.
        ImportRun.objects.update(claimed_until=None)
    go_on(key)
    sys.stdout.write(json.dumps({"kills": kills, **look(key)}) + "\n")


if __name__ == "__main__":
    main()
