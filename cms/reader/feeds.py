"""RSS feeds of a language, a section, a topic, a country and an author: pictures and, by a setting, whole texts.

Dzen's feed has the publications of the last three days with their whole texts and a picture each. Its rules:
dzen.ru/help/ru/website/rss-modify
"""

# catalogue: reader
from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin
from xml.sax.xmlreader import AttributesImpl

from bs4 import BeautifulSoup
from django.conf import settings
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Enclosure
from django.utils.http import http_date
from django.utils.translation import get_language, gettext
from django.utils.xmlutils import SimplerXMLGenerator

from chorsu_articles import lists
from chorsu_articles.models import Country, Person, Picture, Publication, SectionPage, Topic
from chorsu_articles.models.publications import PublicationQuerySet
from chorsu_articles.pictures.renditions import SHARING, sizes_of
from chorsu_locales.normal_form import RssFeed
from cms.reader.frame import Reader, menu, site_of

ITEMS = 20
# Elements that every feed reader shows; others are replaced by their content.
ALLOWED = {"p", "h2", "h3", "ul", "ol", "li", "blockquote", "figure", "figcaption", "img", "a", "b", "strong", "i"}
ALLOWED |= {"em", "u", "s", "br", "hr", "sub", "sup", "table", "thead", "tbody", "tr", "th", "td"}
# Drawings, controls, and texts for screen readers alone.
LEFT_OUT = "svg, script, style, form, button, .visually-hidden, .back, .related, .passage-language, .heading-link"
# By the kind in a feed's address: the model, the field of its key, and the filter of the list.
KINDS: dict[str, tuple[type[Any], str, str]] = {
    "topic": (Topic, "slug", "topic"),
    "country": (Country, "code", "country"),
    "person": (Person, "slug", "author"),
}
ATTRIBUTES = {"a": {"href"}, "img": {"src", "alt", "width", "height"}, "p": {"lang", "dir"}}


class NewsroomFeed(RssFeed):
    """RSS with whole texts, names of authors and pictures."""

    def rss_attributes(self) -> dict[str, str]:
        return {
            **super().rss_attributes(),
            "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
            "xmlns:dc": "http://purl.org/dc/elements/1.1/",
            "xmlns:media": "http://search.yahoo.com/mrss/",
        }

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        for name in item["authors"]:
            handler.addQuickElement("dc:creator", name)
        if item["text"]:
            handler.addQuickElement("content:encoded", item["text"])
        if item["picture"]:
            handler.startElement("media:content", AttributesImpl(item["picture"]))
            for name in ("description", "credit"):
                if text := item[f"picture_{name}"]:
                    handler.addQuickElement(f"media:{name}", text)
            handler.endElement("media:content")


class DzenRss(NewsroomFeed):
    """RSS with what Dzen wants too: the address for phones, which is the same, and the rating."""

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("pdalink", item["link"])
        handler.addQuickElement("media:rating", "nonadult", {"scheme": "urn:simple"})


def latest(request: HttpRequest) -> HttpResponse:
    """Return the feed of the active language's newest publications."""
    return _answer(request, _items(lists.publications(get_language() or settings.LANGUAGE_CODE), request))


