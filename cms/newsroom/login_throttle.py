"""Limits on attempts to sign in, to give a password and to get a mail, and hashing that leaves readers their threads.

docs/decisions/signing-in.md
"""

from __future__ import annotations

import math
import os
import secrets
import threading
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, override

from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core import signing
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.http import urlsafe_base64_decode

from chorsu_articles.models import ProtectedIdentity
from chorsu_locales.limits import Counter, Limits, TooManyAttemptsError, client_network
from cms.models import AttemptCount, User

# Nobody can tell from a stored key whose name or address was counted. No window is longer than the quarter of an hour.
attempts = Limits(
    AttemptCount,
    keyed=lambda name: salted_hmac("cms.security.limits", name, algorithm="sha256").hexdigest(),
    longest=timedelta(minutes=15),
)


def accounts_named(name: str) -> list[User]:
    """Return the users whose name or address this is; one person's user name may be another's address."""
    protected = ProtectedIdentity.objects.filter(email__iexact=name).values("account")
    return list(User.objects.filter(Q(username=name) | Q(email__iexact=name) | Q(pk__in=protected)).order_by("pk"))


PER_NETWORK = 30
PER_ACCOUNT_AND_NETWORK = 10
PER_ACCOUNT = 30
# Readers of a page share its password: one of them must not shut out the others so soon.
PER_PAGE = 100

# No form reads a longer one, and to normalise it takes time by the square of its length.
LONGEST_NAME = 254

A_MOMENT = timedelta(seconds=2)

COOKIE = "known_device"
COOKIE_AGE = timedelta(days=365)
SALT = "cms.security.known-device"


