"""What a site adds to the desk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q


@dataclass(frozen=True, slots=True)
class SiteFilter:
    """A filter of the desk by what the site's page types know."""

    name: str
    label: Any
    choices: Callable[[], Sequence[tuple[str, str]]]
    condition: Callable[[str], Q]


site_filters: dict[str, SiteFilter] = {}


def register_filter(
    name: str, label: Any, *, choices: Callable[[], Sequence[tuple[str, str]]], condition: Callable[[str], Q]
) -> None:
    """Let the desk be filtered: by country, for example.

    ``name`` is the key in the desk's URL. ``choices`` returns values and their labels, once per request; ``condition``
    returns, for one of these values, which source pages are kept. Raises ``ValueError`` where the name is taken.
    """
    if name in site_filters:
        raise ValueError(f"The desk has a filter {name!r} already.")
    site_filters[name] = SiteFilter(name, label, choices, condition)
