"""The editor's requests in one transaction each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from chorsu_editorial.lock_order import lock_pages
from cms.received.forms import answer_unreadable

EDITOR_VIEWS = frozenset({"wagtailadmin_pages:add", "wagtailadmin_pages:edit"})


class AtomicEditorMiddleware:
    """Save, and publish, a page wholly or not at all.

    Wagtail creates a page and publishes its revision in two transactions: a server that dies between them leaves a page
    live without the revision that it shows. Reads stay outside, since a transaction on SQLite takes the write lock.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Hand the request on."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Run the editor's view in a transaction where it writes."""
        match = request.resolver_match
        if request.method != "POST" or match is None or match.view_name not in EDITOR_VIEWS:
            return None
        try:
            with transaction.atomic():
                # Before the view reads the page: who saves at the moment of a publication would write over it.
                lock_pages([kwargs.get("page_id")])
                return view(request, *args, **kwargs)
        except Exception as error:
            # Django asks no middleware about an exception of a view that a middleware has called.
            if answer := answer_unreadable(request, error):
                return answer
            raise
