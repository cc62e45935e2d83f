"""The search page, the feed of any search, and completions: what their addresses ask for, and the responses."""

# catalogue: reader
from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from django.contrib.syndication.views import Feed
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.html import strip_tags
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail.models import Site

from chorsu_locales.dates import format_date, typed_month
from chorsu_locales.normal_form import AtomFeed
from chorsu_locales.selectors import default_code, enabled_codes, get_language_row
from chorsu_search.conf import get_settings
from chorsu_search.documents import roots_of_site
from chorsu_search.engines import ask_engines
from chorsu_search.engines.base import DEEPEST
from chorsu_search.names import DirectAnswer, completions, direct_answers, popular
from chorsu_search.queries import Query, clean, facet_value
from chorsu_search.query_counts import count_query
from chorsu_search.registry import Details, Entry, Label, registered_facets
from chorsu_search.results import Result, ResultsPage, find

BY_DATE = "date"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address of a search says; ``current`` is the language of the page, ``language`` the one to search."""

    query: Query
    language: str
    current: str
    number: int = 1
    exact: bool = False

    @property
    def narrowed(self) -> bool:
        return bool(self.query.filters or self.query.since or self.query.until)

    def address(self, /, **changes: str) -> str:
        """Return the query string of the search, or of one with these parameters changed, of its first page.

        What is the default isn't in it.
        """
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
        parameters = QueryDict(mutable=True)
        parameters.update({name: value for name, value in (found | changes).items() if value})
        return f"?{parameters.urlencode()}"

    def plain_address(self) -> str:
        return self.address(since="", until="", **dict.fromkeys(self.query.filters, ""))


def asked_by(request: HttpRequest, *, limit: int) -> Asked:
    """Read the address of a search; wrong parameters are left out, but a page that can't exist raises ``Http404``."""
    current = current_language()
    wanted = request.GET.get("language", "")
    wanted = wanted if wanted in enabled_codes() else current
    page = request.GET.get("page", "1")
    deepest = max(DEEPEST // get_settings().page_size, 1)
    if not (page.isascii() and page.isdigit() and len(page) <= 6 and 1 <= int(page) <= deepest):
        raise Http404("There is no such page of the results.")
    number = int(page)
    given = {name: facet_value(request.GET.get(name, "")) for name in registered_facets()}
    order: Literal["relevance", "date"] = "date" if request.GET.get("sort") == BY_DATE else "relevance"
    since, until = _day(request.GET.get("since", "")), _day(request.GET.get("until", ""))
    if since and until and until < since:
        since, until = until, since
    query = Query(
        text=clean(request.GET.get("q", "")),
        languages=(wanted,),
        filters={name: value for name, value in given.items() if value},
        offset=(number - 1) * limit,
        limit=limit,
        order=order,
        since=since,
        until=until,
        below=roots_of_site(request),
    )
    return Asked(query, wanted, current, number, exact=request.GET.get("exact") == "1")


def current_language() -> str:
    """Return the language of the page among those that the site publishes in."""
    active, codes = (get_language() or default_code()).lower(), enabled_codes()
    alike = [code for code in codes if code.partition("-")[0] == active.partition("-")[0]]
    return active if active in codes else [*alike, codes[0]][0]


def _day(text: str) -> date | None:
    with suppress(ValueError):
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    return None


COMPLETIONS_ARE_KEPT = 300  # seconds, by browsers and shared caches


# --- the page ---


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """Show the results for ``?q=``: in the page's language, or in the one that ``language`` names.

    The names of facets, ``since`` and ``until`` narrow them, ``sort=date`` puts the newest first, ``exact=1`` keeps
    to what was typed; ``page`` counts from 1, and one that doesn't exist is a 404. Answers 503, with the page, where no
    engine is available.
    """
    asked = asked_by(request, limit=get_settings().page_size)
    query = asked.query
    results = ResultsPage()
    if query.text:
        results = find(query, request=request, exact=asked.exact, beside=enabled_codes(), preferred=asked.current)
    paginator = Paginator(range(min(results.total, DEEPEST)), get_settings().page_size)
    number = asked.number if results.available else 1  # nobody knows how many there are
    if number > paginator.num_pages:
        raise Http404("There is no such page of the results.")
    is_first = number == 1 and not asked.narrowed
    if query.text and results.available and is_first and query.order == "relevance":
        count_query(query.text, asked.language, results.total)
    may_have_answers = query.text and is_first and results.available
    context = {
        "base_template": get_settings().base_template,
        "asked": asked,
        "query": query,
        "results": results,
        "direct_answers": _direct_answers(asked, results, request) if may_have_answers else [],
        "chosen": _chosen(asked, results),
        "elsewhere": results.elsewhere,
        "popular": [] if results.total or not results.available else popular(request),
        "page_obj": paginator.page(number),
        "page_numbers": paginator.get_elided_page_range(number, on_each_side=2, on_ends=1),
        "language": asked.language,
        "current_language": asked.current,
        "search_languages": _languages(asked, results),
    }
    response = render(request, "chorsu_search/search.html", context, status=200 if results.available else 503)
    response.headers["X-Robots-Tag"] = "noindex, follow"
    return response


@require_safe
def completion_list(request: HttpRequest) -> JsonResponse:
    """Answer ``?q=`` with what begins so: names, then headlines, of the page's language. Any cache may keep it."""
    current = current_language()
    found = [
        {"text": text, "kind": kind, "url": url, "lang": code, "dir": get_language_row(code).direction}
        for text, code, url, kind in completions(request.GET.get("q", ""), current, request)
    ]
    response = JsonResponse({"found": found})
    patch_cache_control(response, public=True, max_age=COMPLETIONS_ARE_KEPT)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _direct_answers(asked: Asked, results: ResultsPage, request: HttpRequest) -> list[DirectAnswer]:
    """Return the month that a query is, with a list of all that was published in it, or what it names."""
    month = typed_month(asked.query.text, asked.language)
    if month is None:
        return direct_answers(results.corrected or asked.query.text, asked.current, request)
    of_month = replace(asked.query, text="", everything=True, limit=0, since=month.first, until=month.last)
    response = ask_engines(lambda engine: engine.search(of_month))
    if response is None or not response.value.total:
        return []
    address = asked.address(since=month.first.isoformat(), until=month.last.isoformat())
    entry = Entry(Label(month.name, asked.language), address)
    return [DirectAnswer(_("Month"), entry, Details(count=response.value.total))]


def _languages(asked: Asked, results: ResultsPage) -> list[dict[str, Any]]:
    """Return the languages with the number of results in each, where that is known."""
    counts: dict[str, int | None] = {asked.language: results.total, **results.elsewhere.languages}
    known = {asked.language, *(enabled_codes() if results.elsewhere.asked else ())} if asked.query.text else set()
    return [
        {"row": get_language_row(code), "count": counts.get(code, 0) if results.available and code in known else None}
        for code in enabled_codes()
    ]


def _chosen(asked: Asked, results: ResultsPage) -> list[dict[str, str]]:
    """Return what narrows the results, in the order of the form, with the address of the search without it."""
    labels = {each.name: choice.label for each in results.filters for choice in each.choices if choice.selected}
    # A value that has no name is called as its facet.
    found = {name: labels.get(name, str(registered_facets()[name].label)) for name in asked.query.filters}
    for name, text in (("since", _("From %(day)s")), ("until", _("Until %(day)s"))):
        if day := getattr(asked.query, name):
            found[name] = text % {"day": format_date(day, asked.current, "short")}
    return [{"label": label, "address": asked.address(**{name: ""})} for name, label in found.items()]


# --- the feed ---

ITEMS = 20


# What was asked for, its results, and the name of the site.
_Searched = tuple[Asked, Sequence[Result], str]


class SearchFeed(Feed):  # type: ignore[type-arg]
    feed_type = AtomFeed

    def __call__(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """Answer with 503 where no engine is available: an empty feed would say that all is gone."""
        asked = asked_by(request, limit=ITEMS)
        query = replace(asked.query, order="date", offset=0, with_facets=False)
        results = find(query, request=request, exact=asked.exact)
        response = super().__call__(request, asked, results)
        response.headers["X-Robots-Tag"] = "noindex"
        if not results.available:
            response.status_code = 503
        return response

    def get_object(self, request: HttpRequest, asked: Asked, results: ResultsPage) -> _Searched:
        site = Site.find_for_request(request)
        return asked, results.found, site.site_name if site else ""

    def title(self, obj: _Searched) -> str:
        asked, _found, site = obj
        title = _("“%(text)s”: search results") % {"text": asked.query.text}
        return f"{site}: {title}" if site else title

    def link(self, obj: _Searched) -> str:
        return reverse("chorsu_search:search") + obj[0].address()

    def feed_url(self, obj: _Searched) -> str:
        return reverse("chorsu_search:feed") + obj[0].address()

    def items(self, obj: _Searched) -> Sequence[Result]:
        return obj[1]

    def item_title(self, item: Result) -> str:
        return str(item.page.title)

    def item_description(self, item: Result) -> str:
        return strip_tags(item.extract)

    def item_link(self, item: Result) -> str:
        return item.url

    def item_guid(self, item: Result) -> str:
        # It survives a change of the address.
        return f"urn:chorsu:{item.page.translation_key}:{item.language}"

    def author_name(self, obj: _Searched) -> str | None:
        # The author of what names none: an empty element would be no author.
        return obj[2] or None

    def item_author_name(self, item: Result) -> str | None:
        return ", ".join(author.text for author in item.card.authors) or None

    def item_pubdate(self, item: Result) -> datetime | None:
        return item.published_on
