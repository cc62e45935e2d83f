"""What production writes down: every error, with the number of its request, and nothing that people typed or are.

docs/logs.md"""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from datetime import UTC, datetime
from traceback import walk_tb
from typing import Any, override

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from chorsu_locales.request_numbers import HEADER, numbered, request_number

logger = logging.getLogger("cms.requests")

HIDDEN = "…"
_PERSONAL = re.compile(
    r"[^\s@<>()\[\]{}\"',;:=]{1,64}@[\w.-]{1,255}"
    r"|\b\d{1,3}(?:\.\d{1,3}){3}\b"
    r"|(?<![\w:])(?=[\da-fA-F:]{0,39}[\da-fA-F]{3})(?:[\da-fA-F]{0,4}:){2,7}[\da-fA-F]{0,4}(?![\w:])"
    # PostgreSQL quotes the row that it refused.
    r"|(?<=DETAIL:)[^\n]+"
)
# A record of the log comes from anywhere, and knows of no request.
_current: ContextVar[HttpRequest | None] = ContextVar("request", default=None)


class RequestNumberMiddleware:
    """Number each request; the number goes with each log record, in a header, and to the page that says 500.

    One line says how each ended, but for static files. A preview in a request and a page that a sweep of the worker
    asks for are part of those: they have their number, and no line.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request_number():
            return self.get_response(request)
        began = time.perf_counter()
        with numbered() as number:
            token = _current.set(request)
            try:
                response = self.get_response(request)
                if not request.path.startswith(settings.STATIC_URL):
                    facts: dict[str, Any] = {"method": request.method, "route": route_of(request, response.status_code)}
                    facts |= {"status": response.status_code, "ms": round(1000 * (time.perf_counter() - began))}
                    logger.info("%(method)s %(route)s %(status)s %(ms)s ms", facts)
            finally:
                _current.reset(token)
        response.headers[HEADER] = number
        return response


def route_of(request: HttpRequest, status: int = 0) -> str:
    """Return the name of the view, or the path of a page that is there: others hold tokens, or what somebody typed."""
    match = request.resolver_match
    if match and match.view_name != "wagtail_serve":
        return match.view_name
    return request.path if status in {200, 304} else "-"


def place_of(error: BaseException) -> str:
    """Return the kind of an error, and the innermost line of our code that it came through."""
    frames = [(frame.f_globals.get("__name__", ""), line) for frame, line in walk_tb(error.__traceback__)]
    ours = [f" at {name}:{line}" for name, line in frames if name.startswith(("cms.", "chorsu_"))]
    return f"{type(error).__name__}{ours[-1] if ours else ''}"


class PrivateFormatter(logging.Formatter):
    """Put the request's number before every line, or all facts into one object of JSON, and hide what tells of people.

    Hidden are mail and network addresses, and in the messages of exceptions whatever the request carried: fields of
    forms, cookies, and the token of a link. Tracebacks show code and no values.
    """

    def __init__(self, form: str = "text") -> None:
        super().__init__("%(message)s" if form == "json" else "%(levelname)s %(name)s: %(message)s")
        self.form = form

    @override
    def format(self, record: logging.LogRecord) -> str:
        number = request_number() or "-"
        record.exc_text = None  # of another formatter
        if record.name.startswith("django.security.") and record.exc_info and record.exc_info[1]:
            # A form that is too large, or another one that nobody's screen sends.
            record.msg, record.exc_info = f"{record.msg} {place_of(record.exc_info[1])}", None
        text = _PERSONAL.sub(HIDDEN, super().format(record))
        if self.form == "text":
            return "\n".join(f"[{number}] {line}" for line in text.splitlines())
        facts: Any = {"time": datetime.fromtimestamp(record.created, UTC).isoformat(), "number": number}
        facts |= {"level": record.levelname, "logger": record.name, "message": text}
        return json.dumps(facts | (record.args if record.name == logger.name else {}), ensure_ascii=False)

    @override
    def formatMessage(self, record: logging.LogRecord) -> str:
        return _hide(super().formatMessage(record), _current.get())

    @override
    def formatException(self, ei: Any) -> str:
        """Hide it in the exceptions' messages too, but leave the lines of code as they are."""
        text = super().formatException(ei)
        for said in map(str, _chain(ei[1])):
            text = text.replace(said, _hide(said, _current.get())) if said else text
        return text


def _hide(text: str, request: HttpRequest | None) -> str:
    """Hide the values that came with a request, as far as it was read: reading it now could fail."""
    if request is None:
        return text
    read, match = vars(request), request.resolver_match
    forms = [read[name] for name in ("GET", "_post") if name in read]
    values = {value for form in forms for _name, found in form.lists() for value in found}
    values |= {*read.get("COOKIES", {}).values(), str(match.kwargs.get("token", "") if match else "")}
    values |= {repr(value)[1:-1] for value in values}
    # Shorter values would hide words of the message itself.
    for value in sorted((value for value in values if len(value) >= 4), key=len, reverse=True):
        text = text.replace(value, HIDDEN)
    return text


def _chain(error: BaseException | None, seen: frozenset[int] = frozenset()) -> Iterator[BaseException]:
    """Yield an exception and those that it came from or holds."""
    if error is None or id(error) in seen:
        return
    yield error
    for other in (error.__cause__, error.__context__, *getattr(error, "exceptions", ())):
        yield from _chain(other, seen | {id(error)})
