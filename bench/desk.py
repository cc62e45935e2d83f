"""Queries and time of the translators' desk with many articles in seven languages.

Usage: desk.py [--articles 10000] [--rounds 20]

It is measured with a tenth of the articles first, then with all of them: what the opening view takes longer is told.
The database is SQLite in a temporary folder, or the test database of the PostgreSQL server that DATABASE_URL names.
Times are those of whole answers, in milliseconds, after three to warm up: those of the processor, in this process and
in the one that PostgreSQL has for it, so that nothing else on the machine counts. A PostgreSQL server on another
machine is timed by the clock. Queries are those of the view itself, apart from what the admin asks on every page. It
fails where a view asks too often, the opening view grows too much, or a filter by state takes too long.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from _desk_rows import fill  # noqa: E402
from _newsroom import LANGUAGES, newsroom  # noqa: E402

WARM_UP = 3
QUERIES = 15
GROWTH = 0.2
P95 = {"sqlite": 400, "postgresql": 300}
OTHERS = {
    "opening": "",
    "Russian → Tajik, to do": "source=ru&language=tg",
    "into Tajik, by due date": "language=tg&order=due&state=",
    "into Tajik, by words": "language=tg&order=words&state=",
    "by due date": "order=due",
    "by words": "order=words",
    "by publication": "order=published",
    "my work": "mine=on",
    "overdue": "overdue=on",
    "words of a headline": "q=ледник",
    "page 100": "p=100",
}
BOARD = {
    "opening": "",
    "a language": "language=tg",
    "live": "state=live",
    "draft": "state=draft",
    "overdue": "overdue=on",
    "mine": "mine=on",
    "by due date": "order=due",
    "by last change": "order=changed",
    "words of a headline": "q=ледник",
}


def main() -> int:
    """Fill the desk twice, measure it, and print a table and JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=20, help="requests that are counted, per view")
    options = parser.parse_args()
    codes = LANGUAGES.split(",")
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(NEWSROOM_DATA=folder, DJANGO_SETTINGS_MODULE="cms.settings.test")
        with newsroom(codes, articles=1):
            from django.db import connection  # noqa: PLC0415 - Django is set up by now

            from chorsu_translation.selectors import State  # noqa: PLC0415

            vendor = connection.vendor
            few = options.articles // 10
            people = people_of_desk()
            fill(few, 10, codes, people)
            _analyse_tables(connection)
            before = measure(people[0], {"opening": ""}, options.rounds)["opening"]
            began = time.perf_counter()
            fill(options.articles - few, 10 + few, codes, people)
            filled = time.perf_counter() - began
            _analyse_tables(connection)
            rows = measure(people[0], views(), options.rounds)
    growth = rows["opening"]["median_ms"] / before["median_ms"] - 1
    print(f"{options.articles} articles in {LANGUAGES}, {vendor}; filled in {filled:.0f} s\n")
    print(f"{'view':<34}{'queries':>8}{'median ms':>11}{'p95 ms':>9}")
    for name, row in rows.items():
        print(f"{name:<34}{row['queries']:>8}{row['median_ms']:>11.1f}{row['p95_ms']:>9.1f}")
    print(f"\nopening view with {few} articles: {before['median_ms']:.1f} ms; with {options.articles} {growth:+.0%}")
    faults = [f"{name}: {row['queries']} queries" for name, row in rows.items() if row["queries"] > QUERIES]
    limited = {name: row for name, row in rows.items() if name.rpartition(": ")[2] in State.values}
    faults += [f"{name}: {row['p95_ms']} ms" for name, row in limited.items() if row["p95_ms"] > P95[vendor]]
    faults += [f"growth of the opening view: {growth:.0%}"] if growth > GROWTH else []
    for fault in faults:
        print(f"over the limit: {fault}", file=sys.stderr)
    facts = {"subject": "desk", "articles": options.articles, "database": vendor, "growth": round(growth, 3)}
    print(json.dumps(facts | {"rows": rows}))
    return 1 if faults else 0


def views() -> dict[str, str]:
    """Return the addresses that are measured, by name."""
    from chorsu_translation.selectors import State  # noqa: PLC0415

    states = ["todo", *State.values]
    into = {f"into Tajik: {state}": f"language=tg&state={state}" for state in states}
    board = {f"all texts, {name}": f"texts/?{query}" for name, query in BOARD.items()}
    return OTHERS | board | {f"any language: {state}": f"state={state}" for state in states} | into


def measure(user: Any, asked: dict[str, str], rounds: int) -> dict[str, dict[str, Any]]:
    """Return queries, median and 95th percentile of each view."""
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.urls import reverse  # noqa: PLC0415

    now = clock(connection)
    client = Client()
    client.force_login(user)
    rows = {}
    for name, query in asked.items():
        address = reverse("chorsu_translation:desk") + (query if query.startswith("texts/") else f"?{query}")
        times = []
        for _round in range(WARM_UP + rounds):
            began = now()
            response = client.get(address)
            times.append((now() - began) * 1000)
            if response.status_code != 200:
                raise SystemExit(f"{address}: {response.status_code}")
        counted = times[WARM_UP:]
        rows[name] = {
            "queries": _queries(user, address),
            "median_ms": round(statistics.median(counted), 1),
            "p95_ms": round(statistics.quantiles(counted, n=20)[-1], 1),
        }
    return rows


def clock(connection: Any) -> Callable[[], float]:
    """Return a clock in seconds of the processor: of this process and, where it can be read, of PostgreSQL's."""
    if connection.vendor == "sqlite":
        return time.process_time
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        server = Path(f"/proc/{cursor.fetchone()[0]}")
        if not server.exists() or "postgres" not in (server / "comm").read_text():
            return time.perf_counter
        # What helpers of this process do for it would be left out.
        cursor.execute("SET max_parallel_workers_per_gather = 0")
    return lambda: time.process_time() + int((server / "schedstat").read_text().split()[0]) / 1e9


def _queries(user: Any, address: str) -> int:
    from django.db import connection  # noqa: PLC0415
    from django.test import RequestFactory  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    from chorsu_translation.desk.views import BoardView, DeskView  # noqa: PLC0415

    request = RequestFactory().get(address)
    request.user, request.session = user, {}  # type: ignore[assignment]
    with CaptureQueriesContext(connection) as queries:
        (BoardView if "/texts/" in address else DeskView).as_view()(request)
    return len(queries)


def people_of_desk() -> list[Any]:
    from django.contrib.auth.models import Group  # noqa: PLC0415

    from cms.models import User  # noqa: PLC0415

    people = []
    for number, group in enumerate(("Chief editors", "Editors (tg)", "Translators (tg)", "Translators (en)")):
        user = User.objects.create_user(f"member{number}", f"member{number}@newsroom.example", "a-long-password")
        user.groups.add(Group.objects.get(name=group))
        people.append(user)
    return people


def _analyse_tables(connection: Any) -> None:
    """Give the planner statistics, as a database in use has them, and freeze the garbage collector as deploy/ does."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    sys.exit(main())
