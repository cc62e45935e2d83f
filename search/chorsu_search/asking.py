"""How a question comes to the first of the configured engines that answers."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from chorsu_search.breaker import get_breaker
from chorsu_search.engines import engine_names, get_engine
from chorsu_search.engines.base import Engine, EngineError, EngineUnavailableError

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
