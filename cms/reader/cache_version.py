"""The version of what readers see: docs/decisions/reader-cache.md.

Whole pages are cached under it for readers who are not signed in (``cms.reader.page_cache``), and so is what all pages
of a language share (``shared``). Any change that readers could see gives a new version, which makes everything old at
once. It is read before all else: what was made from data read before a change carries the version from before, and is
old too.

A reader's request reads the version and never writes to the database: it would have to wait for whoever writes there.
"""

from __future__ import annotations

import hashlib
import os
import time
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.cache import cache as default_cache
from django.db import InterfaceError, OperationalError, connection, models, transaction
from django.http import HttpRequest
from django.utils.translation import get_language
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents.models import AbstractDocument
from wagtail.models import Locale, Page, PageViewRestriction, Site
from wagtail.models.sites import SiteRootPath

from chorsu_articles.models import Picture, PictureRendition
from chorsu_articles.models.vocabularies import Vocabulary
from chorsu_locales.selectors import enabled_codes
from chorsu_translation.models import TranslationLink, Withdrawal
from cms.models import ReaderStamp
from cms.outlet import SHOWN
from cms.settings.env import env

SECONDS = 24 * 60 * 60
# Of what a page is made of. Static files are named in pages by their content: the manifest knows.
KINDS = {".py", ".html", ".xml", ".mo", ".svg"}
VISIBLE: tuple[type[models.Model], ...] = (AbstractDocument, Locale, PageViewRestriction, Picture, Redirect, Site)
VISIBLE += (TranslationLink, Vocabulary, Withdrawal, *SHOWN)
# What saving a draft writes to the page's row; readers see none of it.
BOOKKEEPING = {"draft_title", "expire_at", "go_live_at", "has_unpublished_changes"}
BOOKKEEPING |= {"latest_revision", "latest_revision_created_at"}

ASK = f"SELECT value FROM {ReaderStamp._meta.db_table}"  # noqa: S608 (the table's name)
OPEN = "open-"
# Longer than any single save takes; for so long the last version stands in for a database that is away.
OPEN_SECONDS, AWAY_SECONDS = 60, 600
CHANGED = "reader:changed"
# The last version that this process saw, and when it asked for it.
_last: list[Any] = ["", 0.0]
# Not in the request: what a model or a template sends ``stands_in`` for knows of none.
_is_complete: ContextVar[bool] = ContextVar("chorsu_cms_is_complete", default=True)


def shared[Value](request: HttpRequest, name: str, make: Callable[[], Value]) -> Value:
    """Return what the pages of the active language share under a name, as of the request's version; make it if missing.

    It is read once in a request, and pickled.
    """
    code = get_language() or ""
    values: dict[tuple[str, str], Any] = vars(request).setdefault("reader_shared", {})
    if (code, name) not in values:
        version, key = version_of(request), cache_key("shared", code, name)
        cached_version, value = default_cache.get(key, ("", None))
        if not version or cached_version != version:
            value = make()
            # Without a version, nobody could tell later whether it is old.
            if version and is_complete():
                default_cache.set(key, (version, value), SECONDS)
        values[code, name] = value
    found: Value = values[code, name]
    return found


def use_sites(request: HttpRequest) -> tuple[list[Site], list[SiteRootPath]]:
    """Return all sites and the addresses of their roots, in Wagtail's order, and let Wagtail use those in this request.

    Wagtail keeps the addresses for an hour, and other servers change them.
    """

    def read() -> tuple[list[Site], list[SiteRootPath]]:
        names = [field.attname for field in Site._meta.concrete_fields]
        rows = Page.objects.filter(translation_key__in=Site.objects.values("root_page__translation_key")).values_list(
            "translation_key", "url_path", "locale__language_code", *(f"sites_rooted_here__{name}" for name in names)
        )
        found = {row[3]: (row[0], row[1], Site.from_db(connection.alias, names, row[3:])) for row in rows if row[3]}
        by_name = sorted(found.values(), key=lambda each: (not each[2].is_default_site, each[2].hostname))
        in_order = sorted(by_name, key=lambda each: each[1], reverse=True)
        pages = list(dict.fromkeys(row[:3] for row in rows))
        return [site for _key, _path, site in in_order], [
            SiteRootPath(site.pk, path, site.root_url, code)
            for own_key, _path, site in in_order
            for key, path, code in pages
            if key == own_key
        ]

    sites, roots = shared(request, "sites", read)
    request._wagtail_cached_site_root_paths = roots  # type: ignore[attr-defined] # noqa: SLF001 (as Wagtail does)
    return sites, roots


def begin_page() -> None:
    """Note that the page has no substitutes so far."""
    _is_complete.set(True)


def mark_incomplete(**_: Any) -> None:
    """Note that the page shows a substitute for something that can't be shown yet, so it must not be cached."""
    _is_complete.set(False)


def is_complete() -> bool:
    """Tell whether the page has no substitutes, so it may be cached."""
    return _is_complete.get()


def is_visible_change(instance: models.Model, update_fields: frozenset[str] | None = None) -> bool:
    """Tell whether a saved or deleted object may change what readers see."""
    if isinstance(instance, Page):
        return update_fields is None or not update_fields <= BOOKKEEPING
    return isinstance(instance, VISIBLE)


