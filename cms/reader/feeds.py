"""RSS feeds of a language, a section, a topic, a country and an author: pictures and, by a setting, whole texts.

Dzen's feed has the publications of the last three days, whole, each with a picture, by the rules of
dzen.ru/help/ru/website/rss-modify.
"""

# catalogue: reader
from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urljoin
from xml.sax.xmlreader import AttributesImpl

from bs4 import BeautifulSoup
from django.conf import settings
from django.contrib.syndication.views import Feed
from django.db.models import Prefetch
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Enclosure
from django.utils.translation import get_language, gettext
from django.utils.xmlutils import SimplerXMLGenerator

from chorsu_articles.lists import (
    by_country,
    by_person,
    by_topic,
    in_section,
    prefetch_article,
    publications,
    with_cards,
)
from chorsu_articles.models import Country, Person, Publication, PublicationQuerySet, SectionPage, Topic
from chorsu_articles.renditions import SHARING, sizes_of
from chorsu_locales.normal_form import RssFeed, normal_text
from cms.reader.frame import menu
from cms.reader.shown import identity

ITEMS = 20
DZEN_DAYS = 3
# As articles, shown in searches, with comments: what Dzen would ask for each.
DZEN_CATEGORIES = ("format-article", "index", "comment-all")
# What every feed reader shows; all other elements give way to what stands in them.
KEPT = {"p", "h2", "h3", "ul", "ol", "li", "blockquote", "figure", "figcaption", "img", "a", "b", "strong", "i", "em"}
KEPT |= {"u", "s", "br", "hr", "sub", "sup", "table", "thead", "tbody", "tr", "th", "td"}
# Furniture of the page: drawings, and what says something to screen readers alone.
LEFT_OUT = "svg, script, style, form, button, .visually-hidden, .back, .related, .passage-language, .heading-link"
ATTRIBUTES = {"a": {"href"}, "img": {"src", "alt", "width", "height"}, "p": {"lang", "dir"}}


@dataclass(frozen=True, slots=True)
class FeedPicture:
    """A picture of an item; ``length`` is in bytes."""

    url: str
    width: int
    height: int
    length: int
    credit: str
    alt: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What a feed says of a publication; ``text`` is HTML, and empty where feeds have the lead alone."""

    title: str
    url: str
    guid: str
    lead: str
    text: str
    authors: list[str]
    categories: list[str]
    published: datetime | None
    picture: FeedPicture | None


@dataclass(frozen=True, slots=True)
class Source:
    """What a feed is of: its title, the address of its page, and the newest publications."""

    title: str
    url: str
    description: str
    entries: list[Entry]


class NewsroomFeed(RssFeed):
    """RSS with whole texts, names of authors and pictures."""

    def rss_attributes(self) -> dict[str, str]:
        """Return the names of the vocabularies that the items use."""
        return {
            **super().rss_attributes(),
            "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
            "xmlns:dc": "http://purl.org/dc/elements/1.1/",
            "xmlns:media": "http://search.yahoo.com/mrss/",
        }

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        """Add what Django's feed hasn't got."""
        super().add_item_elements(handler, item)
        for name in item["authors"]:
            handler.addQuickElement("dc:creator", name)
        if item["text"]:
            handler.addQuickElement("content:encoded", item["text"])
        if picture := item["picture"]:
            size = {"width": str(picture.width), "height": str(picture.height)}
            about = {"url": picture.url, "medium": "image", "type": "image/jpeg", **size}
            handler.startElement("media:content", AttributesImpl(about))
            for name, text in (("media:description", picture.alt), ("media:credit", picture.credit)):
                if text:
                    handler.addQuickElement(name, normal_text(text))
            handler.endElement("media:content")


class LatestFeed(Feed[Entry, Source]):
    """The newest publications of a language."""

    feed_type = NewsroomFeed

    def get_object(self, request: HttpRequest) -> Source:
        """Return what the feed is of."""
        code = get_language() or settings.LANGUAGE_CODE
        return self.source(request, "", reverse("wagtail_serve", args=[""]), "", entries(publications(code), request))

    def source(self, request: HttpRequest, title: str, url: str, words: str, found: list[Entry]) -> Source:
        """Return a source of these entries."""
        name = identity(request).name
        return Source(
            f"{name}: {title}" if title else name,
            url,
            words or gettext("The latest publications"),
            found,
        )

    def title(self, obj: Source) -> str:
        """Return the newsroom's name, and the section's, topic's, country's or author's."""
        return obj.title

    def link(self, obj: Source) -> str:
        """Return the address of what the feed is of."""
        return obj.url

    def description(self, obj: Source) -> str:
        """Return what the feed has."""
        return obj.description

    def items(self, obj: Source) -> list[Entry]:
        """Return the newest publications."""
        return obj.entries

    def item_title(self, item: Entry) -> str:
        """Return the headline."""
        return item.title

    def item_description(self, item: Entry) -> str:
        """Return the lead."""
        return item.lead

    def item_link(self, item: Entry) -> str:
        """Return the address in the item's language."""
        return item.url

    item_guid_is_permalink = False

    def item_guid(self, item: Entry) -> str:
        """Return a name of the item that survives a change of its address."""
        return item.guid

    def item_pubdate(self, item: Entry) -> datetime | None:
        """Return when it was published."""
        return item.published

    def item_categories(self, item: Entry) -> list[str]:
        """Return the topics and countries."""
        return item.categories

    def item_enclosures(self, item: Entry) -> list[Enclosure]:
        """Return the picture for readers that know nothing better."""
        return [Enclosure(item.picture.url, str(item.picture.length), "image/jpeg")] if item.picture else []

    def item_extra_kwargs(self, item: Entry) -> dict[str, Any]:
        """Return what ``NewsroomFeed`` adds."""
        return {"authors": item.authors, "text": item.text, "picture": item.picture}


