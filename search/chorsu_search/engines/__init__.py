"""The configured engines: a query goes to the first that responds; one that didn't is left alone for a while."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from django.core.signals import setting_changed
from django.db import connections
from django.dispatch import receiver
from django.utils.module_loading import import_string

from chorsu_search.conf import get_settings
from chorsu_search.engines.base import Engine, EngineError, EngineUnavailableError

logger = logging.getLogger("chorsu_search")


def engine_names() -> list[str]:
    return list(get_settings().engines)


@cache
def get_engine(alias: str) -> Engine:
    """Return an engine by its name in CHORSU_SEARCH.

    Raises ``KeyError`` for an unknown one, ``EngineUnavailableError`` for one whose library isn't installed.
    """
    options: Mapping[str, Any] = get_settings().engines[alias]
    try:
        make = import_string(options["ENGINE"])
    except ImportError as error:
        raise EngineUnavailableError(f"{error}. `manage.py check` says what to do.") from error
    engine: Engine = make(**{name.lower(): value for name, value in options.items() if name != "ENGINE"})
    return engine


@receiver(setting_changed, dispatch_uid="chorsu_search_engines")
def _forget(*, setting: str, **_kwargs: object) -> None:
    if setting == "CHORSU_SEARCH":
        get_engine.cache_clear()


class EngineResponse[Value](NamedTuple):
    """What an engine returned; ``degraded``: it isn't the first of the engines."""

    value: Value
    degraded: bool


def ask_engines[Value](question: Callable[[Engine], Value]) -> EngineResponse[Value] | None:
    """Call ``question`` with the first configured engine that responds; return None where none does."""
    names = engine_names()
    for position, name in enumerate(names):
        breaker = get_breaker(name)
        if breaker.failures and position + 1 < len(names):
            breaker.ask_aside(question)
        elif breaker.allows() and (values := breaker.ask(question)):
            return EngineResponse(values[0], degraded=position > 0)
    return None


@dataclass(slots=True)
class CircuitBreaker:
    """Whether one engine responds, as this process knows it.

    After a failure it isn't called for ``CHORSU_SEARCH["PAUSE"]`` seconds; then it is tried again (``ask_aside``).
    """

    name: str
    failures: int = 0
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

    def ask[Value](self, question: Callable[[Engine], Value]) -> list[Value]:
        """Return what the engine returns, as a list of one; an empty list where it fails, which is logged."""
        try:
            value = question(get_engine(self.name))
        except EngineUnavailableError as error:
            self.failed(error)
        except EngineError:
            logger.exception("The search engine %r refused a query.", self.name)
        else:
            self.succeeded()
            return [value]
        return []

    def ask_aside(self, question: Callable[[Engine], object]) -> None:
        """After the pause, try in a thread whether the engine responds, so that no reader waits."""

        def run() -> None:
            try:
                self.ask(question)
            finally:
                connections.close_all()  # this thread's own

        if self.allows():
            threading.Thread(target=run, name=f"search {self.name}", daemon=True).start()

    def failed(self, error: Exception) -> None:
        """Record that the engine didn't respond; log the first failure in a row."""
        with self._lock:
            self.failures += 1
            self._open_until = time.monotonic() + get_settings().pause
            first = self.failures == 1
        if first:
            logger.error("The search engine %r is out of service: %s", self.name, error)

    def succeeded(self) -> None:
        with self._lock:
            recovered = self.failures > 0
            self.failures = 0
        if recovered:
            logger.warning("The search engine %r answers again.", self.name)


_breakers: dict[str, CircuitBreaker] = {}


def get_breaker(name: str) -> CircuitBreaker:
    return _breakers.setdefault(name, CircuitBreaker(name))


def reset_breakers() -> None:
    _breakers.clear()
