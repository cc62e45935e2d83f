"""The tour in both forms: on the embedded defaults, and on PostgreSQL and Elasticsearch. `make slow` walks them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.tour


@pytest.mark.parametrize(("database", "search"), [("sqlite", "embedded"), ("postgresql", "elasticsearch")])
def test_everything_on_the_way_holds(database, search, capfd):
    command = [sys.executable, "-m", "tests.tour", "--database", database, "--search", search]
    if database == "sqlite":
        command.append("--migrated")
    with capfd.disabled():
        assert subprocess.run(command, cwd=ROOT, check=False).returncode == 0
