"""`make faults`: nothing is lost, whatever server fails, and whoever is killed at the translation desk."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.faults
def test_nothing_is_lost_in_twenty_rounds() -> None:
    command = [sys.executable, "-m", "tests.faults", "--rounds", "20"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    sys.stdout.write(done.stdout + done.stderr[-5000:])
    assert done.returncode == 0
    assert "lost updates: 0 in 20 rounds" in done.stdout


@pytest.mark.faults
def test_no_act_at_the_desk_is_left_half_done() -> None:
    command = [sys.executable, "-m", "tests.faults.desk", "--every", "3"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    sys.stdout.write(done.stdout + done.stderr[-5000:])
    assert done.returncode == 0
    assert "faults: 0 in " in done.stdout


@pytest.mark.faults
def test_no_server_that_fails_keeps_the_newsroom_for_long() -> None:
    command = [sys.executable, "-m", "tests.faults.services"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    sys.stdout.write(done.stdout + done.stderr[-5000:])
    assert done.returncode == 0
    assert "lost: 0 of what was acknowledged" in done.stdout
