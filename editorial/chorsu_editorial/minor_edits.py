"""Minor edits: published changes, such as a mended slip, for which no translation has to be looked at again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_is_minor: ContextVar[bool] = ContextVar("chorsu_editorial_minor_edit", default=False)


@contextmanager
def minor_edit() -> Iterator[None]:
    """Publish in this block what translations need not follow."""
    token = _is_minor.set(True)
    try:
        yield
    finally:
        _is_minor.reset(token)


def is_minor_edit() -> bool:
    """Return whether what is being published is a minor edit."""
    return _is_minor.get()
