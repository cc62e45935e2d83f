"""What Wagtail's admin does with pages, each request in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from wagtail.models import Page

from chorsu_editorial.lock_order import lock_pages
from cms.received.forms import answer_unreadable

API_VIEW = "wagtailadmin_api:pages:action"
# They write the pages below theirs too, in the tree's order.
TREE_VIEWS = frozenset({"copy", "move_confirm", "set_page_position", "unpublish", "delete", "action"})


class AtomicEditorMiddleware:
    """Do what is asked about pages wholly or not at all.

    Wagtail creates a page and publishes its revision in two transactions; it copies, moves and unpublishes pages in one
    for each: a server that dies between them leaves a page live without the revision that it shows, or half a section.
    Reads and previews stay outside, since a transaction on SQLite takes the write lock.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Hand the request on."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Run a view of the page's in a transaction where it writes."""
        match = request.resolver_match
        if request.method != "POST" or match is None or "preview" in (match.url_name or ""):
            return None
        if match.view_name != API_VIEW and match.namespace != "wagtailadmin_pages":
            return None
        # The view asks too, but after the pages are locked: strangers must not let everybody wait.
        if not request.user.has_perm("wagtailadmin.access_admin"):
            return None
        page = next((kwargs[name] for name in ("page_id", "page_to_move_id", "pk") if name in kwargs), None)
        try:
            with transaction.atomic():
                # Before the view reads the page: who saves at the moment of a publication would write over it.
                lock_pages(_below(page) if match.url_name in TREE_VIEWS else [page])
                response = view(request, *args, **kwargs)
                # The API makes an answer of an exception.
                if match.view_name == API_VIEW and response.status_code >= HTTPStatus.BAD_REQUEST:
                    transaction.set_rollback(True)
                return response
        except Exception as error:
            # Django asks no middleware about an exception of a view that a middleware has called.
            if answer := answer_unreadable(request, error):
                return answer
            raise


def _below(key: Any) -> list[int]:
    """Return the keys of a page and of those below it."""
    page = Page.objects.filter(pk=key).first()
    return list(page.get_descendants(inclusive=True).values_list("pk", flat=True)) if page else []
