"""What all tests of the search begin with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from chorsu_search.engines import reset_breakers
from chorsu_search.engines.base import EngineError
from tests.search.stubborn import TWO_ENGINES, StubbornEngine


@pytest.fixture(autouse=True)
def _no_failures() -> Iterator[None]:
    """Let no engine count as failed by an earlier test."""
    reset_breakers()
    yield
    reset_breakers()


@pytest.fixture(autouse=True)
def _empty_engine():
    StubbornEngine.documents, StubbornEngine.claim = {}, 0
    StubbornEngine.failure, StubbornEngine.refused, StubbornEngine.refusal = None, set(), EngineError


@pytest.fixture
def two_engines(settings):
    settings.CHORSU_SEARCH = TWO_ENGINES
