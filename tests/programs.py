"""Programs of the system that tests are about."""

from __future__ import annotations

import shutil

import pytest


def find_program(name: str) -> str:
    """Return the path of a program. A test fails where it isn't there."""
    return shutil.which(name) or pytest.fail(f"There is no {name} on PATH (Debian: apt install {name}).")
