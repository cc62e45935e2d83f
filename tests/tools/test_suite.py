"""`make test`: parts run side by side, each prints its output whole, and one that fails makes the command fail."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.tools.scripts import load_script

# Each waits until the other runs too.
MODULE = """
import os, pathlib, time

def test_it():
    assert "PYTHONDONTWRITEBYTECODE" not in os.environ, "each process compiles all code anew"
    folder = pathlib.Path({folder!r})
    (folder / {name!r}).touch()
    end = time.monotonic() + 60
    while not (folder / {other!r}).exists():
        assert time.monotonic() < end, "alone"
        time.sleep(0.05)
    assert {passes}, "{name} is broken"
"""


@pytest.fixture
def suite(monkeypatch, tmp_path) -> ModuleType:
    module = load_script(monkeypatch, "test")
    monkeypatch.setattr(module, "LOGS", tmp_path / "logs")
    return module


def write_part(suite: ModuleType, folder: Path, name: str, other: str, *, passes: bool) -> object:
    path = folder / f"test_{name}.py"
    path.write_text(MODULE.format(folder=str(folder), name=name, other=other, passes=passes))
    # Nothing of the project is loaded: how parts run doesn't depend on what they test.
    alone = ("--rootdir", str(folder), "-c", os.devnull, "-p", "no:cacheprovider", "-p", "no:django")
    return suite.Part(name, (*alone, str(path)), budget_seconds=7)


def test_two_parts_run_at_once_and_one_of_them_fails(suite, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    good = write_part(suite, tmp_path, "good", "bad", passes=True)
    bad = write_part(suite, tmp_path, "bad", "good", passes=False)
    both = suite.Part("both", ("--version",), budget_seconds=7, processes=2)
    monkeypatch.setitem(suite.SIZES, "test", (good, bad, both))
    monkeypatch.setattr(sys, "argv", ["test.py", "test", "--without", "both"])
    assert suite.main() == 1
    output = capsys.readouterr().out
    parts = {part.split(":")[0]: part for part in output.split("\n== ")}
    assert "1 passed" in parts["good"]
    assert "slowest 10 durations" in parts["good"]
    assert "AssertionError: bad is broken" in parts["bad"]
    summary = [line.split() for line in parts["Summary"].splitlines()[1:]]
    assert [(line[0], line[1]) for line in summary] == [("good", "passed"), ("bad", "failed"), ("both", "left")]
    assert parts["Summary"].count("(budget: 7 s)") == 2


def test_no_test_stands_outside_of_the_folder_that_its_part_collects(suite):
    parts = [part for size in ("test", "test-all", "slow", "faults") for part in suite.SIZES[size]]
    narrow = [part.arguments for part in parts if part.arguments and part.arguments[-1].startswith("tests/")]
    folders = {words.split()[0]: suite.ROOT / folder for _m, words, folder in narrow}
    assert {"foreign", "browser", "elasticsearch", "abuse", "faults"} <= folders.keys()
    texts = {path: path.read_text() for path in (suite.ROOT / "tests").rglob("*.py")}
    for mark, folder in folders.items():
        marked = [path for path, text in texts.items() if f"pytest.mark.{mark}" in text]
        assert marked, mark
        assert [path for path in marked if not path.is_relative_to(folder)] == []
