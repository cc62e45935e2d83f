"""`make test`: every test, part by part, each against the real thing.

A part that can't run on this machine is named with the remedy and makes the command fail, unless it was left out:
``make test WITHOUT="elasticsearch browser"``.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import browser
import elasticsearch_server
import postgresql

ROOT = Path(__file__).resolve().parents[1]
NO_TESTS = 5


@dataclass(frozen=True, slots=True)
class Part:
    """One run of pytest: its arguments, and what has to be there first (returns variables to set)."""

    name: str
    arguments: tuple[str, ...]
    start: Callable[[], dict[str, str]] = dict
    stop: Callable[[], None] = lambda: None


PARTS = (
    Part("sqlite", ("-n", "2", "-m", "not browser and not elasticsearch and not foreign")),
    Part("postgresql", ("-m", "sql"), lambda: {"DATABASE_URL": postgresql.start()}, postgresql.stop),
    Part(
        "elasticsearch",
        ("-m", "elasticsearch"),
        lambda: {"ELASTICSEARCH_TEST_URL": elasticsearch_server.start()},
        elasticsearch_server.stop,
    ),
    Part("browser", ("-m", "browser"), lambda: {"CHROMIUM": browser.find()}),
    Part("foreign", ("-m", "foreign")),
)
UNAVAILABLE = (postgresql.UnavailableError, elasticsearch_server.UnavailableError, browser.UnavailableError)


def main() -> int:
    """Run the parts and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--without", default="", help="parts to leave out, separated by spaces")
    parser.add_argument("--only", default="", help="parts to run, separated by spaces")
    options = parser.parse_args()
    names = {part.name for part in PARTS}
    left_out, chosen = set(options.without.split()), set(options.only.split())
    if unknown := (left_out | chosen) - names:
        print(f"No such part: {', '.join(sorted(unknown))}. The parts: {', '.join(sorted(names))}.", file=sys.stderr)
        return 2
    results = [
        run(part) if part.name not in left_out and part.name in (chosen or names) else (part.name, None, "left out")
        for part in PARTS
    ]
    print("\n== Summary")
    for name, _, text in results:
        print(f"   {name:<16}{text}")
    return 0 if all(passed is not False for _, passed, _ in results) else 1


def run(part: Part) -> tuple[str, bool | None, str]:
    """Start what the part needs, run it, and end what was started."""
    print(f"\n== {part.name}", flush=True)
    started = time.monotonic()
    try:
        variables = part.start()
    except UNAVAILABLE as error:
        print(error, file=sys.stderr)
        return part.name, False, f"can't run here: {error}"
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", *part.arguments],
            cwd=ROOT,
            env={**os.environ, **variables},
            check=False,
        )
    finally:
        part.stop()
    passed = done.returncode == 0
    what = "passed" if passed else "found no test" if done.returncode == NO_TESTS else "failed"
    return part.name, passed, f"{what} in {time.monotonic() - started:.0f} s"


if __name__ == "__main__":
    sys.exit(main())
