"""The filters that readers narrow results with, and their values with counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import get_language

from chorsu_locales.text import local_digits
from chorsu_search.engines.base import Results
from chorsu_search.fields import FACETS
from chorsu_search.queries import Query
from chorsu_search.registry import labels_for


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter."""

    value: str
    label: str
    count: int
    selected: bool


@dataclass(frozen=True, slots=True)
class Filter:
    """A facet that readers can narrow the results with."""

    name: str
    label: str
    everything: str
    choices: Sequence[Choice]

    @property
    def chosen(self) -> Choice | None:
        """Return the choice that narrows the results now."""
        return next((choice for choice in self.choices if choice.selected), None)


def filters_of(results: Results, query: Query) -> list[Filter]:
    """Return the filters of an answer; those without a value are left out."""
    counts = {name: dict(results.facets.get(name, ())) for name in FACETS}
    for name, chosen in query.filters.items():
        counts[name].setdefault(chosen, 0)
    labels = labels_for({name: list(values) for name, values in counts.items() if values})
    filters = []
    for name, (label, everything) in FACETS.items():
        names = labels.get(name, {})
        choices = [
            Choice(value, names[value], count, value == query.filters.get(name))
            for value, count in counts[name].items()
            if value in names
        ]
        if name == "year":
            choices = [replace(choice, label=local_digits(choice.label, get_language() or "")) for choice in choices]
            choices.sort(key=lambda choice: choice.value, reverse=True)
        if choices:
            filters.append(Filter(name, str(label), str(everything), choices))
    return filters
