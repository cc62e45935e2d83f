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
    """Number each request; the number goes with each log record, in a header, and to the page that says 500."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        number = vars(request)["number"] = secrets.token_hex(8)
        token = _current.set(request)
        try:
            response = self.get_response(request)
        finally:
            _current.reset(token)
        response.headers["X-Request-ID"] = number
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
        number = getattr(getattr(record, "request", None) or _current.get(), "number", "-")
        text = _PERSONAL.sub(HIDDEN, super().format(record))
        return "\n".join(f"[{number}] {line}" for line in text.splitlines())

    @override
    def formatMessage(self, record: logging.LogRecord) -> str:
        return _hide(super().formatMessage(record), getattr(record, "request", None) or _current.get())

    @override
    def formatException(self, ei: Any) -> str:
        """Hide it in the exceptions' messages too, but leave the lines of code as they are."""
        text = super().formatException(ei)
        for said in map(str, _chain(ei[1])):
            text = text.replace(said, _hide(said, _current.get())) if said else text
        return text


def _hide(text: str, request: object) -> str:
    """Hide the values that came with a request, as far as it was read: reading it now could fail."""
    if not isinstance(request, HttpRequest):
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
