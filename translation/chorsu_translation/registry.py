"""What a site adds to the desk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

Choices = Callable[[], Sequence[tuple[str, str]]]
Condition = Callable[[str], Q]


@dataclass(frozen=True, slots=True)
class DeskFilter:
    """A filter of the desk by what the site's page types know."""

    name: str
    label: Any
    choices: Choices
    condition: Condition


_filters: dict[str, DeskFilter] = {}


def register_filter(name: str, label: Any, *, choices: Choices, condition: Condition) -> None:
    """Let the desk be filtered: by country, for example.

    ``name`` is the key in the desk's address. ``choices`` returns values and their labels, once per request;
    ``condition`` returns, for one of these values, which source pages are kept. Raises ``ValueError`` where the name
    is taken.
    """
    if name in _filters:
        raise ValueError(f"The desk has a filter {name!r} already.")
    _filters[name] = DeskFilter(name, label, choices, condition)


def desk_filters() -> list[DeskFilter]:
    """Return what the site registered."""
    return list(_filters.values())
