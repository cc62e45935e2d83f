"""Text of requests in the form in which it is stored."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase

from chorsu_locales.normal_form import LOST, normal_text, permitted


class NormalTextMiddleware:
    """Bring what is typed into its stored form before a form checks it.

    ``pre_save`` does so for everything that is stored, but too late for a form: a headline of characters that go away
    is no headline, and a name that is new as it was sent may be taken as it is stored.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Mark in the query what no text that is stored has: PostgreSQL answers NUL in a filter with an error."""
        request.GET = _changed(request.GET, lambda text: permitted(text, LOST))  # type: ignore[assignment]
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:  # noqa: ARG002
        """Bring a form into its stored form; a view without the token of forms limits what it reads by itself."""
        if request.method == "POST" and not getattr(view, "csrf_exempt", False):
            request.POST = _changed(request.POST, _normal_unless_json)  # type: ignore[assignment]


def _changed(query: QueryDict, change: Callable[[str], str]) -> QueryDict:
    """Return a query with its values changed, but for passwords."""
    changed = {
        name: new
        for name, values in query.lists()
        if "password" not in name and (new := [change(value) for value in values]) != values
    }
    if not changed:
        return query
    copy = query.copy()
    for name, values in changed.items():
        copy.setlist(name, values)
    return copy


def _normal_unless_json(value: str) -> str:
    """Return a text in its stored form; Draftail counts characters in its JSON, and its field does this afterwards."""
    return value if value.startswith(("{", "[")) else normal_text(value)
