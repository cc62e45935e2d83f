"""The engines that the site has configured: a question goes to the first that answers.

One that didn't answer is left alone for a while.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any

from django.core.signals import setting_changed
from django.db import connections
from django.utils.module_loading import import_string

from chorsu_search.conf import get_settings
from chorsu_search.engines.base import Engine, EngineError, EngineUnavailableError


@cache
def _make(alias: str) -> Engine:
    options: Mapping[str, Any] = get_settings().engines[alias]
    try:
        make = import_string(options["ENGINE"])
    except ImportError as error:
        raise EngineUnavailableError(f"{error}. `manage.py check` says what to do.") from error
    engine: Engine = make(**{name.lower(): value for name, value in options.items() if name != "ENGINE"})
    return engine


def engine_names() -> list[str]:
    """Return the names of the configured engines, in the order in which they are asked."""
    return list(get_settings().engines)


def get_engine(alias: str) -> Engine:
    """Return an engine by its name in CHORSU_SEARCH.

    Raises ``KeyError`` for an unknown one, ``EngineUnavailableError`` for one whose library isn't installed.
    """
    return _make(alias)


def _forget(*, setting: str, **_kwargs: object) -> None:
    if setting == "CHORSU_SEARCH":
        _make.cache_clear()


setting_changed.connect(_forget, dispatch_uid="chorsu_search_engines")


logger = logging.getLogger("search")


@dataclass(slots=True)
class EngineAnswer[Value]:
    """A result with the name of the engine that gave it; ``degraded``: the engines before it failed."""

    value: Value
    engine: str
    degraded: bool = field(default=False)


def ask_engines[Value](question: Callable[[Engine], Value]) -> EngineAnswer[Value] | None:
    """Return the result of ``question`` from the first configured engine that answers; None where none does."""
    names = engine_names()
    for position, name in enumerate(names):
        breaker = get_breaker(name)
        if breaker.failures and position + 1 < len(names):
            breaker.try_again(partial(_ask, question, name))
            continue
        if not breaker.allows():
            continue
        try:
            value = _ask(question, name)
        except EngineUnavailableError as error:
            breaker.failed(error)
            continue
        except EngineError:
            logger.exception("The search engine %r refused a query.", name)
            continue
        breaker.succeeded()
        return EngineAnswer(value, name, degraded=position > 0)
    return None


def _ask[Value](question: Callable[[Engine], Value], name: str) -> Value:
    return question(get_engine(name))


@dataclass(slots=True)
class CircuitBreaker:
    """The state of one engine in this process.

    After a failure it is open for ``CHORSU_SEARCH["PAUSE"]`` seconds; then it is tried again (``try_again``).
    """

    name: str
    failures: int = 0
    last_error: str = ""
    _open_until: float = 0.0
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
    with _registry_lock:
        _breakers.clear()
