"""Atom feeds of a language and of a section."""

# catalogue: reader
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, gettext

from chorsu_articles.models import Publication, SectionPage
from chorsu_articles.selectors import latest, section_publications
from chorsu_locales.feeds import AtomFeed
from cms.reader.context import Reader
from cms.reader.selectors import menu

ITEMS = 20


@dataclass(frozen=True, slots=True)
class Source:
    """Where a feed comes from: the request, whose host the addresses get, and the section, if it is of one."""

    request: HttpRequest
    section: SectionPage | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A publication with its address, and the outlet's name."""

    publication: Publication
    url: str
    outlet: str


class LatestFeed(Feed[Entry, Source]):
    """The newest publications of a language, with their leads."""

    feed_type = AtomFeed

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Source:  # noqa: ARG002
        """Return the source of the feed."""
        return Source(request)

    def title(self, obj: Source) -> str:
        """Return the newsroom's name, and the section's."""
        name = Reader(obj.request).site_name
        return f"{name}: {obj.section.title}" if obj.section else name

    def link(self, obj: Source) -> str:
        """Return the address of the section, or of the front page of the language."""
        return (obj.section.get_url(obj.request) if obj.section else None) or reverse("wagtail_serve", args=[""])

    def subtitle(self, obj: Source) -> str:
        """Return what the feed has."""
        return obj.section.introduction if obj.section else gettext("The latest publications")

    def items(self, obj: Source) -> list[Entry]:
        """Return the newest publications."""
        if obj.section:
            found = list(section_publications(obj.section)[:ITEMS])
        else:
            found = latest(get_language() or settings.LANGUAGE_CODE, ITEMS)
        name = Reader(obj.request).site_name
        return [Entry(publication, publication.get_url(obj.request) or "", name) for publication in found]

    def item_title(self, item: Entry) -> str:
        """Return the headline."""
        title: str = item.publication.title
        return title

    def item_description(self, item: Entry) -> str:
        """Return the lead."""
        return item.publication.lead

    def item_link(self, item: Entry) -> str:
        """Return the address in the item's language."""
        return item.url

    def item_guid(self, item: Entry) -> str:
        """Return a name of the item that survives a change of its address."""
        return f"urn:chorsu:{item.publication.translation_key}:{item.publication.locale.language_code}"

    def item_author_name(self, item: Entry) -> str:
        """Return the public names of the authors."""
        return ", ".join(name.name for name in item.publication.byline) or item.outlet

    def item_pubdate(self, item: Entry) -> datetime | None:
        """Return when it was published."""
        return item.publication.date

    def item_updateddate(self, item: Entry) -> datetime | None:
        """Return when it was changed last."""
        return item.publication.last_published_at or item.publication.date

    def item_categories(self, item: Entry) -> list[str]:
        """Return the topics and countries."""
        return [row.localized_name() for row in (*item.publication.topics.all(), *item.publication.countries.all())]


class SectionFeed(LatestFeed):
    """The newest publications of a section."""

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Source:  # noqa: ARG002
        """Return the public section with the slug of the address as source, or raise ``Http404``."""
        pages = menu(get_language() or "").sections
        section = next((page for page in pages if page.slug == kwargs["slug"]), None)
        if section is None:
            raise Http404("There is no such section.")
        return Source(request, SectionPage.objects.get(pk=section.pk))
