"""Whole pages for readers who aren't signed in, cached until readers would see others: docs/decisions/reader-cache.md.

The worker renders the pages that most readers come to as soon as the cached ones are old, so that no reader waits.
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
from cms.reader.cache_version import SECONDS, begin_page, cache_key, current_version, is_complete, use_sites, version_of
from cms.reader.lite import PARAMETER, VALUE, is_lite, saves_data

# The views whose answers are cached, each with the parameters that it reads; of pages, their classes say it.
PAGES = "wagtail_serve"
VIEWS: dict[str, tuple[str, ...]] = {
    **{f"chorsu_articles:{kind}": ("page",) for kind in ("person", "organisation", "topic", "country")},
    "corrections": ("page",),
    **dict.fromkeys(("feed", "section_feed", "topic_feed", "country_feed", "person_feed"), ()),
}
# What an answer may vary on: with the address, it makes the key.
SAVE_DATA = "Save-Data"
# A rendering that takes longer is given up by those who wait for it, and one that has died is forgotten.
WAIT, PAUSE, LOCK_SECONDS = 2.0, 0.02, 20


@dataclass(frozen=True, slots=True)
class CachedPage:
    """An answer, the version that it shows, and the moment at which time alone makes it another, or None."""

    version: str
    changes_at: datetime | None
    headers: list[tuple[str, str]]
    content: bytes


class PageCacheMiddleware:
    """Answer from the cache, else cache the answer. One request renders what is old; others wait for it a moment.

    Stands outside of ``SessionMiddleware``, so that a hit costs one query, that for the version, and inside of all that
    sets headers by the request.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        code, host = code_of_path(request.path_info), host_for_everybody(request)
        if code is None or not host:
            return self._render(request)
        version, key = version_of(request), page_key(request, host)
        if found := _cached(key, version):
            return _answer(request, found)
        if not (_is_cached_view(request, code) and version):
            return self._render(request)
        return self._in_turn(request, key, version, host)

    def _in_turn(self, request: HttpRequest, key: str, version: str, host: str) -> HttpResponseBase:
        # Of the version too: who comes after a change must not wait for what was begun before it.
        turn = f"{key}:{version}"
        if caches["pages"].add(turn, 1, LOCK_SECONDS):
            try:
                # Whoever had the turn before may have left it only now.
                found = _cached(key, version)
                return _answer(request, found) if found else self._render_and_cache(request, version, host)
            finally:
                caches["pages"].delete(turn)
        deadline = time.monotonic() + WAIT
        found, is_done = None, False
        while not (found or is_done) and time.monotonic() < deadline:
            time.sleep(PAUSE)
            is_done = not caches["pages"].has_key(turn)
            found = _cached(key, version)
        if found and current_version() == version:
            return _answer(request, found)
        return self._render_and_cache(request, version, host)

    def _render(self, request: HttpRequest) -> HttpResponseBase:
        begin_page()
        response = self.get_response(request)
        vars(request)["changes_at"] = (getattr(response, "context_data", None) or {}).get("changes_at")
        return response

    def _render_and_cache(self, request: HttpRequest, version: str, host: str) -> HttpResponseBase:
        response = self._render(request)
        if request.method != "GET" or not isinstance(response, HttpResponse) or not _is_cacheable(request, response):
            return response
        changes_at: datetime | None = vars(request)["changes_at"]
        seconds = SECONDS if changes_at is None else min(SECONDS, (changes_at - timezone.now()).total_seconds())
        if seconds > 0:
            if "ETag" not in response.headers:
                # Here, so that hits need not read all of it.
                set_response_etag(response)
            cached = CachedPage(version, changes_at, list(response.headers.items()), response.content)
            # Of the address as the view saw it.
            caches["pages"].set(page_key(request, host), cached, seconds)
        return response


