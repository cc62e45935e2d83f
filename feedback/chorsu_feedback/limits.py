"""How many reports are taken from a network, and how many about a page before more are held apart.

A network is counted under a keyed hash; the key is random, and gone the day after, so nobody can tell afterwards which
network a count belonged to. A page is counted by its number. docs/decisions/feedback-requests.md.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta

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
