"""What notes that pages changed; ``chorsu_search.writing`` brings the index in line with them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import router, transaction
from wagtail.models import Page

from chorsu_search.conf import get_settings
from chorsu_search.models import IndexChange
from chorsu_search.writing import is_here, write_after_commit, writer_names

# What a save writes when it only keeps Wagtail's books: nothing of it is found by search.
BOOKKEEPING = frozenset(
    {
        "latest_revision", "latest_revision_created_at", "has_unpublished_changes", "draft_title", "live_revision",
        "locked", "locked_at", "locked_by", "go_live_at", "numchild", "alias_of_id", "owner",
    }
)  # fmt: skip


def note_changes(page_ids: Iterable[int], *, subtree: bool = False) -> None:
    """Write that pages changed, one row per engine, in the caller's transaction; they are indexed after it.

    A request does that itself only in the site's own database: an engine elsewhere is the worker's alone.
    """
    using = router.db_for_write(IndexChange)
    names = writer_names()
    changes = [IndexChange(engine=name, page_id=page_id, subtree=subtree) for page_id in page_ids for name in names]
    IndexChange.objects.using(using).bulk_create(changes)
    if get_settings().after_commit and (keys := [change.pk for change in changes if is_here(change.engine)]):
        transaction.on_commit(lambda: write_after_commit(keys), using=using, robust=True)


def page_saved(page: Page, update_fields: Iterable[str] | None) -> None:
    """Note a saved page, unless only Wagtail's bookkeeping was saved."""
    if update_fields is None or not BOOKKEEPING.issuperset(update_fields):
        note_changes([page.pk])


def page_about_to_be_saved(page: Page, update_fields: Iterable[str] | None) -> None:
    """Note the pages below a page that moves, changes its slug, or is shown or hidden.

    Done before saving, in the transaction of ``Page.save``: Wagtail's signals of moves and slugs come after it, and
    a crash between would lose them.
    """
    if not page.pk or not page.numchild or (update_fields is not None and BOOKKEEPING.issuperset(update_fields)):
        return
    stored = Page.objects.filter(pk=page.pk).values_list("url_path", "slug", "live").first()
    if stored is not None and stored != (page.url_path, page.slug, page.live):
        note_changes([page.pk], subtree=True)
