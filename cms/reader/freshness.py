"""What reader pages keep until something is published, changed or withdrawn.

Two things are kept in the cache: what all pages of a language have in common (menu, which pages are private), and what
one address reads and shows beside its text (the page itself, lists, its languages, related publications, the frame).
Each carries the stamp of its time, which is in the database and the same for all servers; any change that readers could
see gives a new stamp, and so makes everything old at once. What was made from data read before a change carries the
stamp from before, and is old too.

A reader's request reads the stamp and never writes to the database: it would have to wait for whoever writes there.
"""

from __future__ import annotations

import hashlib
import logging
import uuid
from collections.abc import Callable
from pickle import PickleError
from typing import Any

from django.core.cache import cache
from django.db import connection, models, transaction
from django.http import HttpRequest
from django.utils.translation import get_language
from wagtail.models import Locale, Page, PageViewRestriction, Site

from chorsu_articles.keeping import always
from chorsu_articles.models import Picture
from chorsu_articles.models.vocabularies import Vocabulary
from chorsu_locales.selectors import enabled_codes
from chorsu_translation.models import TranslationLink
from cms.models import ReaderStamp
from cms.outlet.models import SHOWN

logger = logging.getLogger(__name__)

SECONDS = 24 * 60 * 60
VISIBLE = (Locale, PageViewRestriction, Picture, Site, TranslationLink, Vocabulary, *SHOWN)
# What saving a draft writes to the page's row; readers see none of it.
BOOKKEEPING = frozenset(
    {
        "draft_title",
        "expire_at",
        "go_live_at",
        "has_unpublished_changes",
        "latest_revision",
        "latest_revision_created_at",
    }
)


class PageCache:
    """What is kept for one request: ``common`` to its language, and ``own`` of its address."""

    def __init__(self, path: str, code: str) -> None:
        # What is kept outlives a restart with other languages, and links to those that were switched off.
        languages = " ".join(enabled_codes())
        self.keys = {
            "common": f"reader:language:{code}:{_digest(languages)}",
            "own": f"reader:page:{_digest(f'{languages} {path}')}",
        }
        self.stamp = current_stamp()
        found = cache.get_many(self.keys.values())
        self.values: dict[str, dict[str, Any]] = {}
        for scope, key in self.keys.items():
            stamp, values = found.get(key, ("", {}))
            self.values[scope] = dict(values) if self.stamp and stamp == self.stamp else {}
        self.changed: set[str] = set()

    def get[Value](
        self, scope: str, name: str, make: Callable[[], Value], good: Callable[[Value], bool] = always
    ) -> Value:
        """Return what is kept under a name and good, or make and keep it. Only what can be pickled can be kept."""
        values = self.values[scope]
        if name not in values or not good(values[name]):
            values[name] = make()
            self.changed.add(scope)
        value: Value = values[name]
        return value

    def store(self) -> None:
        """Write what is new to the cache."""
        # Without a stamp, nobody could tell later whether it is old.
        for scope in self.changed if self.stamp else ():
            try:
                cache.set(self.keys[scope], (self.stamp, self.values[scope]), timeout=SECONDS)
            except (PickleError, TypeError, AttributeError) as error:
                # A page class of somebody else's holds what can't be: its readers wait, but get their page.
                logger.warning("What a page of this kind reads can't be kept: %s", error)
        self.changed.clear()


def page_cache(request: HttpRequest) -> PageCache:
    """Return what is kept for a request; it is read once."""
    found: PageCache | None = getattr(request, "_reader_page_cache", None)
    if found is None:
        found = PageCache(request.path, get_language() or "")
        request._reader_page_cache = found  # type: ignore[attr-defined] # noqa: SLF001 (the place of per-request data)
    return found


def store(request: HttpRequest) -> None:
    """Write what a request made; for the end of a request that was answered."""
    found: PageCache | None = getattr(request, "_reader_page_cache", None)
    if found is not None:
        found.store()


def is_visible_change(instance: models.Model, update_fields: frozenset[str] | None = None) -> bool:
    """Tell whether a saved or deleted object may change what readers see."""
    if isinstance(instance, Page):
        return update_fields is None or not update_fields <= BOOKKEEPING
    return isinstance(instance, VISIBLE)


def note(instance: models.Model, update_fields: frozenset[str] | None = None) -> None:
    """Make everything old if readers may see this change."""
    if not is_visible_change(instance, update_fields):
        return
    if connection.vendor == "sqlite":
        # With the change: behind it, the database may be another's to write, or its disk full.
        _renew_stamp()
    else:
        # Behind it: two that publish would wait for each other's pages while one of them holds the stamp.
        transaction.on_commit(_renew_stamp, robust=True)


def _digest(text: str) -> str:
    """Return what stands in a key for a text that may be longer than a key can be, and hold what a database refuses."""
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def current_stamp() -> str:
    """Return the stamp of what readers see now; empty where nothing was ever changed."""
    return ReaderStamp.objects.values_list("value", flat=True).first() or ""


def _renew_stamp() -> None:
    ReaderStamp.objects.update_or_create(pk=1, defaults={"value": uuid.uuid4().hex})
