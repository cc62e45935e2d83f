"""The feed that Dzen reads: publications of the last three days, whole, each with a picture.

Its rules: dzen.ru/help/ru/website/rss-modify.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.xmlutils import SimplerXMLGenerator

from chorsu_articles.selectors import publications
from cms.reader.feeds import LatestFeed, NewsroomFeed, Source, entries

DAYS = 3
# As articles, shown in searches, with comments: what Dzen would ask for each.
CATEGORIES = ("format-article", "index", "comment-all")


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

    def get_object(self, request: HttpRequest, **kwargs: str) -> Source:
        """Return the feed's source, read anew: it changes as time passes."""
        if not settings.DZEN_FEED:
            raise Http404("There is no feed for Dzen here.")
        return self.read(request, **kwargs)

    def read(self, request: HttpRequest) -> Source:
        """Return the publications of the last days that have a picture."""
        recent = publications(get_language() or "").filter(
            published_on__gt=timezone.now() - timedelta(days=DAYS), main_picture__isnull=False
        )
        found = [
            replace(entry, categories=list(CATEGORIES))
            for entry in entries(recent, request, whole=True)
            if entry.picture
        ]
        return self.source(request, "", reverse("wagtail_serve", args=[""]), "", found)
