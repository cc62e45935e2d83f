"""The worker makes the pages that most readers come to as soon as others have become old, so that no reader waits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from urllib.parse import urlsplit

from django.core.handlers.wsgi import WSGIHandler
from django.test import RequestFactory
from django.utils import timezone
from wagtail.models import Page, Site

from chorsu_articles.models import Publication, SectionPage
from chorsu_articles.selectors import open_to_all
from cms.reader.freshness import begin, current_stamp, is_whole

# Of all languages together: what was published last is what newsletters and other sites lead to.
NEWEST = 30
# A page that waits for a picture's sizes isn't kept. Not sooner: where the file is missing, it never will be.
SOON = timedelta(seconds=30)


class Warming:
    """Asks for pages as readers do who aren't signed in, and remembers for which stamp, and until when, that holds."""

    def __init__(self) -> None:
        self.stamp = ""
        self.holds_until: datetime | None = None

    def run(self) -> int:
        """Ask for what readers would have to wait for, until something changes again; return the number of pages."""
        stamp = current_stamp()
        holds = stamp == self.stamp and (self.holds_until is None or self.holds_until > timezone.now())
        # Without a stamp, nothing is kept.
        if holds or not stamp:
            return 0
        asked, moments = 0, []
        for address in addresses():
            if current_stamp() != stamp:
                return asked
            moments.append(_ask(address))
            asked += 1
        self.stamp, self.holds_until = stamp, min(filter(None, moments), default=None)
        return asked


def addresses() -> Iterator[str]:
    """Yield the whole addresses of front pages, of what was published last, and of sections, in all languages."""
    roots = Site.objects.values("root_page__translation_key")
    newest = Publication.objects.exclude(last_published_at=None).order_by("-last_published_at")
    fronts, sections = Page.objects.filter(translation_key__in=roots), SectionPage.objects.order_by("path")
    for pages, most in ((fronts, None), (newest, NEWEST), (sections, None)):
        for page in open_to_all(pages).filter(alias_of=None).select_related("locale")[:most]:
            # One outside every site has none.
            if address := page.full_url:
                yield address


def _ask(address: str) -> datetime | None:
    """Ask for a page, which keeps it, and return the moment from which it has to be asked for again, or None."""
    parts = urlsplit(address)
    request = RequestFactory().get(parts.path, secure=parts.scheme == "https", headers={"host": parts.netloc})
    begin()
    _handler().get_response(request)
    changes_at: datetime | None = getattr(request, "_changes_at", None)
    return changes_at if is_whole() else timezone.now() + SOON


@cache
def _handler() -> WSGIHandler:
    return WSGIHandler()
