"""`make quick`, `test`, `slow`, `faults`, `coverage`: tests part by part, each against the real thing.

A part that can't run on this machine is named with the remedy and makes the command fail, unless it was left out:
``make test WITHOUT="elasticsearch browser"``. Each part prints its slowest tests, and its time beside its budget:
about a tenth more than it takes beside the others on two idle cores. A part over its budget doesn't fail for it.

Four processes run at a time on two cores, since browsers, servers and installations keep theirs waiting; parts begin in
the order of the list. The output of each grows in a file under ``.cache/tests/`` and is printed whole at its end.

`make slow` runs what is marked ``slow``: all rows of tables of which `make test` tries some, attempts that ordinary
tests make too, and the sites of other versions.
"""

from __future__ import annotations

import argparse
import os
import random
import shlex
import shutil
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COVERAGE = ROOT / ".cache" / "coverage"
LOGS = ROOT / ".cache" / "tests"
NO_TESTS = 5
PROCESSES = 4  # at a time
# What quick runs: a plug-in's own folder. The other folders act through whole pages of the site and the admin.
PLUGINS = ("archive", "articles", "delivery", "editorial", "feedback", "locales", "search", "story", "translation")
# Collecting all tests takes as long as a tenth of those that run again on PostgreSQL.
SQL = tuple(str(path) for path in sorted((ROOT / "tests").rglob("test_*.py")) if "pytest.mark.sql" in path.read_text())
HERE_ALONE = " and ".join(
    f"not {mark}" for mark in ("abuse", "browser", "elasticsearch", "faults", "foreign", "servers", "tour")
)
QUICKLY = f"{HERE_ALONE} and not slow"


@dataclass(frozen=True, slots=True)
class Part:
    """One run of pytest: its arguments, its budget, and the script that finds what it needs (see ``find``)."""

    name: str
    arguments: tuple[str, ...]
    budget_seconds: int
    script: str = ""
    variable: str = ""
    processes: int = 1

    @property
    def command(self) -> tuple[str, ...]:
        """Return what is given to Python after pytest's name."""
        # Tests of a module share what takes long to make, and run in one process.
        workers = ("-n", str(self.processes), "--dist=loadfile") if self.processes > 1 else ()
        return (*workers, *self.arguments)


@dataclass(frozen=True, slots=True)
class Result:
    """How a part ended; ``passed`` is None for one that was left out."""

    name: str
    passed: bool | None
    text: str


SQLITE = Part("sqlite", ("-m", QUICKLY), 950, processes=2)
ELASTICSEARCH = Part(
    "elasticsearch",
    ("-m", "elasticsearch", "tests/search"),
    230,
    "elasticsearch_server.py",
    "ELASTICSEARCH_TEST_URL",
)
CHROMIUM = ("browser.py", "CHROMIUM")
CHECKERS = ("page_checkers.py", "PAGE_CHECKERS")
TEST = (
    SQLITE,
    Part("browser", ("-m", "browser and not conformance and not slow", "tests/browser"), 600, *CHROMIUM),
    Part("foreign", ("-m", "foreign and not slow", "tests/foreign"), 600),
    Part("abuse", ("-m", "abuse and not slow", "tests/abuse"), 300),
    # One process: each migrates a database of its own, which takes as long as a quarter of these tests.
    Part("postgresql", ("-m", "sql and not slow", *SQL), 480, "postgresql.py", "DATABASE_URL"),
    ELASTICSEARCH,
    Part("servers", ("-m", "servers", "tests/servers"), 60),
    Part("conformance", ("-m", "conformance and not slow", "tests/browser"), 90, *CHECKERS),
)
SEED = random.SystemRandom().randrange(10**6)
SIZES = {
    "quick": (Part("quick", ("-m", QUICKLY, *(f"tests/{name}" for name in PLUGINS)), 90, processes=2),),
    "test": TEST,
    "slow": (
        Part("matrix", ("-m", "foreign and slow", "tests/foreign"), 800),
        Part("everything", ("-m", f"{HERE_ALONE} and slow"), 300, processes=2),
        Part("attempts", ("-m", "abuse and slow", "tests/abuse"), 450),
        Part("tour", ("-m", "tour", "tests/tour"), 600, *CHROMIUM),
        Part("browser", ("-m", "browser and slow and not conformance", "tests/browser"), 300, *CHROMIUM),
        Part("renderings", ("-m", "conformance and slow", "tests/browser"), 600, *CHECKERS),
        Part("seeds", ("-m", "hypothesis", "--hypothesis-profile=seeds"), 900),
        Part("order", ("-m", QUICKLY, f"--shuffle={SEED}"), 730, processes=2),
    ),
    "faults": (Part("faults", ("-m", "faults", "tests/faults"), 1800),),
    "coverage": (SQLITE, ELASTICSEARCH),
}


