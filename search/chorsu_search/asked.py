"""What the address of a search asks for, and the addresses of searches like it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.http import Http404, HttpRequest, QueryDict
from django.utils.translation import get_language

from chorsu_locales.selectors import default_code, enabled_codes
from chorsu_search.conf import get_settings
from chorsu_search.fields import FACET_LENGTH, FACETS
from chorsu_search.queries import Query, clean
from chorsu_search.selectors import DEEPEST

BY_DATE = "date"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Asked:
    """A search as its address says it. ``current`` is the language of the page, ``language`` the one to search."""

    query: Query
    language: str
    current: str
    codes: Sequence[str]
    number: int = 1
    exact: bool = False

    @property
    def narrowed(self) -> bool:
        """Return whether anything but words and language limits the results."""
        return bool(self.query.filters or self.query.since or self.query.until)

    def parameters(self) -> dict[str, str]:
        """Return the parameters of the address, without those that say what is so anyway; the page aside."""
        query = self.query
        found = {
            "q": query.text,
            "language": self.language if self.language != self.current else "",
            **query.filters,
            "since": query.since.isoformat() if query.since else "",
            "until": query.until.isoformat() if query.until else "",
            "sort": BY_DATE if query.order == "date" else "",
            "exact": "1" if self.exact else "",
        }
        return {name: value for name, value in found.items() if value}

    def address(self, **changes: str) -> str:
        """Return the query string of a search with these parameters changed; an empty one is left out."""
        parameters = QueryDict(mutable=True)
        for name, value in (self.parameters() | changes).items():
            if value:
                parameters[name] = value
        return f"?{parameters.urlencode()}"

    def plain_address(self) -> str:
        """Return the query string of the search without what narrows it."""
        return self.address(since="", until="", **dict.fromkeys(self.query.filters, ""))


def asked_by(request: HttpRequest, *, limit: int) -> Asked:
    """Read the address of a search; what it says wrongly is left out, but a page that can't be raises ``Http404``."""
    codes = enabled_codes()
    current = current_language(codes)
    wanted = request.GET.get("language", "")
    wanted = wanted if wanted in codes else current
    number = _page_number(request.GET.get("page", "1"))
    given = {name: clean(request.GET.get(name, ""))[:FACET_LENGTH] for name in FACETS}
    order: Literal["relevance", "date"] = "date" if request.GET.get("sort") == BY_DATE else "relevance"
    query = Query(
        text=clean(request.GET.get("q", "")),
        languages=(wanted,),
        filters={name: value for name, value in given.items() if value},
        offset=(number - 1) * limit,
        limit=limit,
        order=order,
        since=_day(request.GET.get("since", "")),
        until=_day(request.GET.get("until", "")),
    )
    return Asked(query, wanted, current, codes, number, exact=request.GET.get("exact") == "1")


def current_language(codes: Sequence[str]) -> str:
    """Return the language of the page among those that the site publishes in."""
    active = (get_language() or default_code()).lower()
    if active in codes:
        return active
    base = active.partition("-")[0]
    return next((code for code in codes if code.partition("-")[0] == base), codes[0])


def _page_number(text: str) -> int:
    deepest = max(DEEPEST // get_settings().page_size, 1)
    if not (text.isascii() and text.isdigit() and len(text) <= 6 and 1 <= int(text) <= deepest):
        raise Http404("There is no such page of the results.")
    return int(text)


def _day(text: str) -> date | None:
    if not _DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
