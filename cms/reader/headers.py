"""Headers of answers: what caches may keep, and which Content-Security-Policy holds."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.csp import get_nonce
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import has_vary_header, patch_cache_control
from django.utils.csp import CSP, build_policy

from chorsu_articles.videos import FRAME_SOURCES

# Readers: nothing from other hosts; a frame of a known video provider, which appears only once the reader asks.
READER_POLICY: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "media-src": [CSP.SELF],
    "frame-src": [CSP.SELF, *FRAME_SOURCES],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.SELF],
    "form-action": [CSP.SELF],
    # The admin shows reader pages in its preview.
    "frame-ancestors": [CSP.SELF],
}

# Reader pages with Wagtail's user bar: its script makes a style element.
USER_BAR_POLICY: dict[str, list[str]] = {**READER_POLICY, "style-src": [CSP.SELF, CSP.UNSAFE_INLINE]}

# Wagtail's admin has inline styles, and workers and pictures made in the browser. docs/decisions/admin-policy.md
ADMIN_POLICY: dict[str, list[str]] = {
    **USER_BAR_POLICY,
    # The handler "return;": by it the library that draws a picture's focal area finds out whether a screen is touched.
    "script-src": [CSP.SELF, CSP.NONCE, CSP.UNSAFE_HASHES, "'sha256-i+qr4lq34KgNHiW62lWi9aInEBwiEOrfCzaNPCvkqD8='"],
    "img-src": [CSP.SELF, "data:", "blob:"],
    "media-src": [CSP.SELF, "blob:"],
    "worker-src": [CSP.SELF, "blob:"],
}

# Forms render their widgets without the request.
nonce: ContextVar[object] = ContextVar("nonce", default="")

CACHEABLE = {200, 301, 304, 404, 410}


class ReaderHeadersMiddleware:
    """Tell caches what they may keep, and give the admin and the user bar their own policies.

    Stands inside ``ContentSecurityPolicyMiddleware``, which leaves a policy alone that is set already, and outside
    ``SessionMiddleware``, which says whether the session was touched. Browsers ask each time whether a page changed
    (validators make that cheap), shared caches may show it for ``READER_SHARED_CACHE_SECONDS``.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.admin = reverse("wagtailadmin_home")

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        nonce.set(get_nonce(request))
        response = self.get_response(request)
        has_session = settings.SESSION_COOKIE_NAME in request.COOKIES
        if request.path.startswith(self.admin):
            response.headers[CSP.HEADER_ENFORCE.value] = build_policy(ADMIN_POLICY, get_nonce(request))
            return response
        if has_session and CSP.HEADER_ENFORCE.value not in response.headers:
            response.headers[CSP.HEADER_ENFORCE.value] = build_policy(USER_BAR_POLICY)
        if request.method in {"GET", "HEAD"} and "Cache-Control" not in response.headers:
            personal = has_session or bool(response.cookies) or has_vary_header(response, "Cookie")
            if personal or response.status_code not in CACHEABLE:
                patch_cache_control(response, private=True, no_cache=True)
            else:
                seconds: int = settings.READER_SHARED_CACHE_SECONDS
                # Never past the moment at which time alone changes the page.
                if changes_at := getattr(request, "changes_at", None):
                    seconds = max(0, min(seconds, int((changes_at - timezone.now()).total_seconds())))
                # For the second half while they ask again, so that no reader waits: both are within the promised time.
                again = seconds // 2
                patch_cache_control(
                    response, public=True, max_age=0, s_maxage=seconds - again, stale_while_revalidate=again
                )
        return response
