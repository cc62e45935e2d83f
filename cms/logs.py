"""What production writes down: every error, with the number of its request, and nothing that people typed or are.

docs/logs.md"""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any, override

from django.http import HttpRequest
from django.http.response import HttpResponseBase

HEADER = "X-Request-ID"
HIDDEN = "…"
# Shorter values would hide words of the message itself.
SHORTEST = 4
_PERSONAL = re.compile(
    r"[^\s@<>()\[\]{}\"',;:=]{1,64}@[\w.-]{1,255}"
    r"|\b\d{1,3}(?:\.\d{1,3}){3}\b"
    r"|(?<![\w:])(?=[\da-fA-F:]{0,39}[\da-fA-F]{3})(?:[\da-fA-F]{0,4}:){2,7}[\da-fA-F]{0,4}(?![\w:])"
    # PostgreSQL quotes the row that it refused.
    r"|(?<=DETAIL:)[^\n]+"
)
_current: ContextVar[HttpRequest | None] = ContextVar("request", default=None)


class RequestNumberMiddleware:
    """Number each request; the number goes with each log record, in a header, and to the page that says 500."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.number = secrets.token_hex(8)  # type: ignore[attr-defined]
        token = _current.set(request)
        try:
            response = self.get_response(request)
        finally:
            _current.reset(token)
        response.headers[HEADER] = request.number  # type: ignore[attr-defined]
        return response


class PrivateFormatter(logging.Formatter):
    """Put the request's number before every line, and hide what tells of people.

    Hidden are mail and network addresses, and in the messages of exceptions whatever the request carried: fields of
    forms, cookies, and the token of a link. Tracebacks show code and no values.
    """

    def __init__(self) -> None:
        super().__init__("%(levelname)s %(name)s: %(message)s")

    @override
    def format(self, record: logging.LogRecord) -> str:
        request = getattr(record, "request", None) or _current.get()
        number = getattr(request, "number", "-")
        text = _PERSONAL.sub(HIDDEN, super().format(record))
        return "\n".join(f"[{number}] {line}" for line in text.splitlines())

    @override
    def formatMessage(self, record: logging.LogRecord) -> str:
        return _hide(super().formatMessage(record), getattr(record, "request", None) or _current.get())

    @override
    def formatException(self, ei: Any) -> str:
        """Hide it in the exceptions' messages too, but leave the lines of code as they are."""
        text = super().formatException(ei)
        request = _current.get()
        for error in _chain(ei[1]):
            if said := str(error):
                text = text.replace(said, _hide(said, request))
        return text


def _hide(text: str, request: object) -> str:
    if not isinstance(request, HttpRequest):
        return text
    for value in sorted(_carried(request), key=len, reverse=True):
        text = text.replace(value, HIDDEN)
    return text


def _carried(request: HttpRequest) -> set[str]:
    """Return the values that came with a request, as far as it was read: reading it now could fail."""
    read = vars(request)
    forms = [read[name] for name in ("GET", "_post") if name in read]
    values = {value for form in forms for _name, found in form.lists() for value in found}
    match = request.resolver_match
    token = match.kwargs.get("token", "") if match else ""
    values |= {*read.get("COOKIES", {}).values(), str(token)}
    quoted = {repr(value)[1:-1] for value in values}
    return {value for value in values | quoted if len(value) >= SHORTEST}


def _chain(error: BaseException | None, seen: frozenset[int] = frozenset()) -> Iterator[BaseException]:
    """Yield an exception and those that it came from or holds."""
    if error is None or id(error) in seen:
        return
    yield error
    for other in (error.__cause__, error.__context__, *getattr(error, "exceptions", ())):
        yield from _chain(other, seen | {id(error)})
