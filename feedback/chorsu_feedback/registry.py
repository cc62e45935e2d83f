"""What a site tells this plug-in of its pages: the texts of other things that they show beside their own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Model
from wagtail.models import Page

Shown = Callable[[Any], Iterable[tuple[Model, str]]]

_shown: dict[type[Page], Shown] = {}


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
