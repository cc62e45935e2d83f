"""Wagtail's screens that list pages whatever a person may do with them, without the drafts that the person may not see.

Its explorer, searches and histories leave those out by themselves.
"""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from wagtail import hooks
from wagtail.admin.views.chooser import BrowseView, ChosenMultipleView
from wagtail.admin.views.pages.bulk_actions.page_bulk_action import PageBulkAction
from wagtail.admin.views.reports.page_types_usage import PageTypesUsageReportView
from wagtail.models import Page

from chorsu_editorial.drafts import draft_reader

hooks.register(
    "construct_page_chooser_queryset",
    lambda pages, request: pages.filter(draft_reader(request.user).known()),
)

_get_object_list = BrowseView.get_object_list
_get_chosen = ChosenMultipleView.get
_get_actionable_objects = PageBulkAction.get_actionable_objects
_decorate_page_types = PageTypesUsageReportView.decorate_paginated_queryset


@wraps(_get_object_list)
def get_object_list(self: Any) -> QuerySet[Page]:
    """Return what stands below a page that is chosen from; that page is shown, too. Raises ``PermissionDenied``."""
    if not _is_known(self.parent_page, self.request):
        raise PermissionDenied
    pages: QuerySet[Page] = _get_object_list(self)
    return pages


@wraps(_get_chosen)
def get_chosen(self: Any, request: HttpRequest) -> HttpResponse:
    """Answer with the chosen pages of which the person may know."""
    known = Page.objects.filter(draft_reader(request.user).known())
    chosen = known.filter(pk__in=request.GET.getlist("id")).values_list("pk", flat=True)
    parameters = request.GET.copy()
    parameters.setlist("id", list(map(str, chosen)))
    request.GET = parameters  # type: ignore[assignment] # Wagtail's view reads it
    response: HttpResponse = _get_chosen(self, request)
    return response


@wraps(_get_actionable_objects)
def get_actionable_objects(self: Any) -> tuple[list[Page], dict[str, list[Page]]]:
    """Return the pages to act on, and those that the person may know of and not act on."""
    objects, others = _get_actionable_objects(self)
    others["items_with_no_access"] = [page for page in others["items_with_no_access"] if _is_known(page, self.request)]
    return objects, others


@wraps(_decorate_page_types)
def decorate_page_types(self: Any, page_types: Any) -> Any:
    """Return kinds of pages without the last page of one that the person may not know."""
    page_types = _decorate_page_types(self, page_types)
    for page_type in page_types:
        if page_type.last_edited_page and not _is_known(page_type.last_edited_page, self.request):
            page_type.last_edited_page = None
    return page_types


def _is_known(page: Page, request: HttpRequest) -> bool:
    return page.live or draft_reader(request.user).sees(page)


BrowseView.get_object_list = get_object_list
ChosenMultipleView.get = get_chosen
PageBulkAction.get_actionable_objects = get_actionable_objects
PageTypesUsageReportView.decorate_paginated_queryset = decorate_page_types