def host_for_everybody(request: HttpRequest) -> str:
    """Return the host, or "" where the answer is for one person alone: a preview, or somebody who is signed in.

    Pages print the host that was asked for, so for one that isn't written as browsers write it, it is "" too.
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
    """Remove the parameters that the view doesn't read, and put the others in one order: they are part of the key.

    Links of a page that was asked for with ``utm_source`` would carry that on. Does nothing for people who are signed
    in and in previews.
    """
    if not getattr(request, "is_for_everybody", False):
        return
    vars(request)["has_declared_parameters"] = True
    query = _query(request, parameters)
    if query != request.META.get("QUERY_STRING", ""):
        request.META["QUERY_STRING"] = query
        request.GET = QueryDict(query)


def page_key(request: HttpRequest, host: str) -> str:
    """Return the key of an answer: of scheme, host, path (and so the language), and parameters that some view reads."""
    address = (request.scheme or "", host, request.path, _query(request, _parameters()))
    return cache_key("whole", *address, SAVE_DATA if saves_data(request) else "")


def _query(request: HttpRequest, parameters: Iterable[str]) -> str:
    if not request.META.get("QUERY_STRING"):
        return ""
    # Any page may be asked for in its light version.
    light = [(PARAMETER, VALUE)] if is_lite(request) else []
    return urlencode([*((name, request.GET[name]) for name in parameters if name in request.GET), *light])


@cache
def _parameters() -> list[str]:
    classes = (getattr(model, "query_parameters", ()) for model in get_page_models())
    return sorted({name for each in (*VIEWS.values(), *classes) for name in each})


def _is_cached_view(request: HttpRequest, code: str) -> bool:
    """Tell whether a view's answers are cached, and prepare the request for it."""
    vars(request)["is_for_everybody"] = True
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


def _cached(key: str, version: str) -> CachedPage | None:
    page = caches["pages"].get(key) if version else None
    if not isinstance(page, CachedPage) or page.version != version:
        return None
    return page if page.changes_at is None or page.changes_at > timezone.now() else None


def _answer(request: HttpRequest, page: CachedPage) -> HttpResponse:
    vars(request)["changes_at"] = page.changes_at
    return HttpResponse(page.content, headers=dict(page.headers))


def _is_cacheable(request: HttpRequest, response: HttpResponse) -> bool:
    varies = {name.strip().lower() for name in response.headers.get("Vary", "").split(",") if name}
    return (
        response.status_code == 200
        and getattr(request, "has_declared_parameters", False)
        and not getattr(request, "is_preview", False)
        and is_complete()
        and not response.cookies
        and "Cache-Control" not in response.headers
        and varies <= {SAVE_DATA.lower()}
    )


# Of all languages together: what was published last is what newsletters and other sites lead to.
NEWEST = 30
# All other sweeps of the worker wait meanwhile.
TURN_SECONDS = 1
# A page that waits for a picture's sizes isn't cached. Not sooner: where the file is missing, it never will be.
SOON = timedelta(seconds=30)


class Warming:
    """Asks for pages as readers do who aren't signed in, once for each version and each moment that changes a page.

    ``clock`` gives the seconds by which a run ends.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.version = ""
        self.left: list[str] = []
        self.holds_until: datetime | None = None

    def run(self) -> int:
        """Ask, for a second, for pages that aren't cached; return for how many."""
        # Nothing is cached while templates are worked on, nor without a version.
        version = "" if isinstance(caches["pages"], DummyCache) else current_version()
        if not version:
            return 0
        if version != self.version or (self.holds_until and self.holds_until <= timezone.now()):
            self.version, self.left, self.holds_until = version, list(addresses()), None
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


_handler = cache(WSGIHandler)


def _ask(address: str) -> datetime | None:
    """Ask for a page, which caches it; return when it has to be asked for again, or None."""
    parts = urlsplit(address)
    request = RequestFactory().get(parts.path, secure=parts.scheme == "https", headers={"host": parts.netloc})
    begin_page()
    _handler().get_response(request)
    changes_at: datetime | None = getattr(request, "changes_at", None)
    return changes_at if is_complete() else timezone.now() + SOON
