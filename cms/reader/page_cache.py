"""Whole pages for readers who aren't signed in, kept until readers would see others: docs/decisions/reader-cache.md.

The worker makes the pages that most readers come to as soon as others have become old, so that no reader waits.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.dummy import DummyCache
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.test import RequestFactory
from django.urls import Resolver404, resolve
from django.utils import timezone, translation
from django.utils.cache import set_response_etag
from wagtail.models import Page, Site, get_page_models

from chorsu_articles.lists import open_to_all
from chorsu_articles.models import Publication, SectionPage
from cms.languages import code_of_path
from cms.reader.cache_version import SECONDS, begin, current_stamp, is_whole, key_of, stamp_of, use_sites
from cms.reader.lite import PARAMETER, VALUE, is_lite

LIST = ("page",)
# The views whose answers are kept, each with the parameters that it reads; of pages, their classes say it.
PAGES = "wagtail_serve"
VIEWS: dict[str, tuple[str, ...]] = {
    "chorsu_articles:person": LIST,
    "chorsu_articles:organisation": LIST,
    "chorsu_articles:topic": LIST,
    "chorsu_articles:country": LIST,
    "feed": (),
    "section_feed": (),
    "topic_feed": (),
    "country_feed": (),
    "person_feed": (),
}
# What an answer may vary on: with the address, it makes the key.
SAVE_DATA = "Save-Data"
# A rendering that takes longer is given up by those who wait for it, and one that has died is forgotten.
WAIT, PAUSE, LOCK_SECONDS = 2.0, 0.02, 20


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer, the stamp of its time, and the moment at which time alone makes it another, or None."""

    stamp: str
    changes_at: datetime | None
    headers: list[tuple[str, str]]
    content: bytes


class KeptPagesMiddleware:
    """Answer with what is kept, else keep the answer. One request renders what is old; others wait for it a moment.

    Stands outside of ``SessionMiddleware``, so that a hit costs one query, that for the stamp, and inside of all that
    sets headers by the request.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        code, host = code_of_path(request.path_info), host_for_everybody(request)
        if code is None or not host:
            return self._made(request)
        stamp, key = stamp_of(request), page_key(request, host)
        if found := _found(key, stamp):
            return _answer(request, found)
        if not (_is_kept_view(request, code) and stamp):
            return self._made(request)
        return self._in_turn(request, key, stamp, host)

    def _in_turn(self, request: HttpRequest, key: str, stamp: str, host: str) -> HttpResponseBase:
        # Of the stamp too: who comes after a change must not wait for what was begun before it.
        turn = f"{key}:{stamp}"
        if not caches["pages"].add(turn, 1, LOCK_SECONDS):
            found = _awaited(key, stamp, turn)
            if found and current_stamp() == stamp:
                return _answer(request, found)
            return self._kept(request, stamp, host)
        try:
            # Whoever had the turn before may have left it only now.
            found = _found(key, stamp)
            return _answer(request, found) if found else self._kept(request, stamp, host)
        finally:
            caches["pages"].delete(turn)

    def _made(self, request: HttpRequest) -> HttpResponseBase:
        begin()
        response = self.get_response(request)
        request._changes_at = _changes_at(response)  # type: ignore[attr-defined] # noqa: SLF001 (per-request data)
        return response

    def _kept(self, request: HttpRequest, stamp: str, host: str) -> HttpResponseBase:
        response = self._made(request)
        changes_at = _changes_at(response)
        if request.method != "GET" or not isinstance(response, HttpResponse) or not _may_be_kept(request, response):
            return response
        seconds = SECONDS if changes_at is None else min(SECONDS, (changes_at - timezone.now()).total_seconds())
        if seconds > 0:
            if "ETag" not in response.headers:
                # Here, so that hits need not read all of it.
                set_response_etag(response)
            kept = Kept(stamp, changes_at, list(response.headers.items()), response.content)
            # Of the address as the view saw it.
            caches["pages"].set(page_key(request, host), kept, seconds)
        return response


def host_for_everybody(request: HttpRequest) -> str:
    """Return the host if the answer may be the same for all who ask it so, else nothing: no previews, nobody signed in.

    Pages print the host that was asked for: one that isn't written as browsers write it is answered, and nothing kept.
    Raises ``DisallowedHost``.
    """
    host, port = request.get_host(), "443" if request.is_secure() else "80"
    is_shared = (
        request.method in {"GET", "HEAD"}
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and not getattr(request, "is_dummy", False)
        and host == host.lower().removesuffix(f":{port}")
        and not host.partition(":")[0].endswith(".")
    )
    return host if is_shared else ""


def declare(request: HttpRequest, parameters: Iterable[str]) -> None:
    """Take from the address what its view doesn't read, so that it says all that the answer shows, in one order.

    Without it, the links of a page that was asked for with ``utm_source`` would carry that on. Does nothing for people
    who are signed in and in previews.
    """
    if not getattr(request, "_is_for_everybody", False):
        return
    request._is_declared = True  # type: ignore[attr-defined] # noqa: SLF001 (per-request data)
    query = _query(request, parameters)
    if query != request.META.get("QUERY_STRING", ""):
        request.META["QUERY_STRING"] = query
        request.GET = QueryDict(query)


def page_key(request: HttpRequest, host: str) -> str:
    """Return the key of an answer: site, scheme, path (and so the language), and parameters that some view reads."""
    saves_data = request.headers.get(SAVE_DATA, "").lower() == "on"
    address = (request.scheme or "", host, request.path, _query(request, _parameters()))
    return key_of("whole", *address, SAVE_DATA if saves_data else "")


def _query(request: HttpRequest, parameters: Iterable[str]) -> str:
    if not request.META.get("QUERY_STRING"):
        return ""
    # Any page may be asked for in its light version.
    light = [(PARAMETER, VALUE)] if is_lite(request) else []
    return urlencode([*((name, request.GET[name]) for name in parameters if name in request.GET), *light])


@cache
def _parameters() -> list[str]:
    """Return all parameters that some view reads, each once."""
    classes = (getattr(model, "query_parameters", ()) for model in get_page_models())
    return sorted({name for each in (*VIEWS.values(), *classes) for name in each})


def _is_kept_view(request: HttpRequest, code: str) -> bool:
    """Tell whether a view's answers are kept, and prepare the request for it."""
    request._is_for_everybody = True  # type: ignore[attr-defined] # noqa: SLF001 (per-request data)
    with translation.override(code):
        try:
            name = resolve(request.path_info).view_name
        except Resolver404:
            return False
        if name in VIEWS:
            declare(request, VIEWS[name])
        elif name != PAGES:
            return False
        use_sites(request)
    return True


