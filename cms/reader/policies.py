"""The Content-Security-Policies of the site."""

from __future__ import annotations

from django.utils.csp import CSP

from chorsu_articles.videos import FRAME_SOURCES

# Readers: nothing from other hosts; a frame of a known video provider, which appears only once the reader asks.
READER_POLICY: dict[str, list[str]] = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "frame-src": [CSP.SELF, *FRAME_SOURCES],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.SELF],
    "form-action": [CSP.SELF],
    # The admin shows reader pages in its preview.
    "frame-ancestors": [CSP.SELF],
}

# Reader pages with Wagtail's user bar: its script makes a style element.
USER_BAR_POLICY: dict[str, list[str]] = {**READER_POLICY, "style-src": [CSP.SELF, CSP.UNSAFE_INLINE]}

# Wagtail's admin has inline scripts and styles, and workers and pictures made in the browser.
ADMIN_POLICY: dict[str, list[str]] = {
    **USER_BAR_POLICY,
    "script-src": [CSP.SELF, CSP.UNSAFE_INLINE],
    "img-src": [CSP.SELF, "data:", "blob:"],
    "media-src": [CSP.SELF, "blob:"],
    "worker-src": [CSP.SELF, "blob:"],
}
