"""The worker makes the pages that most readers come to as soon as others have become old, so that no reader waits."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import cache
from urllib.parse import urlsplit

from django.core.cache import caches
from django.core.cache.backends.dummy import DummyCache
from django.core.handlers.wsgi import WSGIHandler
from django.test import RequestFactory
from django.utils import timezone
from wagtail.models import Page, Site

from chorsu_articles.lists import open_to_all
from chorsu_articles.models import Publication, SectionPage
from cms.reader.freshness import begin, current_stamp, is_whole

# Of all languages together: what was published last is what newsletters and other sites lead to.
NEWEST = 30
# All other sweeps of the worker wait meanwhile.
SECONDS = 1
# A page that waits for a picture's sizes isn't kept. Not sooner: where the file is missing, it never will be.
SOON = timedelta(seconds=30)


class Warming:
    """Asks for pages as readers do who aren't signed in, and remembers for which stamp, and until when, that holds.

    ``clock`` gives the seconds by which a run ends.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.stamp = ""
        self.left: list[str] = []
        self.holds_until: datetime | None = None

    def run(self) -> int:
        """Ask for a second's pages of those that readers would have to wait for; return how many it were."""
        # Nothing is kept while templates are worked on, nor without a stamp.
        stamp = "" if isinstance(caches["pages"], DummyCache) else current_stamp()
        if not stamp:
            return 0
        if stamp != self.stamp or (self.holds_until and self.holds_until <= timezone.now()):
            self.stamp, self.left, self.holds_until = stamp, list(addresses()), None
        asked, deadline = 0, self.clock() + SECONDS
        while self.left and (not asked or self.clock() < deadline):
            moment = _ask(self.left.pop(0))
            self.holds_until = min(filter(None, (self.holds_until, moment)), default=None)
            asked += 1
        return asked


def addresses() -> Iterator[str]:
    """Yield the whole addresses of front pages, of what was published last, and of sections, in all languages."""
    roots = Site.objects.values("root_page__translation_key")
    newest = Publication.objects.exclude(last_published_at=None).order_by("-last_published_at")
    fronts = Page.objects.filter(translation_key__in=roots).order_by("path")
    sections = SectionPage.objects.order_by("path")
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
