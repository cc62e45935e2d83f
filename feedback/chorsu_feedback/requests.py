"""Which requests may bring a report: docs/decisions/feedback-requests.md."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest


def is_cross_site(request: HttpRequest) -> bool:
    """Return whether a browser says that another site sent this request.

    Reader pages set no cookie, so there is no CSRF token to compare; the browser's own word is asked instead:
    ``Sec-Fetch-Site``, else ``Origin``, else ``Referer``. Origins in ``CSRF_TRUSTED_ORIGINS`` may post. A request
    without any of the three is not forged through anybody's current browser and passes on to the limits.
    """
    origin = request.headers.get("Origin", "")
    own = f"{request.scheme}://{request.get_host()}"
    if origin and _is_trusted(origin):
        return False
    if site := request.headers.get("Sec-Fetch-Site", ""):
        return site not in {"same-origin", "none"}
    if origin:
        return origin != own
    if referer := request.headers.get("Referer", ""):
        try:
            parts = urlsplit(referer)
        except ValueError:
            return True
        return parts.netloc != request.get_host() and not _is_trusted(f"{parts.scheme}://{parts.netloc}")
    return False


def _is_trusted(origin: str) -> bool:
    """Return whether CSRF_TRUSTED_ORIGINS names the origin, itself or by ``https://*.example.org``."""
    for trusted in settings.CSRF_TRUSTED_ORIGINS:
        scheme, _, host = trusted.partition("://")
        if host.startswith("*."):
            if origin.startswith(f"{scheme}://") and origin.endswith(host[1:]):
                return True
        elif origin == trusted:
            return True
    return False
