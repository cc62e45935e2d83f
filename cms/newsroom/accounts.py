"""Accounts: protected authors' names and addresses, the own address, signing in, and the doors to try a password at.

A protected author's account has an address below ``.invalid`` (RFC 2606), which no mail reaches; ``address_of`` finds
the real one when a mail leaves, so that it stands in no message. docs/decisions/signing-in.md
"""

from __future__ import annotations

import math
import os
import secrets
import threading
import unicodedata
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar, override
from uuid import uuid4

from django import forms
from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core import signing
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.http import urlsafe_base64_decode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms.auth import LoginForm, PasswordResetForm
from wagtail.admin.views.account import BaseSettingsPanel
from wagtail.log_actions import get_active_log_context, registry
from wagtail.users.models import UserProfile

from chorsu_articles.models import ProtectedIdentity
from chorsu_articles.protected_names import LiftingRefusedError
from chorsu_delivery.models import OutgoingMessage
from chorsu_delivery.services import send
from chorsu_locales.limits import Counter, Limits, TooManyAttemptsError, client_network
from chorsu_locales.request_checks import whole_number
from cms.models import HIDDEN_DOMAIN, HIDDEN_TOO, AttemptCount, User
from cms.newsroom.messages import account_address, tell, works

MESSAGE_TEXTS = ("subject", "body", "html", "headers", "last_error")
SHORTEST_NAME = 3
# Begins the keys of messages that tell a former address, with the account's number behind it.
ADDRESS_CHANGED = "address_changed:"


def hidden_address(identity: ProtectedIdentity) -> str:
    """Return the address that an author's account and messages have."""
    return f"author-{identity.pk}@{HIDDEN_DOMAIN}"


def identity_at(address: str) -> ProtectedIdentity | None:
    """Return whose hidden address this is."""
    name, _at, domain = address.lower().partition("@")
    number = whole_number(name.removeprefix("author-"))
    if domain != HIDDEN_DOMAIN or number is None:
        return None
    return ProtectedIdentity.objects.select_related("person").filter(pk=number).first()


def address_of(recipient: str) -> str:
    """Return where a message to this recipient goes.

    Raises ``ValueError`` for a hidden address without a real one, and for an account whose address doesn't work.
    """
    if not recipient.lower().endswith(f"@{HIDDEN_DOMAIN}"):
        return recipient
    key = whole_number(recipient.lower().partition("@")[0].removeprefix("account-"))
    if key is not None and (user := User.objects.filter(pk=key).first()):
        if not works(user.email):
            raise ValueError(f"{user.username} has no mail address that works: mend it under Settings > Users.")
        return address_of(user.email)
    identity = identity_at(recipient)
    if identity is None or not identity.email:
        raise ValueError("This author's e-mail address is missing: enter it under Settings > Protected names.")
    return identity.email


def names_of(identity: ProtectedIdentity) -> tuple[str, str]:
    """Return the code name as first and last name: Wagtail's forms of accounts ask for both."""
    first, _space, last = str(identity.person).strip().rpartition(" ")
    return (first, last) if first else (last, str(identity.pk))


def hide_account(identity: ProtectedIdentity, **_kwargs: Any) -> None:
    """Give the account the code name, and take the earlier names out of histories and stored messages."""
    known = [text for column, text in identity.texts.items() if column.startswith("name")]
    if user := identity.account:
        identity.account_texts = {name: getattr(user, name) for name in HIDDEN_TOO}
        identity.email = identity.email or user.email
        known += [user.get_full_name() or user.username, user.email]
        theirs = Q(recipient__iexact=user.email) | Q(key__startswith=f"{ADDRESS_CHANGED}{user.pk}:")
        OutgoingMessage.objects.filter(theirs).update(recipient=hidden_address(identity))
        user.first_name, user.last_name = names_of(identity)
        user.email = hidden_address(identity)
        short = user.email.partition("@")[0]
        user.username = user.email if User.objects.filter(username=short).exclude(pk=user.pk).exists() else short
        user.save(update_fields=HIDDEN_TOO)
        if (profile := UserProfile.objects.filter(user=user).first()) and profile.avatar:
            profile.avatar.delete(save=True)
        for entry in registry.get_logs_for_instance(user):
            entry.label = user.username
            if "address" in entry.data:
                entry.data = {**entry.data, "address": user.email}
            entry.save(update_fields=["label", "data"])
    _replace_in_messages(known, str(identity.person))


def show_account(identity: ProtectedIdentity, **_kwargs: Any) -> None:
    """Give the account the names and the address back that it had, or those of the author where it had none.

    Raises ``LiftingRefusedError`` where somebody else has the address or the user name by now.
    """
    user: Any = identity.account
    if user is None:
        return
    name = next((text for column, text in identity.texts.items() if column.startswith("name") and text), "")
    first, _space, last = name.rpartition(" ")
    before = {"first_name": first, "last_name": last, "username": user.username, **identity.account_texts}
    before["email"] = identity.email or before.get("email") or user.email
    taken = User.objects.filter(Q(username=before["username"]) | Q(email__iexact=before["email"]))
    if taken.exclude(pk=user.pk).exists():
        raise LiftingRefusedError(
            _("Another account has this author's address or user name by now: change that first.")
        )
    User.objects.filter(pk=user.pk).update(**before)


