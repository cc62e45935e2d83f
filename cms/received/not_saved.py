"""What can't be saved now: an answer within five seconds that says so and holds what was sent. Readers wait for nobody.

docs/decisions/not-saved.md
"""

# catalogue: reader
from __future__ import annotations

import errno
import logging
import sys
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseServerError, JsonResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from chorsu_locales.limits import waiting_at_most
from chorsu_locales.selectors import default_code

logger = logging.getLogger(__name__)

MOST_SECONDS = 4.0
AGAIN_SECONDS = 10
READING = {"GET", "HEAD", "OPTIONS"}
EDITOR_VIEWS = frozenset({"wagtailadmin_pages:add", "wagtailadmin_pages:edit"})
LOCKED, FULL = "locked", "full"
WHAT_TO_DO = {
    LOCKED: "Another writer held the database for longer than people wait. Look for a command that writes for long.",
    FULL: "The disk is full. Make room; nothing has to be started again.",
}
# PostgreSQL's: lock not available, deadlock detected; disk full.
SQLSTATES = {"55P03": LOCKED, "40P01": LOCKED, "53100": FULL}
ERRNOS = {errno.ENOSPC, errno.EDQUOT}


class NotSavedMiddleware:
    """Limit how long a request waits for SQLite's one writer, and answer 503 in place of the error.

    Stands outside of all that writes, and inside what sets the policy of the answer.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.admin = reverse("wagtailadmin_home")

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request."""
        is_reader = request.method in READING and not request.path.startswith(self.admin)
        with waiting_at_most(0 if is_reader else MOST_SECONDS):
            response = self.get_response(request)
        reason: str | None = getattr(request, "_not_saved", None)
        if reason and response.status_code == HttpResponseServerError.status_code:
            logger.error("Nothing was saved for a request to %s. %s", request.path, WHAT_TO_DO[reason])
            return _answer(request, reason)
        return response


def note_failure(request: HttpRequest | None) -> None:
    """Remember with the request why the exception that is being handled was raised, if a later try may succeed."""
    if request is not None and (reason := reason_of(sys.exception())):
        request._not_saved = reason  # type: ignore[attr-defined]  # noqa: SLF001


def reason_of(error: BaseException | None) -> str | None:
    """Return ``LOCKED`` or ``FULL`` where that is what an error, or one that it came from, says; else None."""
    while error is not None:
        name = getattr(error, "sqlite_errorname", "")
        if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            return LOCKED
        # The second where there is no room even for the index of SQLite's log.
        if name in {"SQLITE_FULL", "SQLITE_IOERR_SHMSIZE"} or (isinstance(error, OSError) and error.errno in ERRNOS):
            return FULL
        if found := SQLSTATES.get(getattr(error, "sqlstate", None) or ""):
            return found
        error = error.__cause__ or error.__context__
    return None


def _answer(request: HttpRequest, reason: str) -> HttpResponse:
    """Say it without asking the database, in the language of the request."""
    with override(getattr(request, "LANGUAGE_CODE", default_code())):
        why = (
            _("The newsroom’s database is busy, so nothing was saved. Please try again in a few seconds.")
            if reason == LOCKED
            else _("The server’s disk is full, so nothing was saved. Please try again later.")
        )
        response: HttpResponse
        if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
            # Wagtail's autosave, the reader's report and the editor's tools each read one of them.
            data = {"success": False, "error_code": "not_saved", "error_message": why, "message": why, "error": why}
            response = JsonResponse(data)
        else:
            response = HttpResponse(render_to_string("503.html", {"why": why, **_sent(request)}))
    response.status_code = 503
    response["Retry-After"] = str(AGAIN_SECONDS)
    response["Cache-Control"] = "no-store"
    return response


def _sent(request: HttpRequest) -> dict[str, Any]:
    """Return what the page needs to send the same again: whatever was read of the form but passwords and files."""
    read = vars(request)
    match = request.resolver_match
    form = read["_post"].lists() if request.method == "POST" and "_post" in read else ()
    return {
        "path": request.get_full_path(),
        "fields": [(name, value) for name, values in form for value in values if "password" not in name],
        "has_files": bool(read.get("_files")),
        "is_editor": bool(match and match.view_name in EDITOR_VIEWS),
    }
