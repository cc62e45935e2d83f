"""What people send: its text as it is stored, and an answer to what can't be read, or can't be saved now.

What can't be saved is answered within five seconds, with what was sent; readers wait for nobody.
docs/decisions/database-busy.md
"""

from __future__ import annotations

import errno
import json
import logging
import sys
from collections.abc import Callable
from traceback import walk_tb
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import BadRequest
from django.db import DataError, IntegrityError, InterfaceError, OperationalError, connection
from django.forms.formsets import TOTAL_FORM_COUNT
from django.http import HttpRequest, HttpResponse, HttpResponseServerError, JsonResponse, QueryDict
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.defaults import bad_request
from wagtail.users.models import UserProfile

from chorsu_locales.limits import waiting_at_most
from chorsu_locales.normal_form import LOST, normal_text, permitted
from chorsu_locales.request_checks import is_unreadable_form
from chorsu_locales.selectors import default_code
from cms.logs import place_of, route_of

logger = logging.getLogger(__name__)

# Of a redirect. Servers and browsers differ in what they take; nginx's 4 KB hold all headers of an answer.
LONGEST_ADDRESS = 2_000


class ShortRedirectMiddleware(MiddlewareMixin):
    """Redirect without the query where an address of the site is too long with it, or answer 414.

    Django's, Wagtail's and our own redirects repeat the query, and quoting makes it up to three times as long.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        location = response.headers.get("Location", "")
        # Another site's may be signed, and is no echo.
        if len(location) > LONGEST_ADDRESS and urlsplit(location).netloc in {"", request.get_host()}:
            response.headers["Location"] = location = location.partition("?")[0]
            return response if len(location) <= LONGEST_ADDRESS else HttpResponse(status=414)
        return response


def member(request: HttpRequest) -> HttpResponse:
    """Tell the proxy, before it takes a large body, whether somebody of the newsroom sends it: 204 or 401."""
    return HttpResponse(status=204 if request.user.has_perm("wagtailadmin.access_admin") else 401)


# Of one kind. Django makes and shows up to two thousand, empty ones too, in a quarter of a minute.
MOST_ROWS = 250


class FormMiddleware(MiddlewareMixin):
    """Bring what is typed into its stored form before a form checks it, and answer 400 to forms that no screen sends.

    ``pre_save`` normalises everything that is stored, but too late for a form: a headline of characters that go away
    is no headline, and a name that is new as it was sent may be taken as it is stored.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Replace characters in the query that no stored text has: PostgreSQL answers NUL in a filter with an error."""
        request.GET = _changed(request.GET, lambda text: permitted(text, LOST))  # type: ignore[assignment]

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:  # noqa: ARG002
        """Normalise a form and count its rows; a view without the token of forms limits what it reads by itself."""
        if request.method != "POST" or getattr(view, "csrf_exempt", False):
            return None
        # Draftail counts characters in its JSON; its field normalises the text afterwards.
        request.POST = _changed(  # type: ignore[assignment]
            request.POST, lambda value: value if value.startswith(("{", "[")) else normal_text(value)
        )
        # A total that is no number is refused by the form itself.
        totals = (str(request.POST[name]) for name in request.POST if name.endswith(f"-{TOTAL_FORM_COUNT}"))
        if any(total.isdecimal() and (len(total) > 9 or int(total) > MOST_ROWS) for total in totals):
            return answer_unreadable(request, BadRequest(f"More than {MOST_ROWS} rows"))
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return answer_unreadable(request, error)


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


def answer_unreadable(request: HttpRequest, error: Exception) -> HttpResponse | None:
    """Return the answer to a form that could not be read, or None where the error is something else.

    One line of the log says where, since it may be a fault all the same. What the database refuses as a duplicate is
    such a form too: two people may have sent the same at once. So is an address with a number that no column holds.
    """
    if not (isinstance(error, OverflowError | DataError) or (request.method == "POST" and _is_of_form(request, error))):
        return None
    logger.warning("What was sent to %s could not be read: %s", route_of(request), place_of(error))
    if request.headers.get("Accept") != "application/json":
        return bad_request(request, error)
    user = request.user
    # The admin's language ended with the view.
    language = UserProfile.get_for_user(user).get_preferred_language() if user.is_authenticated else get_language()
    with override(language):
        message = _("What was sent is incomplete or damaged, so nothing was saved. Reload the page and try again.")
    return JsonResponse({"success": False, "error_code": "unreadable_form", "error_message": message}, status=400)


def _is_of_form(request: HttpRequest, error: Exception) -> bool:
    if isinstance(error, BadRequest | IntegrityError) or is_unreadable_form(error):
        return True
    frames = [frame for frame, _line in walk_tb(error.__traceback__)]
    if isinstance(error, RecursionError | UnicodeDecodeError):  # of JSON that is nested too deep, or isn't UTF-8
        return any(f.f_code.co_filename in {json.__file__, json.decoder.__file__} for f in frames)
    if isinstance(error, NoReverseMatch):  # of the address that the form wanted to go on to
        wanted = {request.POST.get("next"), request.GET.get("next")} - {None}
        return any(f.f_code.co_name == "resolve_url" and f.f_locals.get("to") in wanted for f in frames)
    return False


MOST_SECONDS = 4.0
AGAIN_SECONDS = 10
READING = {"GET", "HEAD", "OPTIONS"}
EDITOR_VIEWS = frozenset({"wagtailadmin_pages:add", "wagtailadmin_pages:edit"})
LOCKED, FULL, AWAY, DOWN = "locked", "full", "away", "down"
WHAT_TO_DO = {
    LOCKED: "Another writer held the database for longer than people wait. Look for a command that writes for long.",
    FULL: "The disk is full. Make room; nothing has to be started again.",
    AWAY: "The store of files doesn't answer, or refuses the key: see S3_ENDPOINT and S3_KEY.",
    DOWN: "PostgreSQL doesn't answer, takes no more connections, or only reads. Nothing has to be started again here.",
}
# The second: no room for the index of SQLite's log. PostgreSQL's: disk full, lock not available, deadlock, only read.
REASONS = dict.fromkeys(("SQLITE_FULL", "SQLITE_IOERR_SHMSIZE", "53100", errno.ENOSPC, errno.EDQUOT), FULL)
REASONS |= {"55P03": LOCKED, "40P01": LOCKED, "25006": DOWN, errno.EHOSTDOWN: AWAY}


class DatabaseBusyMiddleware:
    """Limit how long a request waits for SQLite's one writer, and answer 503 in place of the error.

    Stands outside of all that writes, and inside what sets the policy of the answer.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.admin = reverse("wagtailadmin_home")

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        is_reader = request.method in READING and not request.path.startswith(self.admin)
        with waiting_at_most(0 if is_reader else MOST_SECONDS):
            response = self.get_response(request)
        reason: str | None = getattr(request, "busy_reason", None)
        if reason and response.status_code == HttpResponseServerError.status_code:
            logger.error("Nothing was saved for a request to %s. %s", route_of(request), WHAT_TO_DO[reason])
            return _answer(request, reason)
        return response


