"""Functions that a site registers: texts shown beside a page, its corrections, which pages hold words, known slips."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db.models import Model
from wagtail.models import Page

Shown = Callable[[Any], Iterable[tuple[Model, str]]]
AddCorrection = Callable[[Any, str], None]
Finder = Callable[[str, str], Iterable[int] | None]
Slips = Callable[[str, str, str], bool]

_shown: dict[type[Page], Shown] = {}
_add_correction: dict[type[Page], AddCorrection] = {}
_finders: list[Finder] = []
_slips: list[Slips] = []


def register_shown(model: type[Page], shown: Shown) -> None:
    """Let ``shown`` yield what pages of this type show that is stored elsewhere, each with its text as readers see it.

    A name in the byline, the credit of a picture: a report of such words leads to the editor of that thing. What
    readers may not see (a withheld name) must not be among them. Raises ``ValueError`` where the type has one already.
    """
    if _shown.setdefault(model, shown) is not shown:
        raise ValueError(f"{model._meta.label} has such texts already: {_shown[model]!r}.")


def shown_beside(page: Page) -> Iterable[tuple[Model, str]]:
    """Return what the nearest registered type says of a specific page."""
    shown = _nearest(_shown, page)
    return shown(page) if shown else ()


def register_corrections(model: type[Page], add: AddCorrection) -> None:
    """Let ``add`` put a sentence into the list of corrections that pages of this type show, in memory alone.

    It is offered where a correction may change what the text says. Raises ``ValueError`` where the type has one.
    """
    if _add_correction.setdefault(model, add) is not add:
        raise ValueError(f"{model._meta.label} has a list of corrections already: {_add_correction[model]!r}.")


def correction_adder(page: Page) -> AddCorrection | None:
    """Return what adds a sentence to a specific page's corrections; None where it has no such list."""
    return _nearest(_add_correction, page)


def register_finder(finder: Finder) -> None:
    """Let ``finder(words, language)`` return the keys of pages whose texts hold the words, likeliest first.

    It may return too many, and None where it can't answer now: then the database's texts are looked through. Raises
    ``ValueError`` where there is another finder.
    """
    if any(other is not finder for other in _finders):
        raise ValueError(f"There is a finder already: {_finders[0]!r}.")
    _finders[:] = [finder]


def pages_with(words: str, language: str) -> Iterable[int] | None:
    """Return what the finder says; None without one."""
    return _finders[0](words, language) if _finders else None


def register_slips(slips: Slips) -> None:
    """Let ``slips(old, new, language)`` tell whether ``old`` is no word, and ``new`` what was meant by it.

    Raises ``ValueError`` where there is such a function already.
    """
    if any(other is not slips for other in _slips):
        raise ValueError(f"There is a function for slips already: {_slips[0]!r}.")
    _slips[:] = [slips]


def is_slip(old: str, new: str, language: str) -> bool:
    """Return whether the registered function takes a word for a slip of another; False without one."""
    return bool(_slips) and _slips[0](old, new, language)


def _nearest[Function](registered: Mapping[type[Page], Function], page: Page) -> Function | None:
    """Return what is registered for a page's type, or for the nearest one above it."""
    return next((registered[base] for base in type(page).__mro__ if base in registered), None)
