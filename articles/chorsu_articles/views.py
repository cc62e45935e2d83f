"""What readers ask for: pages and their contexts, structured data of schema.org, vocabularies, documents.

The names in the context of each page's template, beside ``page`` and ``request``, are an interface: templates use them.

``page_obj`` is always Django's page of a paginator, ``publications`` the list of ``Publication`` on it, each ready for
a card: ``item.title``, ``item.lead``, ``item.main_picture``, ``item.main_picture_alt``, ``item.byline`` (list of
``BylineName``: ``name``, ``language``, ``url`` or None), ``item.date``, ``item.topics.all``, ``item.kicker_topic``,
``item.reading_minutes``, ``item.card_label`` and ``item.card_facts_template`` of its kind; where the kind has its own
facts template, ``item.kind_page`` with the fields of the kind. Vocabulary rows give ``get_absolute_url``, and their
texts by ``{{ row|text_of:"description" }}``: a name is marked where it is in another language, others are empty then.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import PurePath
from typing import Any
from urllib.parse import quote, urlencode

from django.core.files.storage import FileSystemStorage
from django.core.paginator import InvalidPage, Page, Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.functional import SimpleLazyObject
from django.utils.http import content_disposition_header
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.views.decorators.http import condition, require_safe
from wagtail import hooks
from wagtail.documents import get_document_model
from wagtail.documents.models import document_served

from chorsu_articles import lists
from chorsu_articles.conf import get_settings
from chorsu_articles.event_file import event_file
from chorsu_articles.forms.documents import KINDS
from chorsu_articles.front import front_of, midnight_before
from chorsu_articles.models import (
    Country,
    EventReportPage,
    HomePage,
    Organisation,
    Person,
    Picture,
    Publication,
    SectionPage,
    Topic,
)
from chorsu_articles.models.publications import BylineName, page_context
from chorsu_articles.pictures.renditions import RATIOS, sizes_of
from chorsu_articles.storage import private_folder
from chorsu_locales.request_checks import whole_number

PER_PAGE = 20
RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
POLICY = "default-src 'none'; sandbox"


def page_of(request: HttpRequest, items: Any) -> Page[Any]:
    """Return the page of ``items`` that ``?page=`` asks for, the first even if empty; else raise ``Http404``."""
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

    ``parts``: list of ``Part``, the blocks in their order, each with ``template``; ``today``: the newsroom's day;
    ``changes_at``: when time alone will change the page, at the latest at midnight.
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
    what isn't in the parts; ``facets``: dictionary (``countries``, ``topics``, ``years``: lists of ``FacetValue``);
    ``selected``: dictionary with ``country``, ``topic`` (vocabulary rows or None) and ``year`` (int or None);
    ``is_filtered``; ``is_led``: nothing was arranged, so the newest stand large; ``filter_query``: the chosen filters
    as a query string without ``page``, or empty. The address takes ``?country=tj&topic=<slug>&year=2026&page=2``.

    Raises ``Http404`` for an unknown country, topic or year, and for a page that does not exist.
    """
    code, slug, year_text = (request.GET.get(name, "").strip() for name in ("country", "topic", "year"))
    if "\0" in code + slug:
        raise Http404("No country or topic has such a name.")
    year = whole_number(year_text) if len(year_text) == 4 else None
    if year_text and not (year and year < 9999):
        raise Http404("There is no such year.")
    chosen: dict[str, Any] = {
        "country": get_object_or_404(Country, code=code.upper()) if code else None,
        "topic": get_object_or_404(Topic, slug=slug) if slug else None,
        "year": year,
    }
    query = {name: request.GET[name] for name, value in chosen.items() if value is not None}
    front = None if query else front_of(page)
    shown = front.shown if front else []
    # The list goes by what the front shows.
    listed = lists.narrowed(lists.in_section(page), **chosen).exclude(pk__in=shown)
    page_obj = page_of(request, listed.values_list("pk", flat=True))
    above = front if front and page_obj.number == 1 else None
    # Of both at once.
    cards = lists.cards_of([*(above.shown if above else ()), *page_obj.object_list])
    return {
        "parts": above.parts_with(cards) if above else [],
        "changes_at": front.changes_at if front else None,
        "page_obj": page_obj,
        "publications": [cards[key] for key in page_obj.object_list if key in cards],
        "facets": lists.section_facets(page, **chosen),
        "selected": chosen,
        "is_filtered": bool(query),
        "is_led": bool(above and not above.planned),
        "filter_query": urlencode(query),
    }


