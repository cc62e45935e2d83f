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
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NO_TESTS = 5


@dataclass(frozen=True, slots=True)
class Part:
    """One run of pytest: its arguments, and the script that finds what it needs (see ``find``)."""

    name: str
    arguments: tuple[str, ...]
    script: str = ""
    variable: str = ""


PARTS = (
    Part("sqlite", ("-n", "2", "-m", "not browser and not elasticsearch and not foreign")),
    Part("postgresql", ("-n", "2", "-m", "sql"), "postgresql.py", "DATABASE_URL"),
    Part("elasticsearch", ("-m", "elasticsearch"), "elasticsearch_server.py", "ELASTICSEARCH_TEST_URL"),
    Part("browser", ("-m", "browser"), "browser.py", "CHROMIUM"),
    Part("foreign", ("-m", "foreign")),
)


class UnavailableError(Exception):
    """A part can't run here; the text says what was tried and the remedy."""


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
    """Find or start what the part needs, run it, and end what was started."""
    print(f"\n== {part.name}", flush=True)
    started = time.monotonic()
    try:
        variables = {part.variable: find(part.script)} if part.script else {}
    except UnavailableError as error:
        print(error, file=sys.stderr)
        return part.name, False, f"can't run here: {error}"
    try:
        command = [sys.executable, "-m", "pytest", "-q", *part.arguments]
        done = subprocess.run(command, cwd=ROOT, env={**os.environ, **variables}, check=False)
    finally:
        if part.script:
            subprocess.run([sys.executable, f"tools/{part.script}", "stop"], cwd=ROOT, check=False)
    passed = done.returncode == 0
    what = "passed" if passed else "found no test" if done.returncode == NO_TESTS else "failed"
    return part.name, passed, f"{what} in {time.monotonic() - started:.0f} s"


def find(script: str) -> str:
    """Return what the script's ``start`` prints: an address or a path. Raises ``UnavailableError`` with its message."""
    done = subprocess.run(
        [sys.executable, f"tools/{script}", "start"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise UnavailableError(done.stderr.strip())
    return done.stdout.strip().splitlines()[-1]


if __name__ == "__main__":
    sys.exit(main())
