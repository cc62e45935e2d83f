"""Queries and time of the pages that readers open most, with many articles.

Usage: pages.py [--articles 2000] [--languages ru,tg,en] [--rounds 30]

The database is a new one in a temporary folder. No cache stands before Django: the time is that of the server's own
work, in milliseconds, the median and the 95th percentile of the rounds after three to warm up.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from _newsroom import set_up  # noqa: E402

WARM_UP = 3


def main() -> int:
    """Generate the articles, ask for the pages, and print a table and JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=2000, help="articles per language")
    parser.add_argument("--languages", default="ru,tg,en", help="codes, separated by commas")
    parser.add_argument("--rounds", type=int, default=30, help="requests that are counted, per page")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(NEWSROOM_DATA=folder, DJANGO_SETTINGS_MODULE="cms.settings.test")
        os.environ.pop("DATABASE_URL", None)
        generated = prepare(options.articles, options.languages)
        rows = measure(options.languages.split(","), options.rounds)
    print(f"{options.articles} articles in each of {options.languages}; generated at {generated:.0f} a second\n")
    print(f"{'page':<28}{'queries':>8}{'median ms':>11}{'p95 ms':>9}")
    for row in rows:
        print(f"{row['page']:<28}{row['queries']:>8}{row['median_ms']:>11.1f}{row['p95_ms']:>9.1f}")
    print(json.dumps({"subject": "pages", "articles": options.articles, "articles_a_second": generated, "rows": rows}))
    return 0


def prepare(articles: int, languages: str) -> float:
    """Make the newsroom and its articles; return how many articles were made a second."""
    import django  # noqa: PLC0415 - the environment has to be set first

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    set_up()
    started = time.perf_counter()
    call_command("generate_articles", str(articles), "--languages", languages, verbosity=0)
    generated = articles * len(languages.split(",")) / (time.perf_counter() - started)
    call_command("search_rebuild", verbosity=0)
    return generated


def measure(languages: list[str], rounds: int) -> list[dict[str, object]]:
    """Return a row for each page: its queries once warm, and its times."""
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    from chorsu_articles.models import Publication, SectionPage  # noqa: PLC0415

    client, rows = Client(), []
    for code in languages:
        article = Publication.objects.filter(locale__language_code=code, live=True).order_by("pk").first()
        section = SectionPage.objects.filter(locale__language_code=code).order_by("pk").first()
        assert article is not None
        assert section is not None
        word = max(article.title.split(), key=len)
        pages = {
            "article": article.url,
            "listing": section.url,
            "listing, page 20": f"{section.url}?page=20",
            "home": f"/{code}/",
            "search, one word": f"/{code}/search/?q={word}",
        }
        for name, address in pages.items():
            for _ in range(WARM_UP):
                response = client.get(address)
                assert response.status_code == 200, f"{address}: {response.status_code}"
            with CaptureQueriesContext(connection) as queries:
                client.get(address)
            count = len(queries)  # counted now: the next request empties the log
            times = []
            for _ in range(rounds):
                started = time.perf_counter()
                client.get(address)
                times.append((time.perf_counter() - started) * 1000)
            rows.append(
                {
                    "page": f"{code}: {name}",
                    "queries": count,
                    "median_ms": round(statistics.median(times), 1),
                    "p95_ms": round(statistics.quantiles(times, n=20)[-1], 1),
                }
            )
    return rows


if __name__ == "__main__":
    sys.exit(main())