@page_context.register
def publication_context(page: Publication, request: HttpRequest) -> dict[str, Any]:
    """Return the context of a publication of any kind, and load the renditions of every picture of ``page``.

    ``byline``, ``translators``: lists of ``BylineName``; ``authors``: list of ``Person`` for the box below the text;
    ``related``: up to three ``Publication`` about the same; ``latest_beside``: where there are none, up to three of the
    newest of its section; ``structured_data``: the JSON-LD dictionary, made when used; ``corrections``: list with
    ``date`` and ``text``; ``corrected``: the last of their dates, or None.
    """
    related: list[Publication] = []

    def beside() -> list[Publication]:
        related.extend(lists.related_to(page))
        return related or lists.latest_beside(page)

    cards = lists.prefetch_article(page, beside)
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
        "corrected": max((each.date for each in corrections if each.date), default=None),
        "structured_data": SimpleLazyObject(lambda: news_article(page, request)),
    }


def news_article(page: Publication, request: HttpRequest) -> dict[str, Any]:
    """Return a publication as a dictionary for JSON-LD; a withheld name is an organisation, never a person."""
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": page.schema_type,
        "mainEntityOfPage": page.get_full_url(request) or "",
        "headline": page.title,
        "inLanguage": page.locale.language_code,
        "isAccessibleForFree": True,
        "wordCount": page.word_count,
        "author": [_person(name, request) for name in page.byline],
    }
    subjects = (("Thing", page.topics.all()), ("Country", page.countries.all()))
    where_known = {
        "description": page.description,
        "datePublished": page.date and localtime(page.date).isoformat(),
        "dateModified": page.modified and localtime(page.modified).isoformat(),
        "translator": [_person(name, request) for name in page.translator_byline],
        "image": page.main_picture and pictures(page.main_picture, page.main_picture_caption, request),
        "about": [{"@type": kind, "name": row.localized_name()} for kind, rows in subjects for row in rows],
        "correction": [
            {"@type": "CorrectionComment", "text": item.text, "datePublished": item.date.isoformat()}
            for item in page.corrections.all()
            if item.date
        ],
    }
    data |= {name: value for name, value in where_known.items() if value}
    for name, value in page.structured_facts().items():
        data[name] = [*data[name], *value] if isinstance(value, list) and name in data else value
    illustrate_events(data)
    return data


def illustrate_events(article: dict[str, Any]) -> None:
    """Give the events that an article is about its pictures, by their addresses."""
    addresses = [picture["url"] for picture in article.get("image", ()) if "url" in picture]
    for subject in article.get("about", ()):
        if subject["@type"] == "Event" and addresses:
            subject["image"] = addresses


def _person(name: BylineName, request: HttpRequest) -> dict[str, Any]:
    if name.url is None:
        return {"@type": "Organization", "name": name.name}
    return {"@type": "Person", "name": name.name, "url": request.build_absolute_uri(name.url)}


def pictures(
    picture: Picture, caption: str, request: HttpRequest, specs: Iterable[str] = RATIOS
) -> list[dict[str, Any]]:
    """Return a picture in the ratios that search engines ask for; a small one gives fewer."""
    common = {"creditText": picture.credit_line, "caption": caption}
    sizes = {(size.width, size.height): size for size in sizes_of(picture, specs)}.values()
    return [
        {
            "@type": "ImageObject",
            "url": request.build_absolute_uri(size.url),
            "width": size.width,
            "height": size.height,
            **{name: text for name, text in common.items() if text},
        }
        for size in sizes
    ]