def cache_key(*parts: str) -> str:
    """Return the key of what is cached under these names by this release in these languages.

    A name may be longer than a key can be, and hold what a cache refuses. What is cached outlives a restart: with other
    languages it would link to those that were switched off.
    """
    text = "\n".join([release(), " ".join(enabled_codes()), *parts])
    return f"reader:{hashlib.sha256(text.encode(errors='surrogatepass')).hexdigest()}"


@cache
def release() -> str:
    """Return a digest of what renders pages: code, templates, catalogues, libraries and environment."""
    digest = hashlib.sha256(f"{settings.SECRET_KEY} {getattr(staticfiles_storage, 'manifest_hash', '')}".encode())
    digest.update((settings.BASE_DIR / "requirements.txt").read_bytes())
    for name in sorted(env.variables):
        digest.update(f"{name}={os.environ.get(name, '')}\n".encode(errors="surrogateescape"))
    for folder in sorted(Path(config.path) for config in apps.get_app_configs()):
        if not folder.is_relative_to(settings.BASE_DIR) or "site-packages" in folder.parts:
            continue
        for path in sorted(folder.rglob("*")):
            if path.suffix in KINDS and "migrations" not in path.parts:
                digest.update(path.read_bytes())
    return digest.hexdigest()


def version_of(request: HttpRequest) -> str:
    """Return the version that was current when the request came; all that it renders carries this one."""
    kept = vars(request)
    if "reader_version" not in kept:
        kept["reader_version"] = current_version()
    found: str = kept["reader_version"]
    return found


def current_version() -> str:
    """Return the current version, or "" while nothing may be cached.

    That is before the first change, and while somebody saves outside of a transaction.
    """
    began = time.time()
    try:
        # Every page asks it: the model's own way takes as long as all else of an answer from the cache.
        with connection.cursor() as cursor:
            cursor.execute(ASK)
            found = sorted(value for (value,) in cursor.fetchall())
    except (InterfaceError, OperationalError):
        # Another process may have taken a page down since this one was last asked for any.
        is_last = default_cache.get(CHANGED, 0.0) < _last[1] <= began < _last[1] + AWAY_SECONDS
        if connection.in_atomic_block or not is_last:
            raise
        return str(_last[0])
    _last[:] = "" if any(map(_is_open, found)) else "+".join(found), began
    return str(_last[0])


def about_to_change(instance: models.Model, update_fields: frozenset[str] | None = None, **_: Any) -> None:
    """Before a save: note whether readers see the page and, outside of a transaction, that a change is under way."""
    if isinstance(instance, Page):
        hidden = is_visible_change(instance, update_fields) and not instance.live and bool(instance.path)
        # Nor was it live, nor is a page below it, whose address would change with it.
        hidden = hidden and not Page.objects.filter(path__startswith=instance.path, live=True).exists()
        vars(instance)["_hidden_from_readers"] = hidden
    if connection.in_atomic_block or not _is_seen(instance, update_fields):
        return
    # The change is there before its version. Who reads it in between, or after a crash in between, must cache nothing.
    mark = f"{OPEN}{int(time.time())}-{uuid.uuid4().hex}"[:32]
    ReaderStamp.objects.bulk_create([ReaderStamp(value=mark)])
    vars(instance)["_open_mark"] = mark


def saved(instance: models.Model, update_fields: frozenset[str] | None = None, **_: Any) -> None:
    """After a save: write a new version if readers may see the change."""
    if _is_seen(instance, update_fields):
        make_all_old(vars(instance).pop("_open_mark", ""))


def _is_seen(instance: models.Model, update_fields: frozenset[str] | None) -> bool:
    return is_visible_change(instance, update_fields) and not getattr(instance, "_hidden_from_readers", False)


def moved_or_deleted(instance: models.Model, **_: Any) -> None:
    """After an object was moved or deleted: write a new version if readers may have seen it."""
    if is_visible_change(instance) or isinstance(instance, PictureRendition):
        make_all_old()


def make_all_old(mark: str = "") -> None:
    """Write a new version: in the transaction of the change, so that both are there or neither.

    A row is added to the table, and those of earlier changes are taken away; who publishes at the same moment waits for
    nobody, and both rows stay until the next change. All rows together are the version: each commit brings one that
    never was before, so no version comes again. ``mark`` is this change's own, if it was saved outside a transaction.
    """
    with transaction.atomic(savepoint=False):
        for row in ReaderStamp.objects.select_for_update(skip_locked=True):
            # Not those of others who are saving right now.
            if row.value == mark or not _is_open(row.value):
                row.delete()
        # Without signals, which would ask whether readers see this row.
        ReaderStamp.objects.bulk_create([ReaderStamp(value=uuid.uuid4().hex)])
        transaction.on_commit(lambda: default_cache.set(CHANGED, time.time(), AWAY_SECONDS), robust=True)


def _is_open(value: str) -> bool:
    """Tell whether a row marks a save under way. One of a process that died, or of a clock ahead, is a version."""
    return value.startswith(OPEN) and abs(int(value.split("-")[1]) - time.time()) < OPEN_SECONDS
