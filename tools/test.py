"""`make quick`, `test`, `test-all`, `slow`, `faults`, `coverage`: tests part by part, each against the real thing.

`make test` runs every promise once on what comes with the newsroom. What it can't have on a machine is named in the
last lines. In the other commands it makes them fail, with the remedy, unless it was left out:
``make test-all WITHOUT="elasticsearch browser"``.

Each part prints its slowest tests, and its time beside its budget: about a tenth more than it takes beside the others
on two idle cores. A part over its budget does not fail for it. Four processes run at a time, since browsers, servers
and installations keep theirs waiting; parts begin in the order of the list. The output of each grows in a file
under ``.cache/tests/`` and is printed whole at its end.

Tests marked ``thorough`` prove at another level, or with more rows, what others prove: `make test-all` runs them. `make
slow` runs what is marked ``slow``: all rows of long tables, and the sites of other versions.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shlex
import shutil
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from own_server import UnavailableError

ROOT = Path(__file__).resolve().parents[1]
COVERAGE = ROOT / ".cache" / "coverage"
LOGS = ROOT / ".cache" / "tests"
OUTCOMES = {0: "passed", 5: "found no test"}  # of pytest
PROCESSES = 4  # at a time
# What quick runs: a plug-in's own folder. The other folders act through whole pages of the site and the admin.
PLUGINS = ("archive", "articles", "delivery", "editorial", "feedback", "locales", "search", "story", "translation")
# Collecting all tests takes as long as a tenth of those that run again on PostgreSQL.
SQL = tuple(str(path) for path in sorted((ROOT / "tests").rglob("test_*.py")) if "pytest.mark.sql" in path.read_text())
HERE_ALONE = " and ".join(
    f"not {mark}" for mark in ("abuse", "browser", "elasticsearch", "faults", "foreign", "servers", "tour")
)
ON_SQLITE = f"{HERE_ALONE} and not slow"
PROMISES = f"{ON_SQLITE} and not thorough and not program"


@dataclass(frozen=True, slots=True)
class Need:
    """The script under tools/ whose ``start`` finds what a part needs, and the variable that names it to the tests."""

    script: str
    variable: str


@dataclass(frozen=True, slots=True)
class Part:
    """One run of a module, mostly pytest: its arguments, its budget, what it needs."""

    name: str
    arguments: tuple[str, ...]
    budget_seconds: int
    needs: tuple[Need, ...] = ()
    processes: int = 1
    module: str = "pytest"

    @property
    def command(self) -> tuple[str, ...]:
        """Return what is given to Python after ``-m``."""
        if self.module != "pytest":
            return (self.module, *self.arguments)
        # Tests of a module share what takes long to make, and run in one process.
        workers = ("-n", str(self.processes), "--dist=loadfile") if self.processes > 1 else ()
        return (self.module, "-q", "--durations=10", *workers, *self.arguments)


@dataclass(frozen=True, slots=True)
class Result:
    """How a part ended; ``passed`` is None for one that can't run on this machine."""

    name: str
    passed: bool | None
    text: str


CHROMIUM = Need("browser.py", "CHROMIUM")
CHECKERS = Need("page_checkers.py", "PAGE_CHECKERS")
POSTGRESQL = Need("postgresql.py", "DATABASE_URL")
SERVER = Need("elasticsearch_server.py", "ELASTICSEARCH_TEST_URL")
SQLITE = Part("sqlite", ("-m", ON_SQLITE), 1200, processes=2)
ELASTICSEARCH = Part("elasticsearch", ("-m", "elasticsearch", "tests/search"), 230, (SERVER,))
TEST = (
    Part("sqlite", ("-m", PROMISES), 330, processes=2),
    Part("journeys", ("-m", "journey and not conformance", "tests/browser"), 150, (CHROMIUM,)),
    Part("conformance", ("-m", "journey and conformance", "tests/browser"), 90, (CHROMIUM, CHECKERS)),
)
ALL = (
    SQLITE,
    Part("browser", ("-m", "browser and not conformance and not slow", "tests/browser"), 700, (CHROMIUM,)),
    Part("foreign", ("-m", "foreign and not slow", "tests/foreign"), 600),
    Part("abuse", ("-m", "abuse and not slow", "tests/abuse"), 300),
    # One process: each migrates a database of its own, which takes as long as a quarter of these tests.
    Part("postgresql", ("-m", "sql and not slow", *SQL), 480, (POSTGRESQL,)),
    ELASTICSEARCH,
    Part("servers", ("-m", "servers", "tests/servers"), 60),
    Part("conformance", ("-m", "conformance and not slow", "tests/browser"), 110, (CHROMIUM, CHECKERS)),
)
SEED = random.SystemRandom().randrange(10**6)
FAULTS = Part("faults", ("-m", "faults", "tests/faults"), 1800, processes=PROCESSES)
SIZES = {
    "test": TEST,
    "test-all": ALL,
    "slow": (
        Part("matrix", ("-m", "foreign and slow", "tests/foreign"), 800),
        Part("everything", ("-m", f"{HERE_ALONE} and slow"), 300, processes=2),
        Part("attempts", ("-m", "abuse and slow", "tests/abuse"), 450),
        Part("tour", ("-m", "tour", "tests/tour"), 600, (CHROMIUM,)),
        Part("renderings", ("-m", "conformance and slow", "tests/browser"), 600, (CHROMIUM, CHECKERS)),
        Part("seeds", ("-m", "hypothesis", "--hypothesis-profile=seeds"), 900),
        Part("order", ("-m", ON_SQLITE, f"--shuffle={SEED}"), 1200, processes=2),
        # These measure how soon the newsroom is well again, and run alone.
        FAULTS,
        Part("drill", (), 600, processes=PROCESSES, module="tests.drill"),
        Part("scale", (), 600, processes=PROCESSES, module="tests.scale"),
    ),
    "faults": (FAULTS,),
    "coverage": (SQLITE, ELASTICSEARCH),
}


