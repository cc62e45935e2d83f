"""How much work a function does, in lines of Python that it runs: the same on every machine."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any


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
