"""A circuit breaker: an engine that didn't answer is left alone for a while."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import connections

from chorsu_search.conf import get_settings
from chorsu_search.engines.base import EngineError, EngineUnavailableError

logger = logging.getLogger("search")

SLOW = 4.0  # seconds


@dataclass(slots=True)
class CircuitBreaker:
    """The state of one engine in this process.

    After a failure it is open for ``CHORSU_SEARCH["PAUSE"]`` seconds; then it is tried again (``try_again``). After a
    slow write, only the worker writes to the engine for as long, so that nobody who saves a page waits for it.
    """

    name: str
    failures: int = 0
    last_error: str = ""
    _open_until: float = 0.0
    _slow_until: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def allows(self) -> bool:
        """Return whether to call the engine now. While it is failing, one caller per pause is let through."""
        with self._lock:
            if not self.failures:
                return True
            now = time.monotonic()
            if now < self._open_until:
                return False
            self._open_until = now + get_settings().pause
            return True

    def try_again(self, attempt: Callable[[], object]) -> None:
        """Call ``attempt`` in a thread of its own where the pause is over, so that no reader waits for it."""
        if self.allows():
            threading.Thread(target=self._attempt, args=(attempt,), name=f"search {self.name}", daemon=True).start()

    def _attempt(self, attempt: Callable[[], object]) -> None:
        try:
            attempt()
        except EngineUnavailableError as error:
            self.failed(error)
        except EngineError:
            logger.exception("The search engine %r refused a query.", self.name)
        else:
            self.succeeded()
        finally:
            connections.close_all()  # this thread's own

    def is_quick(self) -> bool:
        """Return whether a request may write to this engine itself, instead of leaving it to the worker."""
        return time.monotonic() >= self._slow_until

    def note_write(self, seconds: float) -> None:
        """Note how long a write took; after a slow one ``is_quick`` is false for a pause."""
        if seconds > SLOW:
            self.leave_to_the_worker()
            logger.warning("Writing to the search engine %r took %.1f s; the next sweeps do it.", self.name, seconds)

    def leave_to_the_worker(self) -> None:
        """Let ``is_quick`` be false for a pause."""
        self._slow_until = time.monotonic() + get_settings().pause

    def failed(self, error: Exception) -> None:
        """Note that the engine didn't answer; the first failure in a row is logged."""
        with self._lock:
            self.failures += 1
            self.last_error = str(error)
            self._open_until = time.monotonic() + get_settings().pause
            first = self.failures == 1
        if first:
            logger.error("The search engine %r is out of service: %s", self.name, error)

    def succeeded(self) -> None:
        """Note that the engine answers."""
        with self._lock:
            recovered = self.failures > 0
            self.failures = 0
            self.last_error = ""
        if recovered:
            logger.warning("The search engine %r answers again.", self.name)


_breakers: dict[str, CircuitBreaker] = {}
_registry_lock = threading.Lock()


def get_breaker(name: str) -> CircuitBreaker:
    """Return the breaker of an engine in this process."""
    with _registry_lock:
        return _breakers.setdefault(name, CircuitBreaker(name))


def reset_breakers() -> None:
    """Forget every failure."""
    with _registry_lock:
        _breakers.clear()
