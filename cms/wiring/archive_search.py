"""Joins the archive with search and with what is kept of pages for readers."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from chorsu_archive.signals import links_followed, pages_imported
from chorsu_search.services import note_changes
from cms.reader.cache_version import make_all_old


@receiver(pages_imported, dispatch_uid="chorsu_wiring.pages_to_index")
def index_pages(pages: list[Any], **_: Any) -> None:
    """Have the worker index a batch, in its own time; readers see what is live of it at once."""
    note_changes([page.pk for page in pages], later=True)
    if any(page.live for page in pages):
        make_all_old()


@receiver(links_followed, dispatch_uid="chorsu_wiring.imported_links")
def renew_readers_pages(**_: Any) -> None:
    """Let readers get the followed links of pages that were written without signals."""
    make_all_old()
