"""How much work a function does, in lines of Python that it runs and in queries: the same on every machine."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext


def count_lines(function: Callable[[], object]) -> int:
    """Return how many lines of Python run while the function does."""
    total = 0

    def trace(_frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal total
        total += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        function()
    finally:
        sys.settrace(before)
    return total


def count_queries(function: Callable[[], object]) -> int:
    """Return how many queries a function asks of the database."""
    with CaptureQueriesContext(connection) as queries:
        function()
    return len(queries)