class SectionFeed(LatestFeed):
    """The newest publications of a section."""

    def get_object(self, request: HttpRequest, slug: str = "") -> Source:
        """Return the public section with the slug of the address, or raise ``Http404``."""
        found = next((item for item in menu(request).sections if item.slug == slug), None)
        if found is None:
            raise Http404("There is no such section.")
        section = SectionPage.objects.get(pk=found.pk)
        newest = entries(with_cards(in_section(section)), request)
        return self.source(request, found.title, found.url, section.introduction, newest)


class RowFeed(LatestFeed):
    """The newest publications on a topic or a country, or of an author; a withheld name has no feed."""

    KINDS: dict[str, tuple[type[Any], str, Callable[[Any, str], PublicationQuerySet]]] = {
        "topic": (Topic, "slug", by_topic),
        "country": (Country, "code", by_country),
        "person": (Person, "slug", by_person),
    }

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def get_object(self, request: HttpRequest, key: str = "") -> Source:
        """Return the row that the address names, or raise ``Http404``."""
        model, name, find = self.KINDS[self.kind]
        shown = {"name_withheld": False} if model is Person else {}
        row = get_object_or_404(model, **{name: key.upper() if model is Country else key}, **shown)
        found = entries(find(row, get_language() or ""), request)
        return self.source(request, row.localized_name(), row.get_absolute_url(), "", found)


def entries(found: PublicationQuerySet, request: HttpRequest, *, whole: bool | None = None) -> list[Entry]:
    """Return the newest of what was found as a feed says it; with whole texts where the setting, or ``whole``, asks."""
    whole = settings.FEED_FULL_TEXT if whole is None else whole
    found = found.prefetch_related(Prefetch("countries", Country.objects.ordered_by_name()))
    pages: Iterable[Publication] = found.defer(None)[:ITEMS] if whole else found[:ITEMS]
    return [_entry(page, request, full_text(page, request) if whole else "") for page in pages]


def _entry(page: Publication, request: HttpRequest, text: str) -> Entry:
    return Entry(
        page.title,
        page.get_url(request) or "",
        f"urn:chorsu:{page.translation_key}:{page.locale.language_code}",
        page.lead,
        text,
        [name.name for name in page.byline],
        [row.localized_name() for row in (*page.topics.all(), *page.countries.all())],
        page.date,
        _picture(page, request),
    )


def _picture(page: Publication, request: HttpRequest) -> FeedPicture | None:
    picture = page.main_picture
    found = sizes_of(picture, [SHARING]) if picture else []
    if picture is None or not found:
        return None
    try:
        length = found[0].file.size
    except OSError:
        return None
    url = request.build_absolute_uri(found[0].url)
    return FeedPicture(url, found[0].width, found[0].height, length, picture.credit_line, page.main_picture_alt)


def full_text(page: Publication, request: HttpRequest) -> str:
    """Return main picture and text as HTML with whole addresses; ``page`` has its body loaded."""
    prefetch_article(page)
    rendered = render_to_string("reader/feed_text.html", {"page": page, "request": request}, request=request)
    soup = BeautifulSoup(rendered, "html.parser")
    for tag in soup.select(LEFT_OUT):
        tag.decompose()
    address = request.build_absolute_uri(page.get_url(request) or "/")
    for tag in soup.find_all():
        if tag.name not in KEPT or "whole-picture" in tag.get("class", []):
            tag.unwrap()
            continue
        for name in ("href", "src"):
            if name in tag.attrs:
                tag[name] = urljoin(address, str(tag[name]))
        kept = ATTRIBUTES.get(tag.name, set())
        tag.attrs = {name: value for name, value in tag.attrs.items() if name in kept}
    return str(soup).strip()


class DzenRss(NewsroomFeed):
    """RSS with what Dzen wants beside."""

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        """Add the address for phones, which is the same, and the rating."""
        super().add_item_elements(handler, item)
        handler.addQuickElement("pdalink", item["link"])
        handler.addQuickElement("media:rating", "nonadult", {"scheme": "urn:simple"})


class DzenFeed(LatestFeed):
    """Dzen's feed of a language, where ``DZEN_FEED`` switches it on."""

    feed_type = DzenRss

    def get_object(self, request: HttpRequest) -> Source:
        """Return the publications of the last days that have a picture, or raise ``Http404``."""
        if not settings.DZEN_FEED:
            raise Http404("There is no feed for Dzen here.")
        recent = publications(get_language() or "").filter(
            published_on__gt=timezone.now() - timedelta(days=DZEN_DAYS), main_picture__isnull=False
        )
        found = [
            replace(entry, categories=list(DZEN_CATEGORIES))
            for entry in entries(recent, request, whole=True)
            if entry.picture
        ]
        return self.source(request, "", reverse("wagtail_serve", args=[""]), "", found)
