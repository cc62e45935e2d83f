"""The forms that check or set a password, limited before anything is hashed. docs/decisions/signing-in.md"""

from __future__ import annotations

import math
import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlsafe_base64_decode

from chorsu_locales.limits import Counter, TooManyAttemptsError, client_network
from cms.newsroom.auth import accounts_named
from cms.security.hashing import places
from cms.security.limits import attempts

FROM_ONE_NETWORK = 30
AT_ONE_DOOR = 10
AT_ONE_ACCOUNT = 30
# Readers of a page share its password: one of them must not shut out the others so soon.
AT_ONE_PAGE = 100

# No form reads a longer one, and to normalise it takes time by the square of its length.
LONGEST_NAME = 254

A_MOMENT = timedelta(seconds=2)

COOKIE = "known_device"
COOKIE_AGE = timedelta(days=365)
SALT = "cms.security.known-device"


@dataclass(frozen=True, slots=True)
class Door:
    """A form that lets in.

    ``find`` names what it lets into ("user:5"), "" where it has no name, None where this request tries nothing.
    ``most`` is how often all people together may try one name in a window; None for the links of mails, whose token
    can't be guessed. ``lets_in`` says that an answer which is a redirect means success, ``hashes`` that looking at a
    password costs half a second.
    """

    find: Callable[[HttpRequest, dict[str, Any]], str | None]
    most: int | None = AT_ONE_ACCOUNT
    lets_in: bool = True
    hashes: bool = False


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt, and where it was counted: for whoever makes it, and for others too."""

    door: Door
    name: str
    own: tuple[Counter, ...] = ()
    shared: tuple[Counter, ...] = ()

    @property
    def needs_place(self) -> bool:
        """Return whether it has to find a free place: strangers must; whoever was let in before waits for the turn."""
        return self.door.hashes and bool(self.shared)


def _account_named(request: HttpRequest, _kwargs: dict[str, Any]) -> str:
    """Return whose account a sign-in asks for, as forms read the name; one that doesn't exist is limited alike."""
    name = unicodedata.normalize("NFKC", request.POST.get("username", "").strip()[:LONGEST_NAME]).strip()
    keys = [str(user.pk) for user in accounts_named(name)]
    return f"user:{','.join(keys)}" if keys else f"nobody:{name.casefold()}"


def _own_account(request: HttpRequest, _kwargs: dict[str, Any]) -> str | None:
    """Return the account of somebody who changes its password or address; the same form changes other things too."""
    fields = ("password-old_password", "password-new_password1", "password-new_password2", "address-password")
    typed = any(request.POST.get(field) for field in fields)
    return f"user:{request.user.pk}" if typed and request.user.is_authenticated else None


def _account_of_link(_request: HttpRequest, kwargs: dict[str, Any]) -> str | None:
    try:
        return f"user:{urlsafe_base64_decode(kwargs['uidb64']).decode()}"
    except ValueError:
        return None


DOORS = {
    "wagtailadmin_login": Door(_account_named, hashes=True),
    "wagtailcore_login": Door(_account_named, hashes=True),
    # Its answer is a redirect too where the password that was sent wasn't looked at.
    "wagtailadmin_account": Door(_own_account, lets_in=False, hashes=True),
    "wagtailadmin_password_reset": Door(lambda _request, _kwargs: "", lets_in=False),
    "wagtailadmin_password_reset_confirm": Door(_account_of_link, most=None),
    "invitation": Door(_account_of_link, most=None),
    "wagtailcore_authenticate_with_password": Door(
        lambda _request, kwargs: f"page:{kwargs['page_view_restriction_id']}", most=AT_ONE_PAGE
    ),
    "wagtaildocs_authenticate_with_password": Door(
        lambda _request, kwargs: f"collection:{kwargs['restriction_id']}", most=AT_ONE_PAGE
    ),
}


class DoorsMiddleware:
    """Count each attempt before its view runs; one that succeeds is no attempt.

    A browser that was let into an account keeps a cookie that says so. Its attempts are counted by themselves, so that
    no stranger, from however many networks, can shut an account to its owner.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request."""
        try:
            response = self.get_response(request)
        finally:
            if getattr(request, "_place", False):
                places.release()
        attempt: Attempt | None = getattr(request, "_attempt", None)
        if attempt and attempt.door.lets_in and response.status_code == HttpResponseRedirect.status_code:
            attempts.forget(attempt.own)
            attempts.give_back(attempt.shared)
            if attempt.name.startswith("user:") and not _is_known(request, attempt.name):
                response.set_cookie(
                    COOKIE,
                    signing.dumps([attempt.name, secrets.token_hex(8)], salt=SALT),
                    max_age=COOKIE_AGE,
                    path=reverse("wagtailadmin_home"),
                    secure=settings.SESSION_COOKIE_SECURE,
                    httponly=True,
                    samesite="Lax",
                )
        return response

    def process_view(
        self, request: HttpRequest, _view: object, _args: object, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Refuse what was tried too often, and what would have to wait behind others."""
        match = request.resolver_match
        door = DOORS.get(match.view_name) if match and request.method not in {"GET", "HEAD", "OPTIONS"} else None
        name = door.find(request, kwargs) if door else None
        if door is None or name is None:
            return None
        attempt = _attempt(request, door, name)
        try:
            # Before the place: whoever is refused anyway must not take it from others.
            attempts.check(*attempt.own, *attempt.shared)
            if attempt.needs_place and not places.acquire(blocking=False):
                return _wait(A_MOMENT)
            request._place = attempt.needs_place  # type: ignore[attr-defined]  # noqa: SLF001
            attempts.take(*attempt.own, *attempt.shared)
        except TooManyAttemptsError as error:
            return _wait(error.wait)
        request._attempt = attempt  # type: ignore[attr-defined]  # noqa: SLF001
        return None


def _attempt(request: HttpRequest, door: Door, name: str) -> Attempt:
    """Return the attempt with the counters that hold for it."""
    if door.most is None:
        return Attempt(door, name)
    if name == f"user:{request.user.pk}":
        return Attempt(door, name, (Counter(f"signed-in:{name}", AT_ONE_DOOR),))
    if _is_known(request, name):
        return Attempt(door, name, (Counter(f"device:{request.COOKIES[COOKIE]}", AT_ONE_DOOR),))
    network = client_network(request, trusted_proxies=settings.TRUSTED_PROXIES)
    kind = name.partition(":")[0].replace("nobody", "user")
    shared = (Counter(f"network:{kind}:{network}", FROM_ONE_NETWORK),)
    if not name:
        return Attempt(door, name, shared=shared)
    own = Counter(f"{name}:{network}", AT_ONE_DOOR)
    return Attempt(door, name, (own,), (*shared, Counter(name, door.most)))


def _is_known(request: HttpRequest, name: str) -> bool:
    """Return whether this browser was let in there before."""
    try:
        known: list[str] = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=COOKIE_AGE)
    except signing.BadSignature:
        return False
    return known[0] == name


def _wait(wait: timedelta) -> HttpResponse:
    """Say when to try again, on a page that costs next to nothing."""
    seconds = math.ceil(wait.total_seconds())
    text = render_to_string("429.html", {"minutes": math.ceil(seconds / 60) if wait > A_MOMENT else 0})
    return HttpResponse(text, status=429, headers={"Retry-After": str(seconds)})
