"""The search page."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from chorsu_locales.selectors import default_code, enabled_codes, get_language_row
from chorsu_search.conf import get_settings
from chorsu_search.fields import FACET_LENGTH, FACETS
from chorsu_search.queries import Query, clean
from chorsu_search.selectors import DEEPEST, Answer, find

ALL_LANGUAGES = "all"


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """Show the results for ``?q=``: in the page's language, or in the one (or "all") that ``language`` names.

    The names of ``FACETS`` narrow them; ``page`` counts from 1, and one that doesn't exist is a 404.
    Answers 503, with the page, where no engine is available.
    """
    codes = enabled_codes()
    current = _current_language(codes)
    wanted = request.GET.get("language", "")
    wanted = wanted if wanted in {*codes, ALL_LANGUAGES} else current
    number = _page_number(request.GET.get("page", "1"))
    query = Query(
        text=clean(request.GET.get("q", "")),
        languages=tuple(codes) if wanted == ALL_LANGUAGES else (wanted,),
        filters=_filters(request),
        offset=(number - 1) * get_settings().page_size,
        limit=get_settings().page_size,
    )
    answer = find(query, request=request) if query.text else Answer()
    paginator = Paginator(range(min(answer.total, DEEPEST)), get_settings().page_size)
    if not answer.available:
        number = 1  # nobody knows how many there are
    if number > paginator.num_pages:
        raise Http404("There is no such page of the results.")
    context = {
        "base_template": get_settings().base_template,
        "query": query,
        "answer": answer,
        "page_obj": paginator.page(number),
        "page_numbers": paginator.get_elided_page_range(number, on_each_side=2, on_ends=1),
        "language": wanted,
        "current_language": current,
        "languages": [get_language_row(code) for code in codes],
        "all_languages": ALL_LANGUAGES,
    }
    response = render(request, "chorsu_search/search.html", context, status=200 if answer.available else 503)
    response.headers["X-Robots-Tag"] = "noindex, follow"
    return response


def _current_language(codes: list[str]) -> str:
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


def _filters(request: HttpRequest) -> dict[str, str]:
    given = {name: clean(request.GET.get(name, ""))[:FACET_LENGTH] for name in FACETS}
    return {name: value for name, value in given.items() if value}
