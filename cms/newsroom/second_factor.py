"""Second factors: passkeys, the codes of an app, and recovery codes.

Whoever has one, or must have one, and hasn't given it in this session is taken for signed out everywhere but on the
pages that ask for it. docs/decisions/second-factor.md
"""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime, timedelta
from functools import wraps
from typing import Any
from uuid import uuid4

import segno
from django.conf import settings
from django.contrib.auth import logout, user_login_failed
from django.contrib.auth.models import AnonymousUser, Group
from django.contrib.auth.views import RedirectURLMixin
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string, salted_hmac
from django.utils.deprecation import MiddlewareMixin
from django.utils.functional import SimpleLazyObject, cached_property
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView
from django_otp import devices_for_user, user_has_device
from django_otp import login as let_in
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice, default_key
from django_otp_webauthn.models import WebAuthnCredential
from wagtail.admin.auth import permission_required
from wagtail.admin.localization import get_localized_response
from wagtail.admin.views.account import BaseSettingsPanel
from wagtail.log_actions import log

from chorsu_delivery.services import send
from chorsu_editorial.models import FourEyesTask
from chorsu_locales.limits import CLOCKS_DIFFER
from chorsu_locales.request_checks import whole_number
from cms.models import FactorReset, User
from cms.newsroom.messages import is_mail_address, mail_chief_editors, mail_people

# What is done with factors, as the log and mails say it.
ACTIONS = {
    "add": _("Second factor added"),
    "remove": _("Second factor removed"),
    "ask": _("Asked to take second factor and password away"),
    "reset": _("Second factor and password taken away"),
}
# Chief editors' right, and administrators'.
MAY_RESET = "chorsu_articles.keep_protected_names"


def with_factors(accounts: QuerySet[User]) -> QuerySet[User]:
    """Annotate whether accounts have a factor, and whether one of their roles demands it."""
    words = settings.SECOND_FACTOR
    groups = Q(pk__in=FourEyesTask.objects.values("groups")) if "approvers" in words else Q(pk=None)
    for word in words:  # such as "chief_editors"
        groups |= Q(name__startswith=word.capitalize().replace("_", " "))
    is_administrator = Q(is_superuser=True) if {"approvers", "administrators"} & {*words} else Q(pk=None)
    by_role = Q(Exists(Group.objects.filter(groups, user=OuterRef("pk"))))
    passkeys, apps = (Q(Exists(kind.objects.filter(user=OuterRef("pk")))) for kind in (WebAuthnCredential, TOTPDevice))
    return accounts.annotate(has_factor=passkeys | apps, must_have_factor=is_administrator | by_role)


def waits(user: Any) -> bool:
    """Return whether this session's user still has to give a factor."""
    return bool(user.is_authenticated and not user.is_verified() and (user.has_factor or user.must_have_factor))


class SecondFactorMiddleware(MiddlewareMixin):
    """Let nobody in by the password alone, but to the views that ``half_signed_in`` decorates."""

    def process_request(self, request: Any) -> None:
        request.signed_in = user = request.user
        # Lazily: a reader's page that doesn't ask who it is varies by no cookie.
        request.user = SimpleLazyObject(lambda: AnonymousUser() if waits(user) else user)

    def process_view(self, request: Any, *_args: object) -> HttpResponse | None:
        is_sign_in = request.resolver_match.view_name in {"wagtailadmin_login", "wagtailcore_login"}
        if is_sign_in and request.method == "GET" and waits(request.signed_in):
            return redirect(f"{reverse('second_factor')}?{request.GET.urlencode()}")
        return None


def half_signed_in(view: Callable[..., Any]) -> Callable[..., Any]:
    """Let a view see whose password was given, and one request at a time change an account's factors."""

    @never_cache
    @wraps(view)
    def wrapper(request: Any, *args: Any, **kwargs: Any) -> Any:
        request.user = user = request.signed_in
        if user.is_anonymous:
            return redirect("wagtailadmin_login")
        with transaction.atomic() if request.method == "POST" else nullcontext():
            if request.method == "POST":
                User.objects.select_for_update().get(pk=user.pk)
                if not user.is_verified():  # whoever knows this session's key doesn't know that of one that was let in
                    request.session.cycle_key()
            return get_localized_response(view, request, *args, **kwargs)

    return wrapper


def tell(account: Any, action: str, actor: Any) -> None:
    """Log what was done, and tell the account's owner; the chief editors too, where it isn't the owner's own doing."""
    # Wagtail logs nothing of a lazy object.
    log(instance=User.objects.get(pk=account.pk), action=f"chorsu.factor_{action}", user=actor)
    url = f"{settings.WAGTAILADMIN_BASE_URL}{reverse('factor_resets')}" if action == "ask" else ""
    facts = {"account": account, "what": ACTIONS[action], "actor": actor, "url": url}
    mail_people([account], "second_factor", facts, key=(key := f"second_factor:{uuid4()}"))
    if action in {"ask", "reset"}:
        mail_chief_editors("second_factor", facts, key=key)


def passkey_saved(instance: Any, created: bool, **_kwargs: Any) -> None:
    if created:
        tell(instance.user, "add", instance.user)


def _digest(code: str) -> str:
    """Return what is stored of a recovery code."""
    return salted_hmac("cms.newsroom.recovery-code", code, algorithm="sha256").hexdigest()[:16]


def new_codes(user: Any) -> list[str]:
    """Replace the recovery codes; nobody can read them afterwards."""
    device, _new = StaticDevice.objects.get_or_create(user=user)
    device.token_set.all().delete()
    codes = [StaticToken.random_token() for _number in range(10)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=_digest(code)) for code in codes)
    return [f"{code[:4]}-{code[4:]}" for code in codes]


