"""How long the first reader after a publication waits, with and without the sweep that fills the page cache.

Usage: warming.py [--rounds 10] [--database postgres://…]

The demo's newsroom, served as docs/deploy.md says, on SQLite or in an empty PostgreSQL database. In each round an
article is published twice; the first time nobody makes pages, the second time the worker's sweep does (in this
process). Then a reader comes for the front page, the article and its section, each in a connection of their own. Times
are in milliseconds; the sweep's own is of the clock and of the processor, in seconds.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from http.client import HTTPConnection

from _common import read_options, show
from _served import ask, serving

KINDS = ("front page", "article", "section")


def main() -> int:
    """Serve, publish, read, and print a table and JSON."""
    options = read_options(__doc__, rounds=10, database="")
    waits: dict[str, dict[str, list[float]]] = {way: {kind: [] for kind in KINDS} for way in ("alone", "worker")}
    sweeps: list[tuple[int, float, float]] = []
    with tempfile.TemporaryDirectory() as folder, serving(folder, options.database, demo=True) as (port, path):
        from chorsu_articles.models import Publication  # noqa: PLC0415 - Django has to be set up first
        from cms.reader.page_cache import Warming  # noqa: PLC0415

        article = next(page for page in Publication.objects.filter(live=True) if page.relative_url(None) == path)
        addresses = dict(zip(KINDS, (f"/{path.split('/')[1]}/", path, path.rsplit("/", 2)[0] + "/"), strict=True))
        warmed = Warming()
        sum(iter(warmed.run, 0))
        for _round in range(options.rounds):
            for way, of_way in waits.items():
                article.specific.save_revision().publish()
                if way == "worker":
                    clock, processor = time.perf_counter(), time.process_time()
                    count = sum(iter(warmed.run, 0))
                    sweeps.append((count, time.perf_counter() - clock, time.process_time() - processor))
                for kind, address in addresses.items():
                    began = time.perf_counter()
                    status, _text = ask(HTTPConnection("127.0.0.1", port, timeout=60), "GET", address)
                    of_way[kind].append((time.perf_counter() - began) * 1000)
                    assert status == 200, (address, status)
    rows = [
        {"page": kind} | {f"{way}_ms": round(statistics.median(of_way[kind]), 1) for way, of_way in waits.items()}
        for kind in KINDS
    ]
    pages, clock, processor = (statistics.median(each) for each in zip(*sweeps, strict=True))
    show("warming", rows, pages=pages, seconds=round(clock, 1), processor=round(processor, 1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
