"""Post to another system, and come back in time whatever it answers."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from email.message import Message
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

LONGEST_ANSWER = 1 << 16  # bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side answered; ``body`` has 64 KB at most."""

    status: int
    headers: Message
    body: bytes


class _NoRedirects(HTTPRedirectHandler):
    """A redirect is an answer like any other: messages go to the address of the settings and nowhere else."""

    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        """Follow nothing."""


_opener = build_opener(_NoRedirects)


def post(url: str, *, body: bytes, headers: dict[str, str], seconds: float) -> Answer:
    """Return the answer, of whatever status.

    Raises ``TimeoutError`` where it isn't whole after so many seconds, and what ``urllib`` raises where none came.
    """
    request = Request(url, data=body, headers=headers, method="POST")  # noqa: S310 - of the settings
    found: list[Answer | Exception] = []

    def run() -> None:
        try:
            found.append(_read(request, seconds))
        except Exception as error:  # noqa: BLE001 - raised again by whoever waits
            found.append(error)

    # In a thread: urllib's timeout begins anew with each byte that trickles in.
    thread = threading.Thread(target=run, name="post", daemon=True)
    thread.start()
    thread.join(seconds)
    if not found:
        raise TimeoutError(f"No whole answer within {seconds:g} seconds.")
    if isinstance(found[0], Exception):
        raise found[0]
    return found[0]


def _read(request: Request, seconds: float) -> Answer:
    try:
        response = _opener.open(request, timeout=seconds)
    except HTTPError as error:
        response = error
    with response:
        return Answer(response.status, response.headers, response.read(LONGEST_ANSWER))
