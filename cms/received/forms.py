"""A form that can't be read gets an answer that says so, and no error of the server."""

from __future__ import annotations

import logging
from collections.abc import Callable
from json import decoder
from traceback import walk_tb
from typing import Any

from django.core.exceptions import BadRequest
from django.db import DataError, IntegrityError
from django.forms.formsets import TOTAL_FORM_COUNT
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.http.response import HttpResponseBase
from django.urls import NoReverseMatch
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.defaults import bad_request
from wagtail.users.models import UserProfile

from chorsu_locales.received import is_unreadable_form

logger = logging.getLogger(__name__)

# Of one kind. Django makes and shows up to two thousand, empty ones too, in a quarter of a minute.
MOST_ROWS = 250


class UnreadableFormMiddleware:
    """Answer 400 to posted forms that no screen sends."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Hand the request on."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:  # noqa: ARG002
        """Refuse a form of more rows than anybody fills in."""
        if request.method != "POST" or getattr(view, "csrf_exempt", False) or not has_too_many_rows(request.POST):
            return None
        return answer_unreadable(request, BadRequest(f"More than {MOST_ROWS} rows"))

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer for the view that raised."""
        return answer_unreadable(request, error)


def answer_unreadable(request: HttpRequest, error: Exception) -> HttpResponse | None:
    """Return the answer to a form that could not be read, or None where the error is something else.

    It is logged with its traceback, since it may be a fault all the same. What the database refuses as a duplicate is
    such a form too: two people may have sent the same at once. So is an address with a number that no column holds.
    """
    known = isinstance(error, OverflowError | DataError) or (
        request.method == "POST"
        and (
            isinstance(error, BadRequest | IntegrityError)
            or is_unreadable_form(error)
            or _is_too_deep(error)
            or _leads_nowhere(request, error)
        )
    )
    if not known:
        return None
    logger.warning("What was sent to %s could not be read.", request.path, exc_info=error)
    if request.headers.get("Accept") == "application/json":
        with override(_admin_language(request)):
            message = _("What was sent is incomplete or damaged, so nothing was saved. Reload the page and try again.")
        data = {"success": False, "error_code": "unreadable_form", "error_message": message}
        return JsonResponse(data, status=400)
    return bad_request(request, error)


def has_too_many_rows(form: QueryDict) -> bool:
    """Tell whether a form says that it has more rows of a kind; what is no number, it refuses itself."""
    totals = (str(form[name]) for name in form if name.endswith(f"-{TOTAL_FORM_COUNT}"))
    return any(total.isdecimal() and (len(total) > 9 or int(total) > MOST_ROWS) for total in totals)


def _is_too_deep(error: Exception) -> bool:
    """Tell whether JSON was nested deeper than Python reads it."""
    return isinstance(error, RecursionError) and any(
        frame.f_code.co_filename == decoder.__file__ for frame, _line in walk_tb(error.__traceback__)
    )


def _admin_language(request: HttpRequest) -> str | None:
    """Return the language of a person's admin, which ended with the view."""
    user = request.user
    language: str | None = (
        UserProfile.get_for_user(user).get_preferred_language() if user.is_authenticated else get_language()
    )
    return language


def _leads_nowhere(request: HttpRequest, error: Exception) -> bool:
    """Tell whether the address that the form wanted to go on to could not be made one."""
    wanted = {request.POST.get("next"), request.GET.get("next")} - {None}
    return isinstance(error, NoReverseMatch) and any(
        frame.f_code.co_name == "resolve_url" and frame.f_locals.get("to") in wanted
        for frame, _line in walk_tb(error.__traceback__)
    )