def remove(user: Any, chosen: str) -> None:
    """Remove a factor, but not the last one of somebody who must have one. With the last one the codes go."""
    found = list(devices_for_user(user))
    kept = [device for device in found if device.persistent_id != chosen]
    if all(isinstance(device, StaticDevice) for device in kept):
        kept = found if user.must_have_factor else []
    for device in (gone := [device for device in found if device not in kept]):
        device.delete()
    if gone:
        tell(user, "remove", user)


@transaction.atomic
def reset(account: User, *, actor: Any = None) -> None:
    """Take an account's factors away, and the password too: who knew that must not be the first to set up a new one."""
    for device in devices_for_user(account):
        device.delete()
    FactorReset.objects.filter(account=account).delete()
    # It ends the sessions too.
    account.set_password(get_random_string(50))
    account.save(update_fields=["password"])
    tell(account, "reset", actor)
    if is_mail_address(account.email):
        send(channel="password_reset", recipient=account.email, subject=str(ACTIONS["reset"]), body="", key=uuid4().hex)


class SecondFactorView(RedirectURLMixin, TemplateView):
    """Ask for the factor. Where there is none yet, or it was given, show one's own and take new ones."""

    template_name = "newsroom/second_factor.html"
    next_page = "wagtailadmin_home"

    @cached_property
    def must_verify(self) -> bool:
        user: Any = self.request.user
        return not user.is_verified() and user_has_device(user)

    def _new_app(self) -> TOTPDevice:
        key = self.request.session.setdefault("second_factor_key", default_key())
        return TOTPDevice(user=self.request.user, key=key)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = {**super().get_context_data(**kwargs), "next": self.get_redirect_url()}
        if not self.must_verify:
            if "refused" not in kwargs:
                # Whoever was shown the former, in a stolen session, must not know its owner's.
                self.request.session.pop("second_factor_key", None)
            app = self._new_app()
            context["picture"] = segno.make(app.config_url).svg_inline(scale=4, light="#fff")
            context["secret"] = b32encode(app.bin_key).decode()
            context["devices"] = list(devices_for_user(self.request.user))
        return context

    def post(self, request: Any) -> HttpResponse:
        sent, user = request.POST, request.user
        if "code" in sent and not self._take("".join(filter(str.isalnum, sent["code"].lower()))):
            return self.render_to_response(self.get_context_data(refused=True))
        if "leave" in sent:
            logout(request)
        elif self.must_verify:
            return redirect(self.get_success_url())
        elif user.is_verified() and "factor" in sent:
            remove(user, sent["factor"])
        elif user.is_verified() and ("codes" in sent or not StaticDevice.objects.filter(user=user).exists()):
            return self.render_to_response(self.get_context_data(codes=new_codes(user)))
        return redirect(request.get_full_path())

    def _take(self, code: str) -> bool:
        """Let this session in by a code of the app, of recovery, or of a new app, which replaces the former."""
        user = self.request.user
        apps = TOTPDevice.objects.filter(user=user)
        device: Any = None if self.must_verify else self._new_app()
        if self.must_verify:
            is_recovery = len(code) != 6
            devices: Any = StaticDevice.objects.filter(user=user) if is_recovery else apps
            # A failure still to come was written by a clock that ran ahead, and would lock the device until then.
            ahead = devices.filter(throttling_failure_timestamp__gt=timezone.now() + CLOCKS_DIFFER)
            ahead.update(throttling_failure_timestamp=None)
            device, code = devices.first(), _digest(code) if is_recovery else code
        if is_right := bool(device and device.verify_token(code)):
            let_in(self.request, device)
        if self.must_verify and not is_right:
            user_login_failed.send(__name__, credentials={}, request=self.request)
        elif not self.must_verify:  # the library saves a wrong one too
            (apps.exclude(pk=device.pk) if is_right else apps.filter(pk=device.pk)).delete()
            if is_right:
                tell(user, "add", user)
        return is_right


class SecondFactorPanel(BaseSettingsPanel):
    name, title, order = "second_factor", _("Second factor"), 550
    template_name = "newsroom/second_factor_panel.html"
    get_form = staticmethod(Form)


@permission_required(MAY_RESET)
def resets(request: Any) -> HttpResponse:
    """Show who has a second factor, and take one away where a second person wants it within three days."""
    since = timezone.now() - timedelta(days=3)
    if request.method == "POST":
        ask_or_confirm(request.user, whole_number(request.POST.get("account", "")), since)
        return redirect("factor_resets")
    shown = Q(has_factor=True) | Q(must_have_factor=True)
    accounts = with_factors(User.objects.filter(is_active=True)).filter(shown).order_by("last_name", "username")
    facts = {"accounts": accounts.select_related("factor_reset__asked_by"), "since": since}
    return render(request, "newsroom/factor_resets.html", facts)


@transaction.atomic
def ask_or_confirm(actor: Any, key: int | None, since: datetime) -> None:
    # Without an address there is nowhere to send the link for a new password.
    account: Any = get_object_or_404(with_factors(User.objects.select_for_update()).exclude(email=""), pk=key)
    asked = FactorReset.objects.filter(account=account, asked_at__gt=since).exclude(asked_by=actor).first()
    if asked and actor != account and asked.asked_by.has_perm(MAY_RESET):
        reset(account, actor=actor)
    elif account.has_factor:
        FactorReset.objects.update_or_create(account=account, defaults={"asked_by": actor, "asked_at": timezone.now()})
        tell(account, "ask", actor)
