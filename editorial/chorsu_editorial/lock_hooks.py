"""Where Wagtail's admin writes several pages in one transaction; ``wagtail_hooks`` imports it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from wagtail import hooks
from wagtail.models import Page

from chorsu_editorial.lock_order import lock_pages, lock_to_publish


@hooks.register("before_bulk_action", order=-1)
def lock_chosen_pages(request: HttpRequest, action_type: str, objects: Iterable[Any], action: Any) -> None:  # noqa: ARG001
    """Let a bulk action write its pages in the order of everybody else; Wagtail calls this in its transaction."""
    if not issubclass(action.model, Page):
        return
    keys = [page.pk for page in objects]
    if action_type in {"delete", "move"} or action.cleaned_form.cleaned_data.get("include_descendants"):
        keys += [key for page in objects for key in page.get_descendants().values_list("pk", flat=True)]
    lock_to_publish(keys)


@hooks.register("before_delete_page")
def lock_deleted_pages(request: HttpRequest, page: Page) -> None:
    """Let a deletion write its pages in the order of everybody else; Wagtail calls this in its transaction."""
    if request.method == "POST":
        lock_pages(page.get_descendants(inclusive=True).values_list("pk", flat=True))