def of_section(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the feed of a section; raise ``Http404`` where no public section has this slug."""
    found = next((item for item in menu(request).sections if item.slug == slug), None)
    if found is None:
        raise Http404("There is no such section.")
    section = get_object_or_404(SectionPage, pk=found.pk)
    newest = _items(lists.with_cards(lists.in_section(section)), request)
    return _answer(request, newest, title=found.title, url=found.url, words=section.introduction)


def of_row(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Return the feed of a topic, a country or an author; raise ``Http404`` for an unknown or withheld name.

    ``kind`` is a key of ``KINDS``, ``key`` a slug or a country's code.
    """
    model, name, narrow = KINDS[kind]
    shown = {"name_withheld": False} if model is Person else {}
    row = get_object_or_404(model, **{name: key.upper() if model is Country else key}, **shown)
    newest = _items(lists.narrowed(lists.publications(get_language() or ""), **{narrow: row}), request)
    return _answer(request, newest, title=row.localized_name(), url=row.get_absolute_url())


def dzen(request: HttpRequest) -> HttpResponse:
    """Return Dzen's feed of the active language; raise ``Http404`` where ``DZEN_FEED`` is off."""
    if not settings.DZEN_FEED:
        raise Http404("There is no feed for Dzen here.")
    recent = lists.publications(get_language() or "").filter(
        published_on__gt=timezone.now() - timedelta(days=3), main_picture__isnull=False
    )
    newest = [item for item in _items(recent, request, whole=True) if item["picture"]]
    for item in newest:
        # As articles, shown in searches, with comments.
        item["categories"] = ("format-article", "index", "comment-all")
    return _answer(request, newest, feed_type=DzenRss)


def _answer(
    request: HttpRequest,
    items: list[dict[str, Any]],
    *,
    title: str = "",
    url: str = "",
    words: str = "",
    feed_type: type[NewsroomFeed] = NewsroomFeed,
) -> HttpResponse:
    """Return a feed of these items.

    ``title``, ``url`` and ``words`` name and describe the section, topic, country or author; empty for the whole site.
    """
    site = Reader(request).site_name
    feed = feed_type(
        f"{site}: {title}" if title else site,
        request.build_absolute_uri(url or reverse("wagtail_serve", args=[""])),
        words or gettext("The latest publications"),
        language=get_language(),
        feed_url=request.build_absolute_uri(request.path),
    )
    for item in items:
        feed.add_item(**item)
    response = HttpResponse(content_type=feed.content_type)
    response.headers["Last-Modified"] = http_date(feed.latest_post_date().timestamp())
    feed.write(response, "utf-8")
    return response


def _items(found: PublicationQuerySet, request: HttpRequest, *, whole: bool | None = None) -> list[dict[str, Any]]:
    """Return the items of the newest publications. ``whole``: with their whole texts; None takes ``FEED_FULL_TEXT``."""
    whole = settings.FEED_FULL_TEXT if whole is None else whole
    site_of(request)  # of what all pages share: Wagtail would ask for it with the first address
    found = found.prefetch_related(Prefetch("countries", Country.objects.ordered_by_name()))
    pages: Iterable[Publication] = found.defer(None)[:ITEMS] if whole else found[:ITEMS]
    Picture.load_shown_facts(page.main_picture for page in pages if page.main_picture)
    return [
        {
            "title": page.title,
            "link": request.build_absolute_uri(page.get_url(request) or "/"),
            "description": page.lead,
            # Stays the same when the address changes.
            "unique_id": f"urn:chorsu:{page.translation_key}:{page.locale.language_code}",
            "unique_id_is_permalink": False,
            "pubdate": page.date,
            "categories": [row.localized_name() for row in (*page.topics.all(), *page.countries.all())],
            "authors": [name.name for name in page.byline],
            "text": full_text(page, request) if whole else "",
            **_picture(page, request),
        }
        for page in pages
    ]


def _picture(page: Publication, request: HttpRequest) -> dict[str, Any]:
    """Return an item's values for the main picture; ``picture`` is None where there is none, or its file is missing.

    Some feed readers know Media RSS, others only enclosures, so both are there.
    """
    picture = page.main_picture
    found = sizes_of(picture, [SHARING]) if picture else []
    try:
        length = found[0].file.size if found else None
    except OSError:
        length = None
    if picture is None or length is None:
        return {"picture": None}
    url, size = request.build_absolute_uri(found[0].url), {"width": str(found[0].width), "height": str(found[0].height)}
    return {
        "enclosures": [Enclosure(url, str(length), "image/jpeg")],
        "picture": {"url": url, "medium": "image", "type": "image/jpeg", **size},
        "picture_description": page.main_picture_alt,
        "picture_credit": picture.credit_line,
    }


def full_text(page: Publication, request: HttpRequest) -> str:
    """Return the main picture and the text as HTML with absolute addresses. The body of ``page`` must be loaded."""
    lists.prefetch_article(page)
    rendered = render_to_string("reader/feed_text.html", {"page": page, "request": request}, request=request)
    soup = BeautifulSoup(rendered, "html.parser")
    for tag in soup.select(LEFT_OUT):
        tag.decompose()
    address = request.build_absolute_uri(page.get_url(request) or "/")
    for tag in soup.find_all():
        if tag.name not in ALLOWED or "whole-picture" in tag.get("class", []):
            tag.unwrap()
            continue
        for name in ("href", "src"):
            if name in tag.attrs:
                tag[name] = urljoin(address, str(tag[name]))
        allowed = ATTRIBUTES.get(tag.name, set())
        tag.attrs = {name: value for name, value in tag.attrs.items() if name in allowed}
    return str(soup).strip()
