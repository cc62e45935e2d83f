"""The attempts, a module per subject. ``attempt`` enters a function in the list."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from requests import Response

from tests.abuse.newsroom import Newsroom

Try = Callable[[Newsroom], str]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt: its subject (the module), what is tried, how, and whether `make slow` alone tries it."""

    subject: str
    title: str
    run: Try
    slow: bool


_attempts: list[Attempt] = []


def attempt(title: str, *, slow: bool = False) -> Callable[[Try], Try]:
    """Enter a function in the list of attempts; ``slow`` where it takes long.

    It returns in a few words how the newsroom refused; AssertionError says that the attempt succeeded.
    """

    def enter(function: Try) -> Try:
        _attempts.append(Attempt(function.__module__.rpartition(".")[2], title, function, slow))
        return function

    return enter


def statuses(answers: Iterable[Response]) -> str:
    """Return how requests were answered."""
    return ", ".join(sorted({str(answer.status_code) for answer in answers}))


def all_attempts() -> list[Attempt]:
    """Return the attempts of all modules."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return list(_attempts)
