"""What a site tells this plug-in of its pages: what they show beside their own text, and which hold some words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Model
from wagtail.models import Page

Shown = Callable[[Any], Iterable[tuple[Model, str]]]
Finder = Callable[[str, str], Iterable[int] | None]

_shown: dict[type[Page], Shown] = {}
_finders: list[Finder] = []


def register_shown(model: type[Page], shown: Shown) -> None:
    """Let ``shown`` yield what pages of this type show that is stored elsewhere, each with its text as readers see it.

    A name in the byline, the credit of a picture: a report of such words leads to the editor of that thing. What
    readers may not see (a withheld name) must not be among them. Raises ``ValueError`` where the type has one already.
    """
    if _shown.setdefault(model, shown) is not shown:
        raise ValueError(f"{model._meta.label} has such texts already: {_shown[model]!r}.")


def shown_beside(page: Page) -> Iterable[tuple[Model, str]]:
    """Return what the nearest registered type says of a specific page."""
    model = next((base for base in type(page).__mro__ if base in _shown), None)
    return _shown[model](page) if model else ()


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
