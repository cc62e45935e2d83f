"""How much memory a rebuild of the search index takes: it must not grow with the archive.

Usage: rebuild_memory.py [--articles 2000,20000]

For each number of articles, made by ``generate_articles`` in seven languages in a new SQLite database, a process of its
own rebuilds the index. What is printed is the peak of its resident set before and after.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import sys
import time

from _common import LANGUAGES, newsroom, read_options, show


def main() -> int:
    """Measure each number of articles, and print a table and JSON."""
    options = read_options(__doc__, articles="2000,20000")
    codes = LANGUAGES.split(",")
    os.environ["DATABASE_URL"] = ""
    rows = []
    with newsroom(codes, 0):
        from django.db import connection  # noqa: PLC0415

        connection.close()
        # Forked, so that Django is set up; each task in a new one, so that it takes no memory that another freed.
        with multiprocessing.get_context("fork").Pool(1, maxtasksperchild=1) as pool:
            for number in map(int, options.articles.split(",")):
                pool.apply(make_articles, (number // len(codes), codes))
                rows.append(pool.apply(memory_of_rebuild))
    show("rebuild_memory", rows)
    return 0


def make_articles(number: int, codes: list[str]) -> None:
    """Let there be so many articles in each language."""
    from chorsu_articles.models import Publication  # noqa: PLC0415
    from demo.generator import generate_articles  # noqa: PLC0415

    made = Publication.objects.count() // len(codes)
    generate_articles(number=number - made, languages=codes, seed=number)


def memory_of_rebuild() -> dict[str, float]:
    """Rebuild everything; return the megabytes of this process before and at the peak."""
    from chorsu_search.documents import findable_pages, specific_pages  # noqa: PLC0415
    from chorsu_search.writing import rebuild  # noqa: PLC0415

    # At rest it has answered something: pages and their models are loaded.
    specific_pages(list(findable_pages().values_list("pk", flat=True)[:10]))
    rest, began = megabytes(), time.monotonic()
    rebuild()
    return {
        "articles": findable_pages().count(),
        "rest_mb": rest,
        "peak_mb": megabytes(),
        "seconds": round(time.monotonic() - began, 1),
    }


def megabytes() -> float:
    """Return the most memory that this process has had."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


if __name__ == "__main__":
    sys.exit(main())
