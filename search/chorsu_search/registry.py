"""What a site tells search about its page types: names to find pages by, and facets to filter with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from wagtail.models import Page

from chorsu_search.fields import FACETS


@dataclass(frozen=True, slots=True)
class Extras:
    """What can't be read from a page's leaves.

    ``people``, ``places`` and ``topics`` are names in the page's language; only names that readers may see.
    ``facets`` maps names of ``chorsu_search.fields.FACETS`` to values that are the same in every
    language. ``published_on`` orders equally good results and gives the year.
    """

    people: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    published_on: datetime | None = None


Builder = Callable[[Any], Extras]
Labels = Callable[[Iterable[str]], Mapping[str, str]]

_builders: dict[type[Page], Builder] = {}
_labels: dict[str, Labels] = {}


def register(model: type[Page], builder: Builder) -> None:
    """Let ``builder`` describe pages of this type and of types derived from it.

    Raises ``ValueError`` where the type has a builder already.
    """
    if model in _builders and _builders[model] is not builder:
        raise ValueError(f"{model._meta.label} has a search builder already: {_builders[model]!r}.")
    _builders[model] = builder


def register_labels(facet: str, labels: Labels) -> None:
    """Let ``labels`` name a facet's values in the active language; what it doesn't name is not shown.

    Raises ``ValueError`` for an unknown facet or one that has labels already.
    """
    if facet not in FACETS:
        raise ValueError(f"{facet!r} is not a facet; they are {', '.join(FACETS)}.")
    if facet in _labels and _labels[facet] is not labels:
        raise ValueError(f"The facet {facet!r} has labels already.")
    _labels[facet] = labels


def extras_for(page: Page) -> Extras:
    """Return what the nearest registered type says of a page."""
    for model in type(page).__mro__:
        if model in _builders:
            return _builders[model](page)
    return Extras()


def labels_for(facet: str, values: Iterable[str]) -> Mapping[str, str]:
    """Return the reader's names of a facet's values.

    Where a site has registered labels, a value that they don't name is left out: what it stands for may be gone or
    withheld since the page was indexed. Else a value is its own name.
    """
    values = list(values)
    return _labels[facet](values) if facet in _labels else {value: value for value in values}
