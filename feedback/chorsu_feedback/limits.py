"""Which requests may bring a report, how many from a network, and how many about a page before more are held apart.

A network is counted under a keyed hash; the key is random, and gone the day after, so nobody can tell afterwards which
network a count belonged to. A page is counted by its number. docs/decisions/feedback-requests.md.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from chorsu_feedback.conf import get_settings
from chorsu_feedback.models import LimitKey, ReportCount
from chorsu_locales.limits import Counter, Limits, TooManyAttemptsError
from chorsu_locales.networks import client_network

# In the window of ``PAGE_LIMIT``, of one page: what nobody will read is not stored.
MOST_HELD = 500
# What providers give to one customer or share out among a few: IPv4 and IPv6.
_NETWORK = (24, 48)


reports = Limits(ReportCount, keyed=str, longest=timedelta(days=1))


def forget_networks() -> None:
    """Delete the keys of other days, and the counts of windows that are over."""
    LimitKey.objects.exclude(day=timezone.now().date()).delete()
    reports.forget_ended()


def sender_of(request: HttpRequest) -> Counter:
    """Return the counter of the network that a request comes from; nobody can tell from its name which that is."""
    today = timezone.now().date()
    key, created = LimitKey.objects.get_or_create(day=today, defaults={"secret": secrets.token_hex(32)})
    if created:
        forget_networks()
    settings = get_settings()
    most, seconds = settings.network_limit
    network = client_network(request, trusted_proxies=settings.trusted_proxies, prefixes=_NETWORK)
    name = hmac.digest(key.secret.encode(), network.encode(), "sha256").hex()
    return Counter(name, most, timedelta(seconds=seconds))


def check(sender: Counter) -> None:
    """Raise ``TooManyAttemptsError`` where too many reports came from a network.

    To be asked before anything else is read: most of a flood costs no more than this.
    """
    reports.check(sender)


def take(sender: Counter, *, page_id: int) -> bool:
    """Count a report and return whether it belongs apart, since too many came about its page.

    Raises ``TooManyAttemptsError`` where too many came from its network, or are held for the page already. What is
    refused to a network doesn't count for the page.
    """
    reports.take(sender)
    try:
        reports.take(_of_page(page_id))
    except TooManyAttemptsError:
        reports.take(Counter(f"held:{page_id}", MOST_HELD, timedelta(seconds=get_settings().page_limit[1])))
        return True
    return False


def give_back(*, page_id: int) -> None:
    """Uncount a report about a page that only raised the number of one that is there."""
    reports.give_back([_of_page(page_id)])


def _of_page(page_id: int) -> Counter:
    most, seconds = get_settings().page_limit
    return Counter(f"page:{page_id}", most, timedelta(seconds=seconds))


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
