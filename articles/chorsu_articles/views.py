"""What readers ask for: pages and their contexts, vocabularies, documents.

The names in the context of each page's template, beside ``page`` and ``request``, are an interface: templates use them.

``page_obj`` is always Django's page of a paginator, ``publications`` the list of ``Publication`` on it, each ready for
a card: ``item.title``, ``item.lead``, ``item.main_picture``, ``item.main_picture_alt``, ``item.byline`` (list of
``BylineName``: ``name``, ``language``, ``url`` or None), ``item.date``, ``item.topics.all``, ``item.kicker_topic``,
``item.reading_minutes``, ``item.card_label`` and ``item.card_facts_template`` of its kind;
where the kind has its own facts template, ``item.kind_page`` with the fields of the kind.
Vocabulary rows give ``get_absolute_url``, and their texts by ``{{ row|text_of }}`` and
``{{ row|text_of:"description" }}``: a name is marked where it is in another language, other texts are empty then.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import quote, urlencode

from django.core.paginator import InvalidPage, Page, Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.functional import SimpleLazyObject
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.views.decorators.http import condition, require_safe
from wagtail import hooks
from wagtail.documents import get_document_model
from wagtail.documents.models import document_served
from wagtail.documents.views.serve import serve as serve_from_elsewhere

from chorsu_articles.conf import get_settings
from chorsu_articles.forms.documents import KINDS
from chorsu_articles.front import front_of, midnight_before
from chorsu_articles.lists import (
    by_country,
    by_organisation,
    by_person,
    by_topic,
    cards_of,
    in_section,
    latest_beside,
    narrowed,
    prefetch_article,
    related_to,
    section_facets,
    translated_by,
)
from chorsu_articles.models import (
    Country,
    HomePage,
    Organisation,
    Person,
    Publication,
    PublicationQuerySet,
    SectionPage,
    Topic,
    page_context,
)
from chorsu_articles.storage import private_folder
from chorsu_articles.structured_data import news_article
from chorsu_locales.request_checks import whole_number

PER_PAGE = 20
TRANSLATIONS_SHOWN = 20


def page_of(request: HttpRequest, items: Any) -> Page[Any]:
    """Return the page of ``items`` that ``?page=`` asks for.

    Raises ``Http404`` for anything that is not the number of an existing page. The first page exists even if empty:
    nothing is counted or read of it before somebody shows it.
    """
    # ``int`` also reads "+1", "1_0" and the digits of other scripts: one page would have many addresses.
    number = whole_number(request.GET.get("page", "1")) or 0
    paginator = Paginator(items, PER_PAGE)
    if number == 1:
        return Page(items[:PER_PAGE], number, paginator)
    try:
        return paginator.page(number)
    except InvalidPage as error:
        raise Http404("There is no such page of this list.") from error


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
    what isn't in the parts; ``facets``: dictionary (``countries``, ``topics``, ``years``: lists of
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
    page_obj = page_of(request, listed.values_list("pk", flat=True))
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
        # What is said of an event that is ahead.
        "changes_at": midnight_before(timezone.now()) + timedelta(days=1) if getattr(page, "is_ahead", False) else None,
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


def person(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a person (``person``), what they wrote (``page_obj``) and their newest ``translations``.

    A withheld name has no page.
    """
    row = get_object_or_404(Person, slug=slug, name_withheld=False)
    translations: list[Publication] = list(translated_by(row, language())[:TRANSLATIONS_SHOWN])
    return _shown(request, "person", row, by_person(row, language()), translations=translations)


def organisation(request: HttpRequest, slug: str) -> HttpResponse:
    row = get_object_or_404(Organisation, slug=slug)
    return _shown(request, "organisation", row, by_organisation(row, language()))


def topic(request: HttpRequest, slug: str) -> HttpResponse:
    row = get_object_or_404(Topic, slug=slug)
    return _shown(request, "topic", row, by_topic(row, language()))


def country(request: HttpRequest, code: str) -> HttpResponse:
    row = get_object_or_404(Country, code=code.upper())
    return _shown(request, "country", row, by_country(row, language()))


