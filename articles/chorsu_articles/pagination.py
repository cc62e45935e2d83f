"""Numbered pages of a list."""

from __future__ import annotations

from typing import Any

from django.core.paginator import InvalidPage, Page, Paginator
from django.http import Http404, HttpRequest

from chorsu_locales.numbers import whole_number


def page_of(request: HttpRequest, items: Any, per_page: int) -> Page[Any]:
    """Return the page of ``items`` that ``?page=`` asks for.

    Raises ``Http404`` for anything that is not the number of an existing page. The first page exists even if empty.
    """
    text = request.GET.get("page", "1")
    try:
        # ``int`` also reads "+1", "1_0" and the digits of other scripts: one page would have many addresses.
        page = Paginator(items, per_page).page(whole_number(text) or 0)
    except InvalidPage as error:
        raise Http404("There is no such page of this list.") from error
    # What was counted and read isn't asked again; whoever keeps the page would keep all items with its paginator.
    page.object_list = page.paginator.object_list = list(page.object_list)
    return page
