"""`make mutants`: puts one small defect after the other into a copy of the project, and looks whether a test fails.

``tests/mutants/<set>/<room>.toml`` holds the defects (``[[mutant]]``: name, promise, file, text, replacement, effect).
``text`` stands once in its file; one that doesn't any more is named, and the command fails for it.

A map of which test runs which line is made once for a state of the project. A defect meets the tests that run its
lines, then all others of these tests' files, then the whole command (`make test`, or `make test-all`).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
import tomllib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

import coverage
import pytest
from test import SIZES, Part

ROOT = Path(__file__).resolve().parents[1]
MUTANTS = ROOT / "tests" / "mutants"
CACHE = ROOT / ".cache" / "mutants"
PLUGINS = tuple(path.parent.name for path in sorted(ROOT.glob("*/chorsu_*/")))  # the folders that packages lie in
COPIES = 2  # one a core
SUITES = ("test", "test-all")
NAMED = re.compile(r"^(?:FAILED|ERROR) ([^\s\[]+(?:\[.*?\](?= - |$))?)", re.MULTILINE)  # parameters may hold blanks
type Tests = dict[str, dict[int, list[str]]]  # by file and line


@dataclass(frozen=True, slots=True)
class Mutant:
    """A defect: ``replacement`` for ``text`` in ``file``."""

    name: str
    promise: str
    file: str
    text: str
    replacement: str
    effect: str

    @property
    def applies(self) -> bool:
        """Tell whether the text stands exactly once in the file."""
        path = ROOT / self.file
        return path.exists() and path.read_text().count(self.text) == 1

    @property
    def lines(self) -> range:
        """Return the numbers of the lines that the defect changes, counted from 1."""
        text = (ROOT / self.file).read_text()
        start = text.index(self.text)
        first = text.count("\n", 0, start) + 1
        return range(first, first + self.text.count("\n") + 1)


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of a mutant: the tests that fail, of how many, and in which step."""

    mutant: Mutant
    failed: tuple[str, ...]
    step: str
    seconds: float


def main() -> int:
    """Run the mutants and return 1 where one survives or no longer applies."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--suite", choices=SUITES, default="test", help="whose tests have to find the defects")
    parser.add_argument("--set", default="", help="a folder of tests/mutants; all without it")
    parser.add_argument("--only", default="", help="mutants whose names, or names of files, hold this")
    parser.add_argument(
        "--soon", action="store_true", help="don't try the whole command on those that survive till then"
    )
    options = parser.parse_args()
    mutants = [mutant for mutant in read_mutants(options.set) if options.only in f"{mutant.file} {mutant.name}"]
    lost = [mutant for mutant in mutants if not mutant.applies]
    tests = map_of_tests(options.suite)
    copies: SimpleQueue[Path] = SimpleQueue()
    for number in range(COPIES):
        copies.put(make_copy(CACHE / f"copy{number}"))
    alone = threading.Lock()

    def meet(mutant: Mutant) -> Finding:
        copy = copies.get()
        try:
            finding = find(mutant, copy, tests, options, alone)
        finally:
            copies.put(copy)
        print(line_of(finding), flush=True)
        return finding

    with ThreadPoolExecutor(COPIES) as pool:
        findings = list(pool.map(meet, [mutant for mutant in mutants if mutant.applies]))
    survivors = [finding.mutant for finding in findings if not finding.failed]
    print(f"\n{len(findings) - len(survivors)} of {len(mutants)} found by the tests of {options.suite}")
    for title, several in (("survives", survivors), ("no longer applies", lost)):
        for mutant in several:
            print(f"  {title}: {mutant.name} ({mutant.file})\n    {mutant.promise}\n    {mutant.effect}")
    return 1 if survivors or lost else 0


def read_mutants(chosen: str) -> Iterator[Mutant]:
    """Yield the mutants of a set, or of all sets."""
    for path in sorted(MUTANTS.glob(f"{chosen or '*'}/*.toml")):
        for fields in tomllib.loads(path.read_text())["mutant"]:
            yield Mutant(**fields)


def find(mutant: Mutant, copy: Path, tests: Tests, options: argparse.Namespace, alone: threading.Lock) -> Finding:
    """Put the mutant into the copy, run ever more tests until one fails, and mend the copy."""
    started = time.monotonic()
    path = copy / mutant.file
    sound = path.read_text()
    path.write_text(sound.replace(mutant.text, mutant.replacement))
    try:
        for step, chosen in steps(mutant, tests):
            failed = run(copy, chosen, options.suite)
            # One that fails behind others alone says nothing of the mutant.
            if failed and run(copy, failed, options.suite):
                return Finding(mutant, failed, step, time.monotonic() - started)
        if options.soon:
            return Finding(mutant, (), "tests of its lines and their files", time.monotonic() - started)
        with alone:  # it has browsers and servers of its own, and their ports
            failed = run_suite(copy, options.suite)
        return Finding(mutant, failed, "the whole suite", time.monotonic() - started)
    finally:
        path.write_text(sound)


def steps(mutant: Mutant, tests: Tests) -> Iterator[tuple[str, list[str]]]:
    """Yield the tests that run the mutant's lines, then the files that these stand in."""
    lines = tests.get(mutant.file, {})
    nodes = {node for number in mutant.lines for node in lines.get(number, ())}
    if nodes:
        yield f"{len(nodes)} tests of its lines", sorted(nodes)
    # A line that runs on import belongs to no test: whatever runs another line of its file, or folder, may meet it.
    nodes = nodes or {node for several in lines.values() for node in several}
    files = {node.partition("::")[0] for node in nodes} or [f"tests/{mutant.file.partition('/')[0]}", "tests/search"]
    yield f"{len(files)} files of tests", sorted(files)