def _shown(request: HttpRequest, name: str, row: Any, publications: PublicationQuerySet, **more: Any) -> HttpResponse:
    """Show a row under its ``name``, and the page of its publications that the address asks for.

    One that has none in the language is kept out of search engines.
    """
    page_obj = page_of(request, publications)
    listed = list(page_obj.object_list)
    if page_obj.number == 1 and len(listed) < PER_PAGE:
        # All there are: a count would be a query more.
        page_obj.paginator.count = len(listed)
    shown = {"page_obj": page_obj, "publications": listed, "is_led": page_obj.number == 1}
    response = render(request, f"chorsu_articles/{name}.html", {name: row, **shown, **more})
    if not any((listed, *more.values())):
        response.headers["X-Robots-Tag"] = "noindex"
    return response


def language() -> str:
    return get_language() or ""


CHUNK = 64 * 1024
RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
POLICY = "default-src 'none'; sandbox"


@require_safe
def serve(request: HttpRequest, document_id: str, document_filename: str) -> HttpResponseBase:
    """Answer with a document, if its collection is open to this reader.

    Wagtail's hook ``before_serve_document`` and its signal ``document_served`` hold as in Wagtail's own view.
    """
    document = get_object_or_404(get_document_model(), pk=document_id)
    if document.filename != document_filename:
        raise Http404("This document does not match the given filename.")
    try:
        path = document.file.path
    except NotImplementedError:  # another machine's storage
        return serve_from_elsewhere(request, document_id, document_filename)  # type: ignore[no-any-return]
    for hook in hooks.get_hooks("before_serve_document"):
        answer = hook(document, request)
        if isinstance(answer, HttpResponse):
            return answer
    if not Path(path).is_file():
        raise Http404("The file is missing.")
    document_served.send(sender=type(document), instance=document, request=request)
    response = condition(etag_func=lambda *_args: f'"{document.file_hash}"' if document.file_hash else None)(
        lambda request: _file(request, path)
    )(request)
    _describe(response, document)
    return response


def _describe(response: HttpResponseBase, document: Any) -> None:
    kind = KINDS.get(PurePath(document.filename).suffix.lower().lstrip("."))
    content_type = kind.content_type if kind else "application/octet-stream"
    if response.status_code in {200, 206}:
        response["Content-Type"] = content_type
    inline = content_type == "application/pdf"
    response["Content-Disposition"] = content_disposition_header(not inline, document.filename) or "inline"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = POLICY
    if document.collection.get_view_restrictions():
        patch_cache_control(response, private=True, no_cache=True)
    else:
        patch_cache_control(response, public=True, no_cache=True)


def _file(request: HttpRequest, path: str) -> HttpResponseBase:
    by = get_settings().sendfile
    inside = os.path.relpath(path, private_folder())
    if by and not inside.startswith(".."):
        header, place = ("X-Sendfile", path) if by == "X-Sendfile" else ("X-Accel-Redirect", by + inside)
        return HttpResponse(headers={header: quote(place)})
    size = Path(path).stat().st_size
    wanted = _range(request, size)
    if wanted is None:
        return FileResponse(Path(path).open("rb"), headers={"Accept-Ranges": "bytes"})
    first, last = wanted
    if first > last:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    headers = {"Content-Range": f"bytes {first}-{last}/{size}", "Content-Length": str(last - first + 1)}
    return StreamingHttpResponse(_part(path, first, last), status=206, headers={**headers, "Accept-Ranges": "bytes"})


def _range(request: HttpRequest, size: int) -> tuple[int, int] | None:
    """Return the first and last byte that a player asks for; None for all, and a first behind the last for nothing."""
    found = RANGE.fullmatch(request.headers.get("Range", ""))
    if not found or "If-Range" in request.headers or not (found[1] or found[2]):
        return None
    if not found[1]:
        return max(0, size - int(found[2])), size - 1 if int(found[2]) else -1
    first = int(found[1])
    last = min(int(found[2]) if found[2] else size - 1, size - 1)
    if found[2] and int(found[2]) < first:
        return None
    return first, last


def _part(path: str, first: int, last: int) -> Iterator[bytes]:
    with Path(path).open("rb") as file:
        file.seek(first)
        left = last - first + 1
        while left > 0 and (chunk := file.read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk
