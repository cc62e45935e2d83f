"""The search page, and what readers are offered as they type."""

# catalogue: reader
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from chorsu_locales.dates import format_date
from chorsu_locales.selectors import enabled_codes, get_language_row
from chorsu_locales.table import Language
from chorsu_search.answers import direct_answers, popular
from chorsu_search.asked import Asked, asked_by, current_language
from chorsu_search.completions import completions
from chorsu_search.conf import get_settings
from chorsu_search.fields import FACETS
from chorsu_search.query_counts import count_query
from chorsu_search.selectors import DEEPEST, Answer, Beside, find

COMPLETIONS_ARE_KEPT = 300  # seconds, by browsers and shared caches


@dataclass(frozen=True, slots=True)
class Chosen:
    """What narrows the results, with the address of the search without it."""

    label: str
    address: str


@dataclass(frozen=True, slots=True)
class LanguageChoice:
    """A language to search in."""

    row: Language
    count: int | None


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """Show the results for ``?q=``: in the page's language, or in the one that ``language`` names.

    The names of ``FACETS``, ``since`` and ``until`` narrow them, ``sort=date`` puts the newest first, ``exact=1`` keeps
    to what was typed; ``page`` counts from 1, and one that doesn't exist is a 404. Answers 503, with the page, where no
    engine is available.
    """
    asked = asked_by(request, limit=get_settings().page_size)
    query = asked.query
    beside = Beside(asked.codes, preferred=asked.current)
    answer = find(query, request=request, exact=asked.exact, beside=beside) if query.text else Answer()
    paginator = Paginator(range(min(answer.total, DEEPEST)), get_settings().page_size)
    number = asked.number if answer.available else 1  # nobody knows how many there are
    if number > paginator.num_pages:
        raise Http404("There is no such page of the results.")
    is_first = number == 1 and not asked.narrowed
    if query.text and answer.available and is_first and query.order == "relevance":
        count_query(query.text, asked.language, answer.total)
    names = query.text and is_first and answer.available
    context = {
        "base_template": get_settings().base_template,
        "asked": asked,
        "query": query,
        "exact": asked.exact,
        "answer": answer,
        "direct_answers": direct_answers(answer.corrected or query.text, asked.current, request) if names else [],
        "chosen": _chosen(asked, answer),
        "elsewhere": answer.elsewhere,
        "popular": [] if answer.total or not answer.available else popular(request),
        "page_obj": paginator.page(number),
        "page_numbers": paginator.get_elided_page_range(number, on_each_side=2, on_ends=1),
        "language": asked.language,
        "current_language": asked.current,
        "search_languages": _languages(asked, answer),
    }
    response = render(request, "chorsu_search/search.html", context, status=200 if answer.available else 503)
    response.headers["X-Robots-Tag"] = "noindex, follow"
    return response


@require_safe
def completion_list(request: HttpRequest) -> JsonResponse:
    """Answer ``?q=`` with what begins so: names, then headlines, of the page's language. Any cache may keep it."""
    current = current_language(enabled_codes())
    found = [
        {
            "text": item.text,
            "kind": item.kind,
            "url": item.url,
            "lang": item.language,
            "dir": get_language_row(item.language).direction,
        }
        for item in completions(request.GET.get("q", ""), current, request)
    ]
    response = JsonResponse({"found": found})
    patch_cache_control(response, public=True, max_age=COMPLETIONS_ARE_KEPT)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _languages(asked: Asked, answer: Answer) -> list[LanguageChoice]:
    """Return the languages with the number of results in each, where that is known."""
    counts: dict[str, int | None] = {asked.language: answer.total, **answer.elsewhere.languages}
    known = bool(asked.query.text and answer.available)
    return [LanguageChoice(get_language_row(code), counts.get(code, 0) if known else None) for code in asked.codes]


def _chosen(asked: Asked, answer: Answer) -> list[Chosen]:
    """Return what narrows the results, in the order of the form; a value that has no name as its facet."""
    labels = {each.name: each.chosen.label for each in answer.filters if each.chosen}
    found = [
        Chosen(labels.get(name, str(FACETS[name][0])), asked.address(**{name: ""})) for name in asked.query.filters
    ]
    texts: dict[str, Any] = {"since": _("From %(day)s"), "until": _("Until %(day)s")}
    for name, text in texts.items():
        if day := getattr(asked.query, name):
            label = text % {"day": format_date(day, asked.current, "short")}
            found.append(Chosen(label, asked.address(**{name: ""})))
    return found