@dataclass(frozen=True, slots=True)
class ThrottledView:
    """A view whose form lets in.

    ``target`` names what it lets into ("user:5"), "" where it has no name, None where this request tries nothing.
    ``most`` is how often all people together may try one target in a window; None for the links of mails, whose token
    can't be guessed. ``lets_in`` says that an answer which is a redirect means success, ``hashes`` that looking at a
    password costs half a second.
    """

    target: Callable[[HttpRequest, dict[str, Any]], str | None]
    most: int | None = PER_ACCOUNT
    lets_in: bool = True
    hashes: bool = False


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt, and where it was counted: for whoever makes it, and for others too."""

    view: ThrottledView
    target: str
    own: tuple[Counter, ...] = ()
    shared: tuple[Counter, ...] = ()


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


def _code(request: Any, _kwargs: dict[str, Any]) -> str | None:
    return f"code:{request.signed_in.pk}" if "code" in request.POST else None


THROTTLED_VIEWS = {
    "wagtailadmin_login": ThrottledView(_account_named, hashes=True),
    "wagtailcore_login": ThrottledView(_account_named, hashes=True),
    # Its answer is a redirect too where the password that was sent wasn't looked at.
    "wagtailadmin_account": ThrottledView(_own_account, lets_in=False, hashes=True),
    # By themselves: with the password one could sign in meanwhile, again and again.
    "second_factor": ThrottledView(_code),
    "wagtailadmin_password_reset": ThrottledView(lambda _request, _kwargs: "", lets_in=False),
    "wagtailadmin_password_reset_confirm": ThrottledView(_account_of_link, most=None),
    "invitation": ThrottledView(_account_of_link, most=None),
    "wagtailcore_authenticate_with_password": ThrottledView(
        lambda _request, kwargs: f"page:{kwargs['page_view_restriction_id']}", most=PER_PAGE
    ),
    "wagtaildocs_authenticate_with_password": ThrottledView(
        lambda _request, kwargs: f"collection:{kwargs['restriction_id']}", most=PER_PAGE
    ),
}


class LoginThrottleMiddleware:
    """Count each attempt before its view runs; one that succeeds is no attempt.

    A browser that was let into an account keeps a cookie that says so. Its attempts are counted by themselves, so that
    no stranger, from however many networks, can shut an account to its owner.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            response = self.get_response(request)
        finally:
            if getattr(request, "has_hashing_slot", False):
                hashing_slots.release()
        attempt: Attempt | None = getattr(request, "login_attempt", None)
        if attempt and attempt.view.lets_in and response.status_code == HttpResponseRedirect.status_code:
            attempts.forget(attempt.own)
            attempts.give_back(attempt.shared)
            if attempt.target.startswith("user:") and not _is_known(request, attempt.target):
                response.set_cookie(
                    COOKIE,
                    signing.dumps([attempt.target, secrets.token_hex(8)], salt=SALT),
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
        is_post = request.method not in {"GET", "HEAD", "OPTIONS"}
        view = THROTTLED_VIEWS.get(match.view_name) if match and is_post else None
        target = view.target(request, kwargs) if view else None
        if view is None or target is None:
            return None
        attempt = _attempt(request, view, target)
        # Strangers have to find a free one; whoever was let in before waits for the turn.
        needs_slot = view.hashes and bool(attempt.shared)
        try:
            # Before the slot: whoever is refused anyway must not take it from others.
            attempts.check(*attempt.own, *attempt.shared)
            if needs_slot and not hashing_slots.acquire(blocking=False):
                return _wait(A_MOMENT)
            vars(request)["has_hashing_slot"] = needs_slot
            attempts.take(*attempt.own, *attempt.shared)
        except TooManyAttemptsError as error:
            return _wait(error.wait)
        vars(request)["login_attempt"] = attempt
        return None


def _attempt(request: HttpRequest, view: ThrottledView, target: str) -> Attempt:
    if view.most is None:
        return Attempt(view, target)
    if target == f"user:{request.user.pk}":
        return Attempt(view, target, (Counter(f"signed-in:{target}", PER_ACCOUNT_AND_NETWORK),))
    if _is_known(request, target):
        return Attempt(view, target, (Counter(f"device:{request.COOKIES[COOKIE]}", PER_ACCOUNT_AND_NETWORK),))
    network = client_network(request, trusted_proxies=settings.TRUSTED_PROXIES)
    kind = target.partition(":")[0].replace("nobody", "user")
    shared = (Counter(f"network:{kind}:{network}", PER_NETWORK),)
    if not target:
        return Attempt(view, target, shared=shared)
    own = Counter(f"{target}:{network}", PER_ACCOUNT_AND_NETWORK)
    return Attempt(view, target, (own,), (*shared, Counter(target, view.most)))


def _is_known(request: HttpRequest, target: str) -> bool:
    try:
        known: list[str] = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=COOKIE_AGE)
    except signing.BadSignature:
        return False
    return known[0] == target


def _wait(wait: timedelta) -> HttpResponse:
    """Say when to try again, on a page that costs next to nothing."""
    seconds = math.ceil(wait.total_seconds())
    text = render_to_string("429.html", {"minutes": math.ceil(seconds / 60) if wait > A_MOMENT else 0})
    return HttpResponse(text, status=429, headers={"Retry-After": str(seconds)})


# For the forms that anybody may send: one is looked at, two wait, and all threads but these answer readers.
HASHING_SLOTS = 3
hashing_slots = threading.BoundedSemaphore(HASHING_SLOTS)


def _yield_to_readers() -> None:
    """Let the threads that answer readers go first, where the system has priorities of threads (Linux)."""
    with suppress(AttributeError, OSError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 5)


# Begins with the first hash, so not before a server has made its processes.
_thread = ThreadPoolExecutor(1, "hashing", _yield_to_readers)


class OneAtATimeHasher(PBKDF2PasswordHasher):
    """Django's hasher, in a thread of its own that takes one password after the other."""

    @override
    def encode(self, password: Any, salt: Any, iterations: int | None = None) -> str:
        return _thread.submit(super().encode, password, salt, iterations).result()
