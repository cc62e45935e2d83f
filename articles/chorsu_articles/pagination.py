"""Numbered pages of a list."""

from __future__ import annotations

from typing import Any

from django.core.paginator import InvalidPage, Page, Paginator
from django.http import Http404, HttpRequest

from chorsu_locales.received import whole_number


def page_of(request: HttpRequest, items: Any, per_page: int) -> Page[Any]:
    """Return the page of ``items`` that ``?page=`` asks for.

    Raises ``Http404`` for anything that is not the number of an existing page. The first page exists even if empty:
    nothing is counted or read of it before somebody shows it.
    """
    # ``int`` also reads "+1", "1_0" and the digits of other scripts: one page would have many addresses.
    number = whole_number(request.GET.get("page", "1")) or 0
    paginator = Paginator(items, per_page)
    if number == 1:
        return Page(items[:per_page], number, paginator)
    try:
        return paginator.page(number)
    except InvalidPage as error:
        raise Http404("There is no such page of this list.") from error
