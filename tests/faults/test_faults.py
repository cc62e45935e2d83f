"""`make faults`: nothing is lost, whatever server fails, and whoever is killed at the translation desk."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.faults
@pytest.mark.parametrize(
    ("command", "told"),
    [
        (["tests.faults", "--rounds", "20"], "lost updates: 0 in 20 rounds"),
        (["tests.faults.desk", "--every", "3"], "faults: 0 in "),
        (["tests.faults.services"], "lost: 0 of what was acknowledged"),
    ],
    ids=["search", "desk", "services"],
)
def test_nothing_is_lost(command, told):
    done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)
    sys.stdout.write(done.stdout + done.stderr[-5000:])
    assert done.returncode == 0
    assert told in done.stdout
