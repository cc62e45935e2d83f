"""The attempts, a module per subject. ``attempt`` enters a function in the list."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass

from tests.abuse.newsroom import Newsroom

Try = Callable[[Newsroom], str]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt: its subject (the module), what is tried, and how."""

    subject: str
    title: str
    run: Try


_attempts: list[Attempt] = []


def attempt(title: str) -> Callable[[Try], Try]:
    """Enter a function in the list of attempts.

    It returns in a few words how the newsroom refused; AssertionError says that the attempt succeeded.
    """

    def enter(function: Try) -> Try:
        _attempts.append(Attempt(function.__module__.rpartition(".")[2], title, function))
        return function

    return enter


def all_attempts() -> list[Attempt]:
    """Return the attempts of all modules."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return list(_attempts)
