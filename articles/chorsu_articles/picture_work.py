"""How many pictures a process decodes at once: one, since each takes up to 250 MB."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_TURN = threading.BoundedSemaphore(1)


class PictureBusyError(Exception):
    """Another picture takes its turn for longer than was waited, or what was made could not be stored."""


@contextmanager
def picture_turn(seconds: float) -> Iterator[None]:
    """Wait for this process's turn to decode a picture, so long at most. Raises ``PictureBusyError``."""
    if not _TURN.acquire(timeout=seconds):
        raise PictureBusyError
    try:
        yield
    finally:
        _TURN.release()