def _found(key: str, stamp: str) -> Kept | None:
    kept = caches["pages"].get(key) if stamp else None
    if not isinstance(kept, Kept) or kept.stamp != stamp:
        return None
    return kept if kept.changes_at is None or kept.changes_at > timezone.now() else None


def _awaited(key: str, stamp: str, turn: str) -> Kept | None:
    """Return what somebody else is rendering; None where it can't be kept or takes too long."""
    deadline = time.monotonic() + WAIT
    while time.monotonic() < deadline:
        time.sleep(PAUSE)
        is_done = not caches["pages"].has_key(turn)
        if (found := _found(key, stamp)) or is_done:
            return found
    return None


def _answer(request: HttpRequest, kept: Kept) -> HttpResponse:
    request._changes_at = kept.changes_at  # type: ignore[attr-defined] # noqa: SLF001 (per-request data)
    return HttpResponse(kept.content, headers=dict(kept.headers))


def _changes_at(response: HttpResponseBase) -> datetime | None:
    found: datetime | None = (getattr(response, "context_data", None) or {}).get("changes_at")
    return found


def _may_be_kept(request: HttpRequest, response: HttpResponse) -> bool:
    varies = {name.strip().lower() for name in response.headers.get("Vary", "").split(",") if name}
    return (
        response.status_code == 200
        and getattr(request, "_is_declared", False)
        and not getattr(request, "is_preview", False)
        and is_whole()
        and not response.cookies
        and "Cache-Control" not in response.headers
        and varies <= {SAVE_DATA.lower()}
    )


# Of all languages together: what was published last is what newsletters and other sites lead to.
NEWEST = 30
# All other sweeps of the worker wait meanwhile.
TURN_SECONDS = 1
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
        asked, deadline = 0, self.clock() + TURN_SECONDS
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
