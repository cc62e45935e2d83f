"""What reader pages keep until something is published, changed or withdrawn.

Whole pages are kept for readers who aren't signed in (``cms.reader.kept_pages``), and for what is made anew two pieces:
what all pages of a language have in common (menu, which pages are private), and what one address reads and shows beside
its text (the page itself, lists, its languages, related publications, the frame). Each carries the stamp of its time,
which is in the database and the same for all servers; any change that readers could see gives a new stamp, and so makes
everything old at once. What was made from data read before a change carries the stamp from before, and is old too.

A reader's request reads the stamp and never writes to the database: it would have to wait for whoever writes there.
"""

from __future__ import annotations

import hashlib
import logging
import time
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from pickle import PickleError
from typing import Any

from django.core.cache import cache
from django.db import connection, models, transaction
from django.http import HttpRequest
from django.utils.translation import get_language
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents.models import AbstractDocument
from wagtail.models import Locale, Page, PageViewRestriction, Site
from wagtail.models.sites import SiteRootPath

from chorsu_articles.keeping import always
from chorsu_articles.models import Picture, PictureRendition
from chorsu_articles.models.vocabularies import Vocabulary
from chorsu_locales.selectors import enabled_codes
from chorsu_translation.models import TranslationLink
from cms.models import ReaderStamp
from cms.outlet.models import SHOWN
from cms.reader.release import release

logger = logging.getLogger(__name__)

SECONDS = 24 * 60 * 60
VISIBLE = (
    AbstractDocument,
    Locale,
    PageViewRestriction,
    Picture,
    Redirect,
    Site,
    TranslationLink,
    Vocabulary,
    *SHOWN,
)
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


ASK = f"SELECT value FROM {ReaderStamp._meta.db_table}"  # noqa: S608 (the table's name)
OPEN = "open-"
# Longer than any single save takes.
OPEN_SECONDS = 60
_whole: ContextVar[bool] = ContextVar("whole", default=True)


class PageCache:
    """What is kept for one request: ``common`` to its language, and ``own`` of its address."""

    def __init__(self, path: str, code: str, stamp: str) -> None:
        self.keys = {"common": key_of("language", code), "own": key_of("page", path)}
        self.stamp = stamp
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
        for scope in self.changed if self.stamp and is_whole() else ():
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
        found = PageCache(request.path, get_language() or "", stamp_of(request))
        request._reader_page_cache = found  # type: ignore[attr-defined] # noqa: SLF001 (the place of per-request data)
    return found


def store(request: HttpRequest) -> None:
    """Write what a request made; for the end of a request that was answered."""
    found: PageCache | None = getattr(request, "_reader_page_cache", None)
    if found is not None:
        found.store()


def sites_of(request: HttpRequest) -> list[Site]:
    """Return all sites, as of the request's stamp, in the order in which Wagtail lists their addresses."""

    def read() -> list[Site]:
        order = ("-root_page__url_path", "-is_default_site", "hostname")
        return list(Site.objects.select_related("root_page__locale").order_by(*order))

    return page_cache(request).get("common", "sites", read)


def use_site_roots(request: HttpRequest) -> list[SiteRootPath]:
    """Return the addresses of the sites, and let Wagtail use them in this request.

    Wagtail keeps them for an hour, and other servers change them.
    """

    def read() -> list[SiteRootPath]:
        return [
            SiteRootPath(site.pk, page.url_path, site.root_url, page.locale.language_code)
            for site in sites_of(request)
            for page in site.root_page.get_translations(inclusive=True).select_related("locale")
        ]

    roots = page_cache(request).get("common", "roots", read)
    request._wagtail_cached_site_root_paths = roots  # type: ignore[attr-defined] # noqa: SLF001 (as Wagtail does)
    return roots


def begin() -> None:
    """Begin a request: so far, nothing in it stands in for something else."""
    _whole.set(True)


def stands_in() -> None:
    """Note that what is being made shows something in the place of what can't be shown now, and must not be kept."""
    _whole.set(False)


def is_whole() -> bool:
    """Tell whether what was made in this request may be kept."""
    return _whole.get()


def is_visible_change(instance: models.Model, update_fields: frozenset[str] | None = None) -> bool:
    """Tell whether a saved or deleted object may change what readers see."""
    if isinstance(instance, Page):
        return update_fields is None or not update_fields <= BOOKKEEPING
    return isinstance(instance, VISIBLE)


