"""The number of the request, or of the worker's run, that is at work: it goes with log records and messages."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

HEADER = "X-Request-ID"
_number: ContextVar[str] = ContextVar("request_number", default="")


def request_number() -> str:
    """Return the number of what is done now, "" outside of a request and of the worker."""
    return _number.get()


@contextmanager
def numbered(number: str = "") -> Iterator[str]:
    """Let what the block, or each call of a decorated function, does and logs bear this number, else a new one."""
    token = _number.set(number or secrets.token_hex(8))
    try:
        yield _number.get()
    finally:
        _number.reset(token)