def person(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a person (``person``), what they wrote (``page_obj``) and their newest ``translations``."""
    row = get_object_or_404(Person, slug=slug, name_withheld=False)
    translated = lists.narrowed(lists.publications(get_language() or ""), translator=row)
    return _shown(request, "person", row, narrow="author", translations=list(translated[:PER_PAGE]))


def organisation(request: HttpRequest, slug: str) -> HttpResponse:
    return _shown(request, "organisation", get_object_or_404(Organisation, slug=slug))


def topic(request: HttpRequest, slug: str) -> HttpResponse:
    return _shown(request, "topic", get_object_or_404(Topic, slug=slug))


def country(request: HttpRequest, code: str) -> HttpResponse:
    return _shown(request, "country", get_object_or_404(Country, code=code.upper()))


def _shown(request: HttpRequest, name: str, row: Any, *, narrow: str = "", **more: Any) -> HttpResponse:
    """Show a row under its ``name`` with a page of its publications, found by the filter ``narrow``, or ``name``.

    One that has none in the language is kept out of search engines.
    """
    found = lists.narrowed(lists.publications(get_language() or ""), **{narrow or name: row})
    page_obj = page_of(request, found)
    listed = list(page_obj.object_list)
    if page_obj.number == 1 and len(listed) < PER_PAGE:
        # All there are: a count would be a query more.
        page_obj.paginator.count = len(listed)
    shown = {"page_obj": page_obj, "publications": listed, "is_led": page_obj.number == 1}
    response = render(request, f"chorsu_articles/{name}.html", {name: row, **shown, **more})
    if not any((listed, *more.values())):
        response.headers["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def event_calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer with an event that isn't over, as a file for calendars; of others there is none."""
    event = lists.open_to_all(EventReportPage.objects.filter(pk=pk)).select_related("country", "locale").first()
    if event is None or event.starts_on is None or not event.is_ahead:
        raise Http404("There is no such event ahead.")
    content = event_file(event, url=event.get_full_url(request) or "", host=request.get_host())
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=f"{event.slug}.ics")
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def serve(request: HttpRequest, document_id: str, document_filename: str) -> HttpResponseBase:
    """Answer with a document, with Wagtail's hook ``before_serve_document`` and its signal ``document_served``."""
    document = get_object_or_404(get_document_model(), pk=document_id)
    if document.filename != document_filename:
        raise Http404("This document does not match the given filename.")
    for hook in hooks.get_hooks("before_serve_document"):
        answer = hook(document, request)
        if isinstance(answer, HttpResponse):
            return answer
    file = document.file
    if not file.storage.exists(file.name):
        raise Http404("The file is missing.")
    document_served.send(sender=type(document), instance=document, request=request)
    etag = f'"{document.file_hash}"' if document.file_hash else None
    response: HttpResponseBase = condition(etag_func=lambda *_args: etag)(lambda request: _file(request, file))(request)
    kind = KINDS.get(PurePath(document.filename).suffix.lower().lstrip("."))
    content_type = kind.content_type if kind else "application/octet-stream"
    if response.status_code in {200, 206}:
        response["Content-Type"] = content_type
    inline = content_type == "application/pdf"
    response["Content-Disposition"] = content_disposition_header(not inline, document.filename) or "inline"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = POLICY
    audience = "private" if document.collection.get_view_restrictions() else "public"
    patch_cache_control(response, no_cache=True, **{audience: True})
    return response


def _file(request: HttpRequest, file: Any) -> HttpResponseBase:
    by, storage = get_settings().sendfile, file.storage
    if by.startswith("/") and hasattr(storage, "signed_path"):
        return HttpResponse(headers={"X-Accel-Redirect": by + storage.signed_path(file.name, request.method)})
    inside = os.path.relpath(file.path, private_folder()) if isinstance(storage, FileSystemStorage) else ".."
    if by and not inside.startswith(".."):
        header, place = ("X-Sendfile", file.path) if by == "X-Sendfile" else ("X-Accel-Redirect", by + inside)
        return HttpResponse(headers={header: quote(place)})
    size = file.size
    wanted = _range(request, size)
    if wanted is None:
        return FileResponse(storage.open(file.name), headers={"Accept-Ranges": "bytes"})
    first, last = wanted
    if first > last:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    headers = {"Content-Range": f"bytes {first}-{last}/{size}", "Content-Length": str(last - first + 1)}
    return StreamingHttpResponse(_part(file, first, last), status=206, headers={**headers, "Accept-Ranges": "bytes"})


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


def _part(file: Any, first: int, last: int) -> Iterator[bytes]:
    with file.storage.open(file.name) as opened:
        opened.seek(first)
        left = last - first + 1
        while left > 0 and (chunk := opened.read(min(64 * 1024, left))):
            left -= len(chunk)
            yield chunk