def key_of(*parts: str) -> str:
    """Return the key of what is kept under these names by this release in these languages.

    A name may be longer than a key can be, and hold what a cache refuses. What is kept outlives a restart: with other
    languages it would link to those that were switched off.
    """
    text = "\n".join([release(), " ".join(enabled_codes()), *parts])
    return f"reader:{hashlib.sha256(text.encode(errors='surrogatepass')).hexdigest()}"


def stamp_of(request: HttpRequest) -> str:
    """Return the stamp that was current when a request came: all that it makes carries that one."""
    found: str | None = getattr(request, "_reader_stamp", None)
    if found is None:
        found = request._reader_stamp = current_stamp()  # type: ignore[attr-defined] # noqa: SLF001 (per-request data)
    return found


def current_stamp() -> str:
    """Return the stamp of what readers see now; empty while nothing may be kept, since nobody could tell its age.

    That is where nothing was ever changed, and while somebody saves outside of a transaction.
    """
    # Every page asks it: the model's own way takes as long as all else of an answer that is kept.
    with connection.cursor() as cursor:
        cursor.execute(ASK)
        found = sorted(value for (value,) in cursor.fetchall())
    return "" if any(map(_is_open, found)) else "+".join(found)


def about_to_change(instance: models.Model, update_fields: frozenset[str] | None = None) -> None:
    """Before an object is saved: remember what can't be told afterwards, and mark a change that is no transaction."""
    if isinstance(instance, Page):
        hidden = is_visible_change(instance, update_fields) and _is_hidden(instance)
        instance._hidden_from_readers = hidden  # noqa: SLF001 (about the object that is saved)
    if connection.in_atomic_block or not _is_seen(instance, update_fields):
        return
    # The change is there before its stamp. Who reads it in between, or after a crash in between, must keep nothing.
    mark = f"{OPEN}{int(time.time())}-{uuid.uuid4().hex}"[:32]
    ReaderStamp.objects.bulk_create([ReaderStamp(value=mark)])
    instance._open_mark = mark  # type: ignore[attr-defined] # noqa: SLF001


def saved(instance: models.Model, update_fields: frozenset[str] | None = None) -> None:
    """After an object was saved: make everything old if readers may see it."""
    if _is_seen(instance, update_fields):
        renew(instance.__dict__.pop("_open_mark", ""))


def gone(instance: models.Model) -> None:
    """After an object was moved or deleted: make everything old if readers may have seen it."""
    if is_visible_change(instance) or isinstance(instance, PictureRendition):
        renew()


def renew(mark: str = "") -> None:
    """Make everything old: in the transaction of the change, so that both are there or neither.

    A row is added to the table, and those of earlier changes are taken away; who publishes at the same moment waits for
    nobody, and both rows stay until the next change. All rows together are the stamp: each commit brings one that
    never was before, so no stamp comes again. ``mark`` is this change's own, if it was saved outside of a transaction.
    """
    with transaction.atomic(savepoint=False):
        rows = ReaderStamp.objects.select_for_update(skip_locked=True)
        # Not those of others who are saving right now.
        done = [row.pk for row in rows if row.value == mark or not _is_open(row.value)]
        # Neither way sends signals, which would ask whether readers see these rows.
        ReaderStamp.objects.filter(pk__in=done)._raw_delete(using=connection.alias)  # noqa: SLF001
        ReaderStamp.objects.bulk_create([ReaderStamp(value=uuid.uuid4().hex)])


def _is_open(value: str) -> bool:
    """Tell whether a row says that somebody is saving; one that is old is of a process that died, and a stamp."""
    return value.startswith(OPEN) and int(value.split("-")[1]) > time.time() - OPEN_SECONDS


def _is_seen(instance: models.Model, update_fields: frozenset[str] | None) -> bool:
    return is_visible_change(instance, update_fields) and not getattr(instance, "_hidden_from_readers", False)


def _is_hidden(page: Page) -> bool:
    """Tell whether a page isn't live, wasn't, and has no live ones below it, whose addresses would change with it."""
    return bool(not page.live and page.path) and not Page.objects.filter(path__startswith=page.path, live=True).exists()
