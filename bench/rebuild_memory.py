"""How much memory a rebuild of the search index takes: it must not grow with the archive.

Usage: rebuild_memory.py [2000 20000]

For each number of articles, made by ``generate_articles`` in seven languages in a new SQLite database, a process of its
own rebuilds the index. What is printed is the peak of its resident set before and after.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time

from _common import LANGUAGES, newsroom, show


def main() -> int:
    """Measure each number of articles, and print a table and JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=int, nargs="*", default=[2000, 20000], help="how many articles in all")
    parser.add_argument("--step", choices=("fill", "rebuild"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "cms.settings.test"
    codes = LANGUAGES.split(",")
    if options.step == "rebuild":
        print(json.dumps(memory_of_rebuild()))
    elif options.step == "fill":
        with newsroom(codes, options.articles[0] // len(codes), os.environ["NEWSROOM_DATA"]):
            pass
    else:
        print_memory(options.articles)
    return 0


def print_memory(numbers: list[int]) -> None:
    """Rebuild so many articles, each time in a process of its own, and print what that takes above one at rest."""
    rows = []
    for number in numbers:
        with tempfile.TemporaryDirectory() as folder:
            environment = {**os.environ, "NEWSROOM_DATA": folder, "DATABASE_URL": ""}
            command = [sys.executable, __file__, str(number), "--step"]
            subprocess.run([*command, "fill"], env=environment, check=True)
            done = subprocess.run([*command, "rebuild"], env=environment, check=True, capture_output=True, text=True)
            rows.append(json.loads(done.stdout))
    show("rebuild_memory", rows)


def memory_of_rebuild() -> dict[str, float]:
    """Rebuild everything; return the megabytes of this process before and at the peak."""
    import django  # noqa: PLC0415

    django.setup()
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
