"""What all tests of the search begin with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from chorsu_search.engines import reset_breakers


@pytest.fixture(autouse=True)
def _no_failures() -> Iterator[None]:
    """Let no engine count as failed by an earlier test."""
    reset_breakers()
    yield
    reset_breakers()
