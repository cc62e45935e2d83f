"""The one order in which rows are locked, so that nobody waits in a circle: docs/decisions/lock-order.md.

Pages come first, by their keys, all that a transaction will write. Whatever belongs to a page (its held approval,
revisions, states of workflows, lineage) is written by whoever has locked it; files that pages show come last
(``file_usage.files.lock_to_publish``).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from wagtail.models import Page, Revision, TaskState, WorkflowState


def lock_pages(keys: Collection[Any]) -> dict[int, Page]:
    """Lock pages until the transaction ends, with the aliases that follow them; return those asked for that exist."""
    wanted = {int(key) for key in keys if key is not None}
    found = _locked(Page.objects.filter(Q(pk__in=wanted) | Q(alias_of__in=wanted)))
    return {key: page for key, page in found.items() if key in wanted}


def lock_articles(translation_keys: Collection[Any]) -> dict[int, Page]:
    """Lock the pages of articles in all languages until the transaction ends, with their aliases; return the pages."""
    ofs = Q(translation_key__in=translation_keys) | Q(alias_of__translation_key__in=translation_keys)
    wanted = set(translation_keys)
    found = _locked(Page.objects.filter(pk__in=Page.objects.filter(ofs).values("pk")))
    return {key: page for key, page in found.items() if page.translation_key in wanted}


def lock_page_of(row: Revision | WorkflowState | TaskState) -> None:
    """Lock the page of a row of Wagtail's that is about to be written, in whatever way that came about."""
    # Outside a transaction each statement stands alone, and nobody waits for two.
    if connection.in_atomic_block:
        lock_pages([key_of_page(row)])


def key_of_page(row: Revision | WorkflowState | TaskState) -> str | None:
    """Return the key of the page that a row of Wagtail's is of; None where it is of a snippet."""
    if isinstance(row, TaskState):
        row = row.workflow_state
    model = row.base_content_type.model_class()
    return row.object_id if model is not None and issubclass(model, Page) else None


def _locked(pages: QuerySet[Page]) -> dict[int, Page]:
    # A key that nobody changes: rows that refer to the page, such as reports about it, don't wait.
    no_key = connection.features.has_select_for_no_key_update
    return {page.pk: page for page in pages.select_for_update(no_key=no_key).order_by("pk")}