FINDING = threading.Lock()  # two parts may need the same to be installed


def main() -> int:
    """Run the parts and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("size", choices=("quick", *SIZES))
    parser.add_argument("--without", default="", help="parts to leave out, separated by spaces")
    parser.add_argument("--only", default="", help="parts to run, separated by spaces; of quick: plug-ins")
    options = parser.parse_args()
    names = PLUGINS if options.size == "quick" else tuple(part.name for part in SIZES[options.size])
    left_out, wanted = set(options.without.split()), set(options.only.split())
    if unknown := (left_out | wanted) - set(names):
        print(f"No such part: {', '.join(sorted(unknown))}. The parts: {', '.join(sorted(names))}.", file=sys.stderr)
        return 2
    chosen = [name for name in names if name in (wanted or names) and name not in left_out]
    started = time.monotonic()
    if options.size == "quick":
        results = run_all([quick(chosen)])
    else:
        parts = [part for part in SIZES[options.size] if part.name in chosen]
        results = run_measured(parts) if options.size == "coverage" else run_all(parts)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = children.ru_utime + children.ru_stime
    print(f"\n== Summary: {time.monotonic() - started:.0f} s, {processor:.0f} s of processor")
    for result in results:
        print(f"   {result.name:<16}{result.text}")
    for name in sorted(left_out):
        print(f"   {name:<16}left out")
    lenient = options.size == "test"
    return 0 if all(result.passed or (lenient and result.passed is None) for result in results) else 1


def quick(plugins: list[str]) -> Part:
    """Return the plug-ins' own tests as a part."""
    return Part("quick", ("-m", PROMISES, *(f"tests/{name}" for name in plugins)), 10 * len(plugins), processes=2)


def run_measured(parts: list[Part]) -> list[Result]:
    """Run parts under coverage, and report it."""
    shutil.rmtree(COVERAGE, ignore_errors=True)
    COVERAGE.mkdir(parents=True)
    results = run_all(parts, ("-m", "coverage", "run"))
    report_coverage()
    return results


def run_all(parts: list[Part], runner: tuple[str, ...] = ()) -> list[Result]:
    """Run parts in their order, as many at a time as ``PROCESSES`` allows, and print what each printed."""
    LOGS.mkdir(parents=True, exist_ok=True)
    free, output = threading.Semaphore(PROCESSES), threading.Lock()

    def run_one(part: Part) -> Result:
        log = LOGS / f"{part.name}.log"
        try:
            result = run(part, runner, log)
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


def run(part: Part, runner: tuple[str, ...], log: Path) -> Result:
    """Find or start what the part needs, run it, and end what was started; everything it prints goes to ``log``."""
    started = time.monotonic()
    with log.open("w") as file:
        print(shlex.join(part.command), file=file, flush=True)
        try:
            with FINDING:
                variables = {need.variable: find(need.script) for need in part.needs}
            # Databases and uploaded files of parts that run side by side are apart.
            environment = {**os.environ, **variables, "NEWSROOM_DATA": str(LOGS / part.name)}
            # Some hundred processes load the same code, and pytest rewrites the tests' own: once is enough.
            environment.pop("PYTHONDONTWRITEBYTECODE", None)
            command = [sys.executable, *runner, "-m", *part.command]
            done = subprocess.run(command, cwd=ROOT, env=environment, stdout=file, stderr=file, check=False)
        except UnavailableError as error:
            print(error, file=file)
            return Result(part.name, passed=None, text=f"can't run here: {error}")
        finally:
            for need in part.needs:
                stop = [sys.executable, f"tools/{need.script}", "stop"]
                subprocess.run(stop, cwd=ROOT, stdout=file, stderr=file, check=False)
    passed = done.returncode == 0
    what = OUTCOMES.get(done.returncode, "failed")
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
