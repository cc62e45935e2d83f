"""A feed of any search: the newest of its results."""

# catalogue: reader
from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import gettext
from wagtail.models import Site

from chorsu_locales.normal_form import AtomFeed
from chorsu_search.asked import Asked, asked_by
from chorsu_search.selectors import find
from chorsu_search.shown import Found

ITEMS = 20
UNAVAILABLE = 503


@dataclass(frozen=True, slots=True)
class Source:
    """What a feed was asked for, its results, and the name of the site."""

    asked: Asked
    found: list[Found]
    site: str


class SearchFeed(Feed):  # type: ignore[type-arg]
    """The newest results of the search that the address asks for, as the search page does."""

    feed_type = AtomFeed

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer with the feed, or with 503 where no engine is available: an empty feed would say that all is gone."""
        response = super().__call__(request, *args, **kwargs)
        response.headers["X-Robots-Tag"] = "noindex"
        if getattr(request, "_search_unavailable", False):
            response.status_code = UNAVAILABLE
        return response

    def get_object(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> Source:
        """Return the search with its results."""
        asked = asked_by(request, limit=ITEMS)
        query = replace(asked.query, order="date", offset=0, with_facets=False)
        answer = find(query, request=request, exact=asked.exact)
        request._search_unavailable = not answer.available  # type: ignore[attr-defined] # noqa: SLF001
        site = Site.find_for_request(request)
        return Source(asked, list(answer.found), site.site_name if site else "")

    def title(self, obj: Source) -> str:
        """Return what was looked for, and where."""
        title = gettext("“%(text)s”: search results") % {"text": obj.asked.query.text}
        return f"{obj.site}: {title}" if obj.site else title

    def link(self, obj: Source) -> str:
        """Return the address of the search page."""
        return reverse("chorsu_search:search") + obj.asked.address()

    def feed_url(self, obj: Source) -> str:
        """Return the address of the feed, without what says nothing."""
        return reverse("chorsu_search:feed") + obj.asked.address()

    def items(self, obj: Source) -> list[Found]:
        """Return the newest results."""
        return obj.found

    def item_title(self, item: Found) -> str:
        """Return the headline."""
        title: str = item.page.title
        return title

    def item_description(self, item: Found) -> str:
        """Return the extract, as plain text."""
        return strip_tags(item.extract)

    def item_link(self, item: Found) -> str:
        """Return the address of the page."""
        return item.url

    def item_guid(self, item: Found) -> str:
        """Return a name of the item that survives a change of its address."""
        return f"urn:chorsu:{item.page.translation_key}:{item.language}"

    def item_author_name(self, item: Found) -> str:
        """Return the public names of the authors."""
        return ", ".join(author.text for author in item.card.authors)

    def item_pubdate(self, item: Found) -> datetime | None:
        """Return when it was published."""
        return item.published_on
