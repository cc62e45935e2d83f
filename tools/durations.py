"""`make durations`: seconds of processor of each test, what it is set up by apart; by folder, and the longest.

The tests are those of `make test-all` on SQLite, each module in one process of two. Processes that a test starts and
waits for are in its seconds. This file is pytest's plug-in, too, that measures them.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Generator
from pathlib import Path
from time import process_time

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROWS = ROOT / ".cache" / "durations"
LONGEST = 40
type Row = tuple[str, str, float]  # the test, the phase, seconds

_rows: list[Row] = []


def main() -> int:
    """Run the tests and print the table."""
    from test import SQLITE  # noqa: PLC0415 - pytest, which loads this file, has no such module

    shutil.rmtree(ROWS, ignore_errors=True)
    ROWS.mkdir(parents=True)
    command = [sys.executable, "-m", *SQLITE.command, "-p", "tools.durations"]
    done = subprocess.run(command, cwd=ROOT, check=False)
    rows: list[Row] = []
    for path in ROWS.iterdir():
        rows.extend(json.loads(path.read_text()))
    print_table(rows)
    return done.returncode


def print_table(rows: list[Row]) -> None:
    """Print seconds by folder, then the tests that take longest."""
    seconds: dict[str, Counter[str]] = {}
    tests: Counter[str] = Counter()
    for test, phase, taken in rows:
        folder = "/".join(test.split("/")[:2])
        seconds.setdefault(folder, Counter())[phase] += taken
        tests[test] += taken
    print(f"{'folder':<24}{'set-up':>8}{'tests':>8}")
    for folder, phases in sorted(seconds.items(), key=lambda item: -item[1].total()):
        print(f"{folder:<24}{phases['setup']:>8.1f}{phases.total() - phases['setup']:>8.1f}")
    print(f"{'all':<24}{tests.total():>16.1f}")
    for test, taken in tests.most_common(LONGEST):
        print(f"{taken:>8.1f}  {test}")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, object, object]:
    """Measure what a test is set up by."""
    return (yield from _measured(item, "setup"))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Measure the test."""
    return (yield from _measured(item, "call"))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, object, object]:
    """Measure what is done behind it."""
    return (yield from _measured(item, "teardown"))


def pytest_sessionfinish() -> None:
    """Write down what this process measured."""
    if _rows:
        (ROWS / f"{os.getpid()}.json").write_text(json.dumps(_rows))


def _measured(item: pytest.Item, phase: str) -> Generator[None, object, object]:
    before = _seconds()
    result = yield
    _rows.append((item.nodeid, phase, _seconds() - before))
    return result


def _seconds() -> float:
    waited_for = os.times()
    return process_time() + waited_for.children_user + waited_for.children_system


if __name__ == "__main__":
    sys.exit(main())
