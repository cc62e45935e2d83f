"""Changes of pages: Wagtail's signals record them, and sites do for what a page takes from elsewhere.

``chorsu_search.writing`` indexes what is recorded here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeGuard

from django.db import router, transaction
from django.db.models.signals import post_delete, post_save, pre_save
from django.dispatch import receiver
from wagtail.models import Page, PageViewRestriction

from chorsu_search.conf import get_settings
from chorsu_search.models import IndexChange
from chorsu_search.writing import is_here, write_after_commit, writer_names

# Fields of Wagtail's bookkeeping, which search doesn't read.
BOOKKEEPING = frozenset(
    {
        "latest_revision", "latest_revision_created_at", "has_unpublished_changes", "draft_title", "live_revision",
        "locked", "locked_at", "locked_by", "go_live_at", "numchild", "alias_of_id", "owner",
    }
)  # fmt: skip


def note_changes(page_ids: Iterable[int], *, subtree: bool = False, later: bool = False) -> None:
    """Record in the caller's transaction that pages changed, one row per engine; they are indexed after it.

    A request indexes them in the site's own database alone; other engines are left to the worker, and so are all where
    it asks for ``later``.
    """
    using = router.db_for_write(IndexChange)
    names = writer_names()
    changes = [IndexChange(engine=name, page_id=page_id, subtree=subtree) for page_id in page_ids for name in names]
    IndexChange.objects.using(using).bulk_create(changes)
    if (
        get_settings().after_commit
        and not later
        and (keys := [change.pk for change in changes if is_here(change.engine)])
    ):
        transaction.on_commit(lambda: write_after_commit(keys), using=using, robust=True)


@receiver(pre_save, dispatch_uid="chorsu_search_page_about_to_be_saved")
def note_pages_below(instance: object, raw: bool = False, update_fields: Any = None, **_kwargs: object) -> None:
    """Record the pages below a page that moves, changes its slug, or is shown or hidden.

    In the transaction of ``Page.save``: Wagtail's own signals come after it, and a crash between would lose them.
    """
    if not _counts(instance, raw, update_fields) or not instance.pk or not instance.numchild:
        return
    stored = Page.objects.filter(pk=instance.pk).values_list("url_path", "slug", "live").first()
    if stored is not None and stored != (instance.url_path, instance.slug, instance.live):
        note_changes([instance.pk], subtree=True)


@receiver(post_save, dispatch_uid="chorsu_search_page_saved")
def note_saved(instance: object, raw: bool = False, update_fields: Any = None, **_kwargs: object) -> None:
    if _counts(instance, raw, update_fields):
        note_changes([instance.pk])


@receiver(post_delete, dispatch_uid="chorsu_search_page_deleted")
def note_deleted(instance: object, **_kwargs: object) -> None:
    if isinstance(instance, Page):  # each page below it is signalled too
        note_changes([instance.pk])


@receiver([post_save, post_delete], sender=PageViewRestriction, dispatch_uid="chorsu_search_restriction")
def note_restriction(instance: PageViewRestriction, **_kwargs: object) -> None:
    note_changes([instance.page_id], subtree=True)


def _counts(instance: object, raw: bool, update_fields: Any) -> TypeGuard[Page]:
    saved = update_fields is None or not BOOKKEEPING.issuperset(update_fields)
    return isinstance(instance, Page) and not raw and saved
