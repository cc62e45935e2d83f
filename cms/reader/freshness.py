"""What reader pages keep until something is published, changed or withdrawn.

Two things are kept in the shared cache and read by one query: what all pages of a language have in common (menu), and
what one address needs of other pages (its languages, related publications). Each carries the stamp of its time; any
change that readers could see gives a new stamp once it is committed, and so makes everything old at once. What was made
from data read before a change carries the stamp from before, and is old too.
"""

from __future__ import annotations

import hashlib
import logging
import uuid
from collections.abc import Callable
from typing import Any

from django.core.cache import cache
from django.db import DatabaseError, models, transaction
from django.http import HttpRequest
from django.utils.translation import get_language
from wagtail.models import Locale, Page, PageViewRestriction, Site

from articles.models import Picture
from articles.models.vocabularies import Vocabulary

logger = logging.getLogger(__name__)

STAMP = "reader:stamp"
SECONDS = 24 * 60 * 60
VISIBLE = (Locale, PageViewRestriction, Picture, Site, Vocabulary)
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


class Kept:
    """What is kept for one request: ``common`` to its language, and ``own`` of its address."""

    def __init__(self, path: str, code: str) -> None:
        # A digest: an address may be longer than a key can be, and hold what a database refuses.
        digest = hashlib.sha256(path.encode(errors="surrogatepass")).hexdigest()
        self.keys = {"common": f"reader:language:{code}", "own": f"reader:page:{digest}"}
        found = cache.get_many([STAMP, *self.keys.values()])
        self.stamp = found.get(STAMP) or _new_stamp()
        self.values: dict[str, dict[str, Any]] = {}
        for scope, key in self.keys.items():
            stamp, values = found.get(key, ("", {}))
            self.values[scope] = dict(values) if stamp == self.stamp else {}
        self.changed: set[str] = set()

    def get[Value](self, scope: str, name: str, make: Callable[[], Value]) -> Value:
        """Return what is kept under a name, or make and keep it. Only what can be pickled can be kept."""
        values = self.values[scope]
        if name not in values:
            values[name] = make()
            self.changed.add(scope)
        kept: Value = values[name]
        return kept

    def store(self) -> None:
        """Write what is new to the cache; a reader's page does not fail where that fails."""
        for scope in self.changed:
            try:
                cache.set(self.keys[scope], (self.stamp, self.values[scope]), timeout=SECONDS)
            except DatabaseError:
                logger.warning("The cache can't be written; pages are slower until it can. See docs/deploy.md.")
        self.changed.clear()


def kept(request: HttpRequest) -> Kept:
    """Return what is kept for a request; it is read once."""
    found: Kept | None = getattr(request, "_reader_kept", None)
    if found is None:
        found = Kept(request.path, get_language() or "")
        request._reader_kept = found  # type: ignore[attr-defined] # noqa: SLF001 (the place of per-request data)
    return found


def store(request: HttpRequest) -> None:
    """Write what a request made; for the end of a request that was answered."""
    found: Kept | None = getattr(request, "_reader_kept", None)
    if found is not None:
        found.store()


def is_visible_change(instance: models.Model, update_fields: frozenset[str] | None = None) -> bool:
    """Tell whether a saved or deleted object may change what readers see."""
    if isinstance(instance, Page):
        return update_fields is None or not update_fields <= BOOKKEEPING
    return isinstance(instance, VISIBLE)


def note(instance: models.Model, update_fields: frozenset[str] | None = None) -> None:
    """Make everything old, once the running transaction is committed, if readers may see this change."""
    if is_visible_change(instance, update_fields):
        transaction.on_commit(_new_stamp, robust=True)


def _new_stamp() -> str:
    stamp = uuid.uuid4().hex
    cache.set(STAMP, stamp, timeout=None)
    return stamp
