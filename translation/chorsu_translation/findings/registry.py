"""The checks there are. Others add their own by ``register_check``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from chorsu_translation.findings.alignment import Alignment, Pair

Found = Iterable[tuple[Pair, str]]
CheckFunction = Callable[[Alignment], Found]


@dataclass(frozen=True, slots=True)
class Check:
    """A check. ``untranslated``: what it finds isn't translated, and keeps the page from being published."""

    name: str
    label: Any
    function: CheckFunction
    untranslated: bool = False


_checks: dict[str, Check] = {}


def register_check(name: str, label: Any, *, untranslated: bool = False) -> Callable[[CheckFunction], CheckFunction]:
    """Register a function as a check of every translation.

    It is given the two pages side by side and yields places of the translation, each with a sentence that tells the
    translator what is wrong there. It must read nothing but what it is given, and take linear time. ``name`` is stored
    where somebody lets a finding stand: at most 64 characters, never changed. Raises ``ValueError`` for a name that
    another check has.
    """

    def register(function: CheckFunction) -> CheckFunction:
        if name in _checks or not 0 < len(name) <= 64:
            message = f"A check of translations can't be called {name!r}: the name is too long, or another one has it."
            raise ValueError(message)
        _checks[name] = Check(name, label, function, untranslated)
        return function

    return register


def unregister_check(name: str) -> None:
    """Take a check out: one that a site doesn't want, or replaces by its own of the same name."""
    _checks.pop(name, None)


def registered_checks() -> list[Check]:
    """Return the checks in the order of their registration."""
    return list(_checks.values())
