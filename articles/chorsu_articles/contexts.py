"""The context of each page's template beside ``page`` and ``request``. Its names are an interface: templates use them.

``page_obj`` is always Django's page of a paginator, ``publications`` the list of ``Publication`` on it, each ready for
a card: ``item.title``, ``item.lead``, ``item.main_picture``, ``item.main_picture_alt``, ``item.byline`` (list of
``BylineName``: ``name``, ``language``, ``url`` or None), ``item.date``, ``item.topics.all``, ``item.kicker_topic``,
``item.reading_minutes``, ``item.card_label`` and ``item.card_facts_template`` of its kind;
where the kind has its own facts template, ``item.kind_page`` with the fields of the kind.
Vocabulary rows give ``get_absolute_url``, and their texts by ``{{ row|text_of }}`` and
``{{ row|text_of:"description" }}``, which marks what is in another language.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from chorsu_articles.models import Country, HomePage, Publication, SectionPage, Topic, page_context
from chorsu_articles.pagination import page_of
from chorsu_articles.selectors import (
    cards_of,
    front_of,
    in_section,
    latest_beside,
    midnight_before,
    narrowed,
    prefetch_article,
    related_to,
    section_facets,
)
from chorsu_articles.structured_data import news_article

PER_PAGE = 20


@page_context.register
def home_context(page: HomePage, request: HttpRequest) -> dict[str, Any]:  # noqa: ARG001
    """Return the context of a front page.

    ``parts``: list of ``Part``, the blocks in their order, each with ``template``; ``today``: the newsroom's day, which
    a front page tells its readers; ``changes_at``: when time alone will change the page, at the latest at midnight.
    """
    now = timezone.now()
    front = front_of(page, now=now)
    midnight = midnight_before(now) + timedelta(days=1)
    return {
        "parts": front.parts,
        "today": timezone.localdate(now),
        "changes_at": min(front.changes_at or midnight, midnight),
    }


@page_context.register
def section_context(page: SectionPage, request: HttpRequest) -> dict[str, Any]:
    """Return the context of a section.

    ``parts`` and ``changes_at``, as of a front page, on the first page without filters; ``page_obj``, ``publications``:
    what isn't in the parts; ``facets``: ``Facets`` (``countries``, ``topics``, ``years``: lists of
    ``FacetValue`` with ``value``, ``label``, ``count``, ``selected``); ``selected``: dictionary with ``country``,
    ``topic`` (vocabulary rows or None) and ``year`` (int or None); ``is_filtered``; ``is_led``: nothing was arranged,
    so the newest stand large; ``filter_query``: the chosen filters as a query string without ``page``, such as
    ``country=tj&year=2026``, or empty.
    The address takes ``?country=tj&topic=<slug>&year=2026&page=2``.

    Raises ``Http404`` for an unknown country, topic or year, and for a page that does not exist.
    """
    code, slug, year_text = (request.GET.get(name, "").strip() for name in ("country", "topic", "year"))
    if "\0" in code + slug:
        raise Http404("No country or topic has such a name.")
    chosen: dict[str, Any] = {
        "country": get_object_or_404(Country, code=code.upper()) if code else None,
        "topic": get_object_or_404(Topic, slug=slug) if slug else None,
        "year": _year(year_text) if year_text else None,
    }
    query = {name: request.GET[name] for name, value in chosen.items() if value is not None}
    front = None if query else front_of(page)
    shown = front.shown if front else []
    # The list goes by what the front shows.
    listed = narrowed(in_section(page), **chosen).exclude(pk__in=shown)
    page_obj = page_of(request, listed.values_list("pk", flat=True), PER_PAGE)
    above = front if front and page_obj.number == 1 else None
    # Of both at once.
    cards = cards_of([*(above.shown if above else ()), *page_obj.object_list])
    return {
        "parts": above.parts_with(cards) if above else [],
        "changes_at": front.changes_at if front else None,
        "page_obj": page_obj,
        "publications": [cards[key] for key in page_obj.object_list if key in cards],
        "facets": section_facets(page, **chosen),
        "selected": chosen,
        "is_filtered": bool(query),
        "is_led": bool(above and not above.planned),
        "filter_query": urlencode(query),
    }


@page_context.register
def publication_context(page: Publication, request: HttpRequest) -> dict[str, Any]:
    """Return the context of a publication of any kind.

    ``byline``, ``translators``: lists of ``BylineName``; ``authors``: list of ``Person`` for the box below the text,
    those who are named there and say something of themselves; ``related``: up to three ``Publication`` about the same;
    ``latest_beside``: where there are none, up to three of the newest of its section;
    ``structured_data``: the JSON-LD dictionary, made when used; ``corrections``: list with ``date`` and ``text``;
    ``corrected``: the last of their dates, or None.
    Every picture of ``page`` has its renditions loaded.
    """
    related: list[Publication] = []

    def beside() -> list[Publication]:
        related.extend(related_to(page))
        return related or latest_beside(page)

    cards = prefetch_article(page, beside)
    corrections = list(page.corrections.all())
    return {
        "byline": page.byline,
        "translators": page.translator_byline,
        "authors": page.introduced_authors,
        "related": related,
        "latest_beside": [] if related else cards,
        "corrections": corrections,
        "corrected": max((correction.date for correction in corrections), default=None),
        "structured_data": SimpleLazyObject(lambda: news_article(page, request)),
    }


def _year(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        raise Http404("A year has four digits.")
    year = int(text)
    if not 1 <= year < 9999:
        raise Http404("There is no such year.")
    return year