def _replace_in_messages(names: Iterable[str], code_name: str) -> None:
    """Write the code name over names and addresses in all that is kept of messages."""
    for name in sorted(filter(None, names), key=len, reverse=True):
        if len(name) < SHORTEST_NAME:
            continue
        condition = Q()
        for field in MESSAGE_TEXTS:
            condition |= Q(**{f"{field}__contains": name})
        for message in OutgoingMessage.objects.filter(condition):
            for field in MESSAGE_TEXTS:
                setattr(message, field, getattr(message, field).replace(name, code_name))
            message.save(update_fields=MESSAGE_TEXTS)


def address_changes(account: User) -> None:
    """Send what waits to the address that an account is about to get, and tell the former one.

    Nothing is told of an account that is, or is about to be, a protected author's.
    """
    before = User.objects.filter(pk=account.pk).exclude(email=account.email).first()
    if before is None:
        return
    mails = OutgoingMessage.objects.filter(channel="mail")
    there = mails.filter(recipient=account.email).values("key")
    mails.unsent().filter(recipient__iexact=before.email).exclude(
        Q(key__in=there) | Q(key__startswith=ADDRESS_CHANGED)
    ).update(recipient=account.email, not_before=timezone.now())
    mails.unsent().filter(recipient=account_address(account)).update(not_before=timezone.now())
    if works(before.email) and not any(user.email.endswith(f"@{HIDDEN_DOMAIN}") for user in (before, account)):
        actor = get_active_log_context().user
        context = {"person": before, "actor": None if actor == before else actor}
        tell([before], "address_changed", context, key=f"{ADDRESS_CHANGED}{account.pk}:{uuid4()}")


class AddressForm(forms.ModelForm):  # type: ignore[type-arg]
    """The own address, and the password that it is changed with."""

    password = forms.CharField(
        label=gettext_lazy("Current password"),
        required=False,  # with another address alone
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text=gettext_lazy("Links for new passwords go to this address, so changing it needs your password."),
    )

    class Meta:
        model = User
        fields = ["email"]

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if not password or not self.instance.check_password(password):
            self.cleaned_data.pop("email", None)
            raise forms.ValidationError(_("This is not your current password."))
        self.instance.gave_password = True
        return password


class AddressPanel(BaseSettingsPanel):
    """The panel below *Name*; it asks for nothing as long as the address stays."""

    name = "address"
    title = gettext_lazy("E-mail address")
    order = 150
    form_class = AddressForm

    def is_active(self) -> bool:
        """Show it to whoever has a password, and no hidden address."""
        return self.user.has_usable_password() and not self.user.email.endswith(f"@{HIDDEN_DOMAIN}")

    def get_form(self) -> forms.BaseForm:
        """Return the form, which is filled in where the address or a password was typed."""
        data, user = self.request.POST, User.objects.get(pk=self.user.pk)
        typed = data.get("address-email", user.email) != user.email or data.get("address-password")
        return AddressForm(data if typed else None, instance=self.user if typed else user, prefix=self.name)


# The longest window of the counters of attempts to sign in and to get mail.
LONGEST = timedelta(minutes=15)


def keyed(name: str) -> str:
    """Return what is stored: nobody can tell from it whose name or address was counted."""
    return salted_hmac("cms.security.limits", name, algorithm="sha256").hexdigest()


attempts = Limits(AttemptCount, keyed=keyed, longest=LONGEST)


def accounts_named(name: str) -> list[User]:
    """Return the users whose name or address this is; one person's user name may be another's address."""
    protected = ProtectedIdentity.objects.filter(email__iexact=name).values("account")
    return list(User.objects.filter(Q(username=name) | Q(email__iexact=name) | Q(pk__in=protected)).order_by("pk"))


class AddressOrNameBackend(ModelBackend):
    """Accept the address, in capitals or small letters, where Django asks for the user name."""

    @override
    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        """Return the active user whose name or address this is and whose password fits, else None.

        Where one person's user name is another's address, the password decides.
        """
        if username is None or password is None:
            return None
        found = accounts_named(username)
        if not found:
            # The time of an answer must not tell whether an account exists.
            User().set_password(password)
        for user in found:
            if user.check_password(password) and self.user_can_authenticate(user):
                return user
        return None


class NewsroomLoginForm(LoginForm):
    """Wagtail's form, saying that the address will do."""

    error_messages: ClassVar[dict[str, Any]] = {
        **LoginForm.error_messages,
        "invalid_login": gettext_lazy("Your address or user name and your password don't match. Please try again."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = gettext_lazy("Address or user name")
        self.fields["username"].widget.attrs |= {
            "placeholder": gettext_lazy("Address or user name"),
            "autocomplete": "username",
        }
        self.fields["password"].label = gettext_lazy("Password")
        self.fields["password"].widget.attrs["autocomplete"] = "current-password"


class NewsroomPasswordResetForm(PasswordResetForm):
    """Wagtail's form, which only notes that somebody asked; ``PasswordResetChannel`` finds out who that is."""

    @override
    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store a message to the address, whoever has it. A second one within ten minutes is not sent."""
        address = self.cleaned_data["email"]
        try:
            attempts.take(Counter(f"reset:{address.casefold()}", 1, timedelta(minutes=10)))
        except TooManyAttemptsError:
            return
        identity = ProtectedIdentity.objects.filter(email__iexact=address, account__isnull=False).first()
        # What stands in the table tells no protected author's address.
        recipient = hidden_address(identity) if identity else address
        send(channel="password_reset", recipient=recipient, subject=_("Password reset"), body="", key=uuid4().hex)


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


AT_MOST = 3
# For the forms that anybody may send: one is looked at, two wait, and all threads but these answer readers.
places = threading.BoundedSemaphore(AT_MOST)


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