class UnavailableError(Exception):
    """A part can't run here; the text says what was tried and the remedy."""


def main() -> int:
    """Run the parts and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("size", choices=SIZES)
    parser.add_argument("--without", default="", help="parts to leave out, separated by spaces")
    parser.add_argument("--only", default="", help="parts to run, separated by spaces")
    options = parser.parse_args()
    parts = SIZES[options.size]
    names = {part.name for part in parts}
    left_out, chosen = set(options.without.split()), set(options.only.split())
    if unknown := (left_out | chosen) - names:
        print(f"No such part: {', '.join(sorted(unknown))}. The parts: {', '.join(sorted(names))}.", file=sys.stderr)
        return 2
    pytest = ("-m", "pytest")
    if options.size == "coverage":
        pytest = ("-m", "coverage", "run", *pytest)
        shutil.rmtree(COVERAGE, ignore_errors=True)
        COVERAGE.mkdir(parents=True)
    started = time.monotonic()
    results = run_all([part for part in parts if part.name in (chosen or names) - left_out], pytest)
    if options.size == "coverage":
        report_coverage()
    print(f"\n== Summary: {time.monotonic() - started:.0f} s")
    texts = {result.name: result.text for result in results}
    for part in parts:
        print(f"   {part.name:<16}{texts.get(part.name, 'left out')}")
    return 0 if all(result.passed for result in results) else 1


def run_all(parts: list[Part], pytest: tuple[str, ...]) -> list[Result]:
    """Run parts in their order, as many at a time as ``PROCESSES`` allows, and print what each printed."""
    LOGS.mkdir(parents=True, exist_ok=True)
    free, output = threading.Semaphore(PROCESSES), threading.Lock()

    def run_one(part: Part) -> Result:
        log = LOGS / f"{part.name}.log"
        try:
            result = run(part, pytest, log)
            with output:
                print(f"\n== {part.name}: {result.text}\n{log.read_text(errors='replace')}", flush=True)
            return result
        finally:
            free.release(part.processes)

    with ThreadPoolExecutor(PROCESSES) as pool:
        running = []
        for part in parts:
            for _ in range(part.processes):
                free.acquire()
            with output:
                print(f"   {part.name} begins: .cache/tests/{part.name}.log", flush=True)
            running.append(pool.submit(run_one, part))
        return [future.result() for future in running]


def run(part: Part, pytest: tuple[str, ...], log: Path) -> Result:
    """Find or start what the part needs, run it, and end what was started; everything it prints goes to ``log``."""
    started = time.monotonic()
    with log.open("w") as file:
        print(f"pytest {shlex.join(part.command)}", file=file, flush=True)
        try:
            variables = {part.variable: find(part.script)} if part.script else {}
        except UnavailableError as error:
            print(error, file=file)
            return Result(part.name, passed=False, text=f"can't run here: {error}")
        # Databases and uploaded files of parts that run side by side are apart.
        variables["NEWSROOM_DATA"] = str(LOGS / part.name)
        try:
            command = [sys.executable, *pytest, "-q", "--durations=10", *part.command]
            environment = {**os.environ, **variables}
            # Some hundred processes load the same code, and pytest rewrites the tests' own: once is enough.
            environment.pop("PYTHONDONTWRITEBYTECODE", None)
            done = subprocess.run(command, cwd=ROOT, env=environment, stdout=file, stderr=file, check=False)
        finally:
            if part.script:
                stop = [sys.executable, f"tools/{part.script}", "stop"]
                subprocess.run(stop, cwd=ROOT, stdout=file, stderr=file, check=False)
    passed = done.returncode == 0
    what = "passed" if passed else "found no test" if done.returncode == NO_TESTS else "failed"
    time_taken = f"{time.monotonic() - started:.0f} s (budget: {part.budget_seconds} s)"
    return Result(part.name, passed, f"{what} in {time_taken}")


def report_coverage() -> None:
    """Print the files that the tests cover least, and the total of lines and branches."""
    coverage = [sys.executable, "-m", "coverage"]
    subprocess.run([*coverage, "combine", "--quiet"], cwd=ROOT, check=True)
    command = [*coverage, "report", "--sort=cover", "--skip-covered", "--skip-empty"]
    lines = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    head, total = lines[:2], next(line for line in lines if line.startswith("TOTAL"))
    print("\n== Coverage: the lowest files, and all", *head, *lines[2:22], total, sep="\n", flush=True)


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
