"""The time of a hit of the page cache, of a miss, and of a hit of Django's per-site cache, in one run.

Usage: reader_cache.py [--articles 300] [--rounds 200]

Production's settings and whole chain, through WSGI in one process, on a new SQLite database in a temporary folder;
production's cache in files for both. Django's two middlewares stand where Django puts them, first and last, and, in the
columns "beside", where ours stands: there they keep what both find, since further out the headers forbid it. Times are
of the processor, in milliseconds, the median of the rounds, which take turns; a miss is an answer with an empty cache
of pages, and all that a page keeps of others.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

from _answering import environ_of
from _common import read_options, set_up, show

OURS = "cms.reader.page_cache.PageCacheMiddleware"
UPDATE, FETCH = (f"django.middleware.cache.{name}CacheMiddleware" for name in ("Update", "FetchFrom"))
Ask = Callable[[str], tuple[int, float]]


def main() -> int:
    """Make a newsroom, ask for its pages in each way, and print a table and JSON."""
    options = read_options(__doc__, articles=300, rounds=200)
    with tempfile.TemporaryDirectory() as folder:
        set_up(folder, "production")
        pages = prepare(options.articles)
        rows = [row(name, path, options.rounds) for name, path in pages.items()]
    show("reader_cache", rows, rounds=options.rounds)
    return 0


def prepare(articles: int) -> dict[str, str]:
    """Make the newsroom; return the paths of an article, a section and the front page."""
    from django.core.management import call_command  # noqa: PLC0415

    from chorsu_articles.models import Publication, SectionPage  # noqa: PLC0415

    call_command("generate_articles", str(articles), "--languages", "ru", verbosity=0)
    article = Publication.objects.filter(locale__language_code="ru", live=True).order_by("pk").first()
    section = SectionPage.objects.filter(locale__language_code="ru").order_by("pk").first()
    assert article is not None
    assert section is not None
    return {"article": article.relative_url(None), "section": section.relative_url(None), "home": "/ru/"}


def row(name: str, path: str, rounds: int) -> dict[str, Any]:
    """Return the medians of one page in each way."""
    from django.conf import settings  # noqa: PLC0415
    from django.core.cache import caches  # noqa: PLC0415

    chain = [each for each in settings.MIDDLEWARE if each != OURS]
    place = settings.MIDDLEWARE.index(OURS)
    ours = asking(settings.MIDDLEWARE)
    django = asking([UPDATE, *chain, FETCH])
    beside = asking([*chain[:place], UPDATE, FETCH, *chain[place:]])
    times: dict[str, list[float]] = {"miss": [], "hit": [], "django": [], "beside": []}
    for turn in range(rounds):
        if turn % 10 == 0:
            caches["pages"].clear()
            times["miss"].append(ours(path)[1])
        for way, ask in (("hit", ours), ("django", django), ("beside", beside)):
            # The first of each fills its cache, if it is empty.
            ask(path)
            times[way].append(ask(path)[1])
    found = {way: statistics.median(each) * 1000 for way, each in times.items()}
    hit = found["hit"]
    return {
        "page": name,
        **{f"{way}_ms": round(value, 4) for way, value in found.items()},
        "hit_to_miss": round(hit / found["miss"], 4),
        "hit_to_django": round(hit / found["django"], 3),
        "hit_to_beside": round(hit / found["beside"], 3),
    }


def asking(middleware: list[str]) -> Ask:
    """Return a function that asks a server with this chain for a path and returns bytes and processor seconds."""
    from django.core.handlers.wsgi import WSGIHandler  # noqa: PLC0415
    from django.test import override_settings  # noqa: PLC0415

    # Long enough, for Django's: it takes the time of the headers, which give browsers none.
    with override_settings(MIDDLEWARE=middleware, CACHE_MIDDLEWARE_SECONDS=600):
        server = WSGIHandler()

    def ask(path: str) -> tuple[int, float]:
        environ = environ_of(path)
        said: list[str] = []
        started = time.process_time()
        response = server(environ, lambda status, _headers: said.append(status))
        size = sum(map(len, response))
        response.close()
        spent = time.process_time() - started
        assert said == ["200 OK"], said
        return size, spent

    return ask


if __name__ == "__main__":
    sys.exit(main())
