"""Kill whoever works at the translation desk in the middle, and look what is left: ``python -m tests.faults.desk``.

Each act runs in a process of its own, which kills itself before the first statement that writes, then before the
second, and so on until the act comes to its end. After each kill either everything is as it was, or the act is done and
what follows from it (messages, posts, search, counts) comes by the worker's sweeps. On SQLite in a temporary folder, or
on a PostgreSQL server with ``--database``.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from itertools import count
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))


def main() -> int:
    """Try every act, and return 0 where nothing was left half done or got lost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", help="address of a PostgreSQL server; without it, SQLite")
    parser.add_argument("--act", default="", help="try only the acts with this in their names")
    parser.add_argument("--every", type=int, default=1, help="kill before every so-manieth statement only")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(NEWSROOM_DATA=folder, DJANGO_SETTINGS_MODULE="cms.settings.test")
        os.environ["DATABASE_URL"] = options.database or ""
        return run(options.act, options.every)


def run(only: str, every: int) -> int:
    """Make a newsroom in a new database, and try the acts in it."""
    import django  # noqa: PLC0415 - the environment has to be set first
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    django.setup()
    if connection.vendor == "sqlite":
        call_command("migrate", verbosity=0, interactive=False)
    else:
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    call_command("createcachetable", verbosity=0)
    from tests.faults import desk_people  # noqa: PLC0415

    faults = kills = 0
    with desk_people.newsroom() as acts:
        for act in acts:
            if only in act.name:
                began = time.monotonic()
                tried, found = attempt(act, every)
                kills, faults = kills + tried, faults + len(found)
                print(f"{act.name:<28}{tried:>4} kills {time.monotonic() - began:>6.1f} s  {found or 'ok'}", flush=True)
    print(f"faults: {faults} in {kills} kills")
    return 1 if faults or not kills else 0


def attempt(act: Any, every: int) -> tuple[int, list[str]]:
    """Kill one act before each of its statements; return how often, and what was wrong."""
    from tests.faults import killing  # noqa: PLC0415

    found: list[str] = []
    scene = act.prepare()
    before = killing.record()
    for tried in count():
        number = 1 + tried * every
        killed = killing.killed_before(number, lambda: act.work(scene))  # noqa: B023 - called at once
        if not act.is_done(scene):
            if not killed:
                return tried, [*found, f"{number}: it came to its end and isn't done"]
            if act.at_once and (changed := killing.differing(before)):
                found.append(f"{number}: half done: {changed}")
            continue
        killing.sweep()
        found += [f"{number}: {fault}" for fault in [*act.lost(scene), *killing.lost()]]
        if not killed:
            return tried, found
        scene = act.prepare()
        before = killing.record()
    raise AssertionError


if __name__ == "__main__":
    sys.exit(main())
