"""Numbered pages of a list."""

from __future__ import annotations

from typing import Any

from django.core.paginator import InvalidPage, Page, Paginator
from django.http import Http404, HttpRequest


def page_of(request: HttpRequest, items: Any, per_page: int) -> Page[Any]:
    """Return the page of ``items`` that ``?page=`` asks for.

    Raises ``Http404`` for anything that is not the number of an existing page. The first page exists even if empty.
    """
    try:
        number = int(request.GET.get("page", "1"))
        return Paginator(items, per_page).page(number)
    except (ValueError, InvalidPage) as error:
        raise Http404("There is no such page of this list.") from error
