"""What a site registers: what its pages are found and filtered by, what results show, and names."""

# catalogue: reader
from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page
from wagtail.query import PageQuerySet

NO_PICTURE = SafeString()
BEHIND = "~"


@dataclass(frozen=True, slots=True)
class Extras:
    """What can't be read from a page's leaves.

    ``people``, ``places`` and ``topics`` are names in the page's language; only names that readers may see. Among the
    places are the days of what the page is about, as its language writes them; ``period`` are the first and the last of
    these, and readers who type one of them, or one between, find the page.
    ``facets`` maps names of facets (``register_facet``) to values that are the same in every language. Where a page has
    ``BEHIND`` and a value as another value, it doesn't count when the filter's choices are put in order.
    ``published_on`` orders equally good results and gives the year; by default the page's first publication.
    ``dated``: False for a page that is no news; then it has neither.
    """

    people: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    published_on: datetime | None = None
    dated: bool = True
    period: tuple[date, date] | None = None


@dataclass(frozen=True, slots=True)
class Facet:
    """A filter of the search page: its label, and what its list offers for no filter."""

    label: str | Promise
    everything: str | Promise


@dataclass(frozen=True, slots=True)
class Label:
    """A text that readers see, and its language; empty where that is the reader's for certain."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """What a result shows beside its text: a small picture as HTML, the section, the public names of the authors."""

    picture: SafeString = NO_PICTURE
    section: Label | None = None
    authors: tuple[Label, ...] = ()


@dataclass(frozen=True, slots=True)
class Name:
    """The name of something in a language; ``key`` is the same in every language."""

    kind: str
    key: str
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    label: Label
    url: str


@dataclass(frozen=True, slots=True)
class Details:
    """What a direct answer shows beside the name: a small picture as HTML, and the number of publications."""

    picture: SafeString = NO_PICTURE
    count: int | None = None


Wanted = Mapping[str, Collection[str]]  # kind to keys


@dataclass(frozen=True, slots=True)
class NameSource:
    """Things with a page of their own that readers look for by name: people, topics.

    ``kinds`` maps a kind to its label; a facet of the same name gets its labels from here. A part of the name is enough
    to find the kinds ``in_part``, as a surname is.

    ``names(kind, keys)`` yields names, of all keys where that is None; ``labels(wanted)`` names keys in the active
    language; ``entries(wanted, request)`` gives what readers are shown of those that anything was published about, and
    ``answers(wanted, request)`` the same with what a direct answer shows. None of them holds what readers may not see.
    ``popular(request)`` is offered where nothing was found or asked.
    """

    kinds: Mapping[str, str | Promise]
    names: Callable[[str, Collection[str] | None], Iterable[Name]]
    labels: Callable[[Wanted], Mapping[tuple[str, str], str]]
    entries: Callable[[Wanted, HttpRequest | None], Mapping[tuple[str, str], Entry]]
    answers: Callable[[Wanted, HttpRequest | None], Mapping[tuple[str, str], tuple[Entry, Details]]] | None = None
    in_part: frozenset[str] = frozenset()
    popular: Callable[[HttpRequest | None], Sequence[Entry]] | None = None


Builder = Callable[[Any], Extras]
Preparation = Callable[[Sequence[Any]], None]
Labels = Callable[[Iterable[str]], Mapping[str, str]]
Cards = Callable[[Sequence[Page]], Mapping[int, Card]]
Join = Callable[[PageQuerySet], PageQuerySet]

_YEAR = "year"  # every page has it; last in the form
# The name is a parameter of the address and a part of an HTML id, and stands in a column of 20 characters.
_FACET_NAME = re.compile("[a-z][a-z0-9_]{0,19}")
_PARAMETERS = frozenset({"q", "language", "since", "until", "sort", "exact", "page"})  # of the search page's address

_facets = {_YEAR: Facet(_("Year"), _("All years"))}
_builders: dict[type[Page], Builder] = {}
_preparations: dict[type[Page], Preparation] = {}
_labels: dict[str, Labels] = {}
_cards: dict[type[Page], Cards] = {}
_joins: dict[type[Page], Join] = {}
_sources: dict[str, NameSource] = {}


def register(model: type[Page], builder: Builder, *, prepare: Preparation | None = None) -> None:
    """Let ``builder`` describe pages of this type and of types derived from it.

    ``prepare`` may fetch what the builder reads for many pages of one class at once; it is not always called. Raises
    ``ValueError`` where the type has a builder already.
    """
    if _builders.setdefault(model, builder) is not builder:
        raise ValueError(f"{model._meta.label} has a search builder already: {_builders[model]!r}.")
    if prepare:
        _preparations[model] = prepare


def register_facet(name: str, label: str | Promise, everything: str | Promise) -> None:
    """Let readers filter by the values that builders give in ``Extras.facets`` under this name.

    ``name`` is the parameter in the address of a search, ``label`` what the filter is called, ``everything`` what its
    list offers for no filter ("All topics"). Raises ``ValueError`` for a name that is taken or can't be one.
    """
    if not _FACET_NAME.fullmatch(name) or name in _PARAMETERS:
        raise ValueError(
            f"{name!r} can't be the name of a facet: at most 20 small Latin letters, digits and underscores, "
            f"and none of {', '.join(sorted(_PARAMETERS))}."
        )
    if name in _facets:
        raise ValueError(f"The facet {name!r} is registered already.")
    _facets[name] = Facet(label, everything)


def registered_facets() -> dict[str, Facet]:
    """Return the facets by their names, in the order of the form."""
    return {name: facet for name, facet in _facets.items() if name != _YEAR} | {_YEAR: _facets[_YEAR]}


def _check_facet(name: str) -> None:
    if name not in _facets:
        raise ValueError(f"{name!r} is not a facet; they are {', '.join(registered_facets())}. See register_facet.")


def register_labels(facet: str, labels: Labels) -> None:
    """Let ``labels`` name a facet's values in the active language; a value without a name is not shown.

    Raises ``ValueError`` for an unknown facet or one that has labels already.
    """
    _check_facet(facet)
    if facet in _sources or _labels.setdefault(facet, labels) is not labels:
        raise ValueError(f"The facet {facet!r} has labels already.")


def register_cards(model: type[Page], cards: Cards, *, join: Join | None = None) -> None:
    """Let ``cards`` say by key what results of this type, and of types derived from it, show beside their text.

    It is called once for all results of a page. ``join`` may add what it reads to the query that loads the results,
    and must leave out no page. Raises ``ValueError`` where the type has cards already.
    """
    if _cards.setdefault(model, cards) is not cards:
        raise ValueError(f"{model._meta.label} has cards already: {_cards[model]!r}.")
    if join:
        _joins[model] = join


def register_names(source: NameSource) -> None:
    """Let readers find by name what ``source`` has.

    Raises ``ValueError`` where one of its kinds has a source already, or is a facet with labels.
    """
    for kind in source.kinds:
        if kind in _labels or _sources.get(kind, source) is not source:
            raise ValueError(f"The names of the kind {kind!r} have a source already.")
    _sources.update(dict.fromkeys(source.kinds, source))


def extras_for(page: Page) -> Extras:
    """Return what the nearest registered type says of a page; raise ``ValueError`` where it names an unknown facet."""
    model = _nearest(type(page), _builders)
    extras = _builders[model](page) if model else Extras()
    for name in extras.facets:
        _check_facet(name)
    return extras


def with_cards(pages: PageQuerySet) -> PageQuerySet:
    """Add what the cards read to a query of pages of any type."""
    for join in _joins.values():
        pages = join(pages)
    return pages


def prepare_pages(pages: Sequence[Page]) -> None:
    if pages and (model := _nearest(type(pages[0]), _builders)) in _preparations and model:
        _preparations[model](pages)


def cards_for(pages: Iterable[Page]) -> dict[int, Card]:
    """Return the cards of pages by their keys; the pages come from ``with_cards`` and need not be specific."""
    by_model: dict[type[Page], list[Page]] = {}
    for page in pages:
        if model := _nearest(page.specific_class or Page, _cards):
            by_model.setdefault(model, []).append(page)
    return {key: card for model, found in by_model.items() for key, card in _cards[model](found).items()}


def labels_for(wanted: Wanted) -> dict[str, Mapping[str, str]]:
    """Return the reader's names of values, by facet.

    A facet without labels or names has its values as names. Otherwise a value without a name is left out: it may be
    deleted or withheld since the page was indexed.
    """
    found = {facet: _labels[facet](values) for facet, values in wanted.items() if facet in _labels}
    for source in name_sources():
        if own := {kind: wanted[kind] for kind in source.kinds if kind in wanted}:
            labels = source.labels(own)
            found |= {facet: {key: label for (kind, key), label in labels.items() if kind == facet} for facet in own}
    return {facet: {value: value for value in values} for facet, values in wanted.items()} | found


def name_sources() -> list[NameSource]:
    return list({id(source): source for source in _sources.values()}.values())


def source_of(kind: str) -> NameSource | None:
    return _sources.get(kind)


def _nearest(model: type[Page], registered: Mapping[type[Page], Any]) -> type[Page] | None:
    return next((base for base in model.__mro__ if base in registered), None)
