"""Rate limits of reports, per address and per page, without storing an address.

An address is counted under a keyed hash; the key is random, lives only in the shared cache and is gone the day after,
so nobody can tell afterwards which address a count belonged to. docs/decisions/feedback-requests.md.
"""

from __future__ import annotations

import hmac
import logging
import secrets
import time
from datetime import UTC, datetime

from django.core.cache import caches
from django.db import transaction
from django.http import HttpRequest

from chorsu_feedback.conf import get_settings
from chorsu_locales.networks import client_network

_DAY = 24 * 60 * 60
logger = logging.getLogger(__name__)


def retry_after(request: HttpRequest, *, page_id: int) -> int:
    """Count one report and return 0 where it is within the limits, else the seconds until the next may come.

    What is refused to an address doesn't count for the page, or one address could shut a page to everybody. While the
    cache doesn't answer there are no limits: a reader's words are worth more.
    """
    settings = get_settings()
    try:
        # A cache in the database counts exactly this way, and its failure doesn't spoil a surrounding transaction.
        with transaction.atomic():
            address = _keyed_hash(client_network(request, trusted_proxies=settings.trusted_proxies))
            return _count(f"address:{address}", *settings.address_limit) or _count(
                f"page:{page_id}", *settings.page_limit
            )
    except Exception:
        logger.exception(
            "The cache %r doesn't answer, so typo reports are taken without limits. Start its server; for a cache in "
            "the database run `manage.py createcachetable`.",
            settings.cache,
        )
        return 0


def _count(name: str, most: int, seconds: int) -> int:
    cache = caches[get_settings().cache]
    now = time.time()
    window = int(now // seconds)
    key = f"chorsu_feedback_admin:{name}:{window}"
    cache.add(key, 0, timeout=seconds)
    try:
        count = cache.incr(key)
    except ValueError:  # the cache threw the counter out between the two calls
        return 0
    # Backends without a counter of their own write the new value with the cache's default timeout.
    cache.touch(key, timeout=seconds)
    return 0 if count <= most else max(1, round((window + 1) * seconds - now))


def _keyed_hash(text: str) -> str:
    cache = caches[get_settings().cache]
    name = f"chorsu_feedback_admin:key:{datetime.now(UTC):%Y-%m-%d}"
    key = cache.get_or_set(name, lambda: secrets.token_hex(32), timeout=_DAY)
    return hmac.digest(str(key).encode(), text.encode(), "sha256").hex()[:32]