def run(copy: Path, chosen: Sequence[str], suite: str) -> tuple[str, ...]:
    """Run tests in a copy and return the first that failed, or nothing."""
    named = copy / ".cache" / "chosen.txt"
    named.parent.mkdir(exist_ok=True)
    named.write_text("\n".join(chosen))
    command = [sys.executable, "-m", "pytest", "-q", "--tb=no", "-x", *sqlite_part(suite).arguments, f"@{named}"]
    return failures(copy, command)


def run_suite(copy: Path, suite: str) -> tuple[str, ...]:
    """Run the whole command in a copy and return the tests that failed."""
    return failures(copy, [sys.executable, "tools/test.py", suite])


def failures(copy: Path, command: Sequence[str]) -> tuple[str, ...]:
    """Run a command in a copy; return the tests that failed, or all that it printed where it failed without a test.

    Raises ``RuntimeError`` where pytest doesn't know a test of the map.
    """
    done = subprocess.run(command, cwd=copy, env=environment(copy), capture_output=True, text=True, check=False)
    if done.returncode in {0, pytest.ExitCode.NO_TESTS_COLLECTED}:
        return ()
    if done.returncode == pytest.ExitCode.USAGE_ERROR:
        raise RuntimeError(done.stdout + done.stderr)
    return tuple(NAMED.findall(done.stdout)) or (done.stdout + done.stderr,)


def map_of_tests(suite: str) -> Tests:
    """Return which tests run which lines, measured once for a state of the project."""
    path = CACHE / f"map-{suite}-{state_of_project()}.json"
    if not path.exists():
        print("Measuring which test runs which lines …", flush=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        copy = make_copy(CACHE / "mapped")
        measure(copy, suite)
        path.write_text(json.dumps(read_map(copy)))
    return {
        file: {int(number): nodes for number, nodes in lines.items()}
        for file, lines in json.loads(path.read_text()).items()
    }


def sqlite_part(suite: str) -> Part:
    """Return the part of a command that runs on SQLite in one process."""
    return next(part for part in SIZES[suite] if part.name == "sqlite")


def measure(copy: Path, suite: str) -> None:
    """Run what a command runs on SQLite under coverage, with a context for each test."""
    settings = copy / ".cache" / "coverage.ini"
    settings.parent.mkdir(exist_ok=True)
    data = copy / ".cache" / "contexts"
    packages = ",".join(("cms", *(f"chorsu_{plugin}" for plugin in PLUGINS)))
    settings.write_text(
        f"[run]\nparallel = true\npatch = subprocess\ncore = ctrace\ndata_file = {data}\nsource_pkgs = {packages}\n"
    )
    command = [sys.executable, "-m", "coverage", "run", f"--rcfile={settings}", "-m", *sqlite_part(suite).command]
    subprocess.run([*command, "-p", "tests.mutants.contexts"], cwd=copy, env=environment(copy), check=True)


def read_map(copy: Path) -> dict[str, dict[int, list[str]]]:
    """Return the tests by file and line."""
    tests: Tests = {}
    for path in copy.glob(".cache/contexts.*"):
        data = coverage.CoverageData(str(path))
        data.read()
        for file in data.measured_files():
            if not Path(file).is_relative_to(copy):  # of a process that was started without these variables
                continue
            lines = tests.setdefault(str(Path(file).relative_to(copy)), {})
            for number, contexts in data.contexts_by_lineno(file).items():
                lines.setdefault(number, []).extend(filter(None, contexts))
    return tests


def make_copy(folder: Path) -> Path:
    """Copy what git knows or would add, and lend the copy what is installed."""
    shutil.rmtree(folder, ignore_errors=True)
    for name in project_files():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target)
    (folder / ".venv").symlink_to(ROOT / ".venv")
    # Tests ask git for the project's files, and the copy lies in a folder that ours ignores.
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
    return folder


def project_files() -> list[str]:
    """Return the names of the project's files, as git sees them."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return sorted(name for name in names if (ROOT / name).is_file())


def state_of_project() -> str:
    """Return a hash of all files but the mutants."""
    digest = hashlib.sha256()
    for name in project_files():
        if not name.startswith("tests/mutants/"):
            digest.update(name.encode() + b"\0" + (ROOT / name).read_bytes())
    return digest.hexdigest()[:16]


def environment(copy: Path) -> dict[str, str]:
    """Return variables by which Python takes the copy's packages in place of the installed ones."""
    places = (copy, *(copy / plugin for plugin in PLUGINS))
    data = str(copy / ".cache" / "data")
    return {**os.environ, "NEWSROOM_DATA": data, "PYTHONPATH": os.pathsep.join(map(str, places))}


def line_of(finding: Finding) -> str:
    """Return a line for people."""
    outcome = f"{len(finding.failed)} failed ({finding.failed[0]})" if finding.failed else "SURVIVES"
    return f"{outcome:<10} {finding.seconds:5.0f} s  {finding.mutant.name}: {finding.step}"


if __name__ == "__main__":
    sys.exit(main())