def note_failure(request: HttpRequest | None = None, **_kwargs: Any) -> None:
    """Remember with the request why the database refused to write, if a later try may succeed."""
    if request is not None and (reason := reason_of(sys.exception())):
        vars(request)["busy_reason"] = reason


def reason_of(error: BaseException | None) -> str | None:
    """Return ``LOCKED``, ``FULL``, ``AWAY`` or ``DOWN``, as an error, or one that it came from, says; else None."""
    otherwise, seen = None, set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))  # a library may have raised it from itself
        names = [getattr(error, name, None) or "" for name in ("sqlite_errorname", "sqlstate", "errno")]
        if str(names[0]).startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            return LOCKED
        if found := next(filter(None, map(REASONS.get, names)), None):
            return found
        if isinstance(error, OperationalError | InterfaceError) and connection.vendor == "postgresql":
            otherwise = DOWN
        error = error.__cause__ or error.__context__
    return otherwise


def _answer(request: HttpRequest, reason: str) -> HttpResponse:
    """Return the 503 in the language of the request, without asking the database.

    The page holds what was read of the form, without passwords and files, so that it can be sent again.
    """
    with override(getattr(request, "LANGUAGE_CODE", default_code())):
        why = {
            # Translators: readers see this
            LOCKED: _("The newsroom’s database is busy, so nothing was saved. Please try again in a few seconds."),
            # Translators: readers see this
            FULL: _("The server’s disk is full, so nothing was saved. Please try again later."),
            # Translators: readers see this
            AWAY: _("The store of files doesn’t answer, so nothing was saved. Please try again later."),
            # Translators: readers see this
            DOWN: _("The newsroom’s database can’t be reached right now. Please try again in a minute."),
        }[reason]
        response: HttpResponse
        if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
            # Wagtail's autosave, the reader's report and the editor's tools each read one of them; the last try a file
            # again by themselves for one reason.
            data = {"success": False, "error_code": "not_saved", "error_message": why, "message": why, "error": why}
            data["reason"] = reason
            response = JsonResponse(data)
        else:
            read, match = vars(request), request.resolver_match
            form = read["_post"].lists() if request.method == "POST" and "_post" in read else ()
            context = {
                "why": why,
                "path": request.get_full_path(),
                "fields": [(name, value) for name, values in form for value in values if "password" not in name],
                "has_files": bool(read.get("_files")),
                "is_editor": bool(match and match.view_name in EDITOR_VIEWS),
            }
            response = HttpResponse(render_to_string("503.html", context))
    response.status_code = 503
    response["Retry-After"] = str(AGAIN_SECONDS)
    response["Cache-Control"] = "no-store"
    return response
