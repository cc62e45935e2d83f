"""Who is signed in, where and since when, and the log of sign-ins, rights and exports for Reports > Site history.

Entries are of an account, so whoever may invite people reads them. How a protected author's is signed in to stands in
none: whoever tries an address there would learn whose it is. docs/privacy.md
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import Group
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from wagtail.admin.views.account import BaseSettingsPanel
from wagtail.log_actions import LogFormatter, get_active_log_context, log

from chorsu_locales.limits import Counter, TooManyAttemptsError
from chorsu_locales.request_numbers import request_number
from cms.models import HIDDEN_DOMAIN, AccountSession, User
from cms.newsroom.login_throttle import attempts
from cms.newsroom.roles import labels

# What headers say, and the name of it. The first is meant: browsers name those that they want to be taken for, too.
BROWSERS = {"Edg": "Edge", "OPR": "Opera", "YaBrowser": "Yandex", "Firefox": "Firefox", "FxiOS": "Firefox"}
BROWSERS |= {"CriOS": "Chrome", "Chrome": "Chrome", "Safari": "Safari"}
SYSTEMS = {"Android": "Android", "iPhone": "iOS", "iPad": "iOS", "Windows": "Windows", "Mac": "macOS", "Linux": "Linux"}
ACTIONS = {
    "chorsu.signed_in": _("Signed in"),
    "chorsu.sign_in_failed": _("Tried in vain to sign in"),
    "chorsu.roles_given": _("Got a role"),
    "chorsu.roles_taken": _("Lost a role"),
    "chorsu.exported": _("Took a file out"),
}


class AccountLogFormatter(LogFormatter):
    """Say the action, and which roles or which file."""

    def format_message(self, log_entry: Any) -> str:
        details = labels({gettext(text) for text in log_entry.data["details"]})
        return f"{self.label}: {details}" if details else str(self.label)


class SessionStore(DatabaseSessionStore):
    """Django's, in a table that tells whose a session is. Of its name: by that Django signs what a session holds."""

    @classmethod
    def get_model_class(cls) -> Any:
        return AccountSession

    def create_model_instance(self, data: Any) -> Any:
        row: Any = super().create_model_instance(data)
        row.account_id, row.began_at = data.get(SESSION_KEY), data.get("began_at")
        row.browser = data.get("browser", "")
        return row


class SessionsPanel(BaseSettingsPanel):
    name, title, order = "sessions", _("Where you are signed in"), 600
    template_name = "newsroom/sessions.html"
    get_form = staticmethod(Form)  # its buttons are sent elsewhere

    def get_context_data(self) -> dict[str, Any]:
        found = AccountSession.objects.filter(account=self.user, expire_date__gt=timezone.now()).order_by("-began_at")
        return {"sessions": found, "own": self.request.session.session_key}


@require_POST
def end_sessions(request: HttpRequest) -> HttpResponse:
    """End the session whose key begins so, or all but this one."""
    others = AccountSession.objects.filter(account=request.user.pk).exclude(pk=request.session.session_key)
    others.filter(pk__startswith=request.POST.get("end", "")).delete()
    return redirect("wagtailadmin_account")


def note(action: str, accounts: Iterable[Any], *details: str) -> None:
    """Log what happened with accounts (keys), and who did it."""
    found = User.objects.filter(pk__in=accounts)
    for account in found.exclude(email__endswith=HIDDEN_DOMAIN) if action.startswith("sign") else found:
        actor = get_active_log_context().user or (None if action == "sign_in_failed" else account)
        log(account, f"chorsu.{action}", user=actor, data={"details": details})


def signed_in(request: HttpRequest, user: User, **_kwargs: Any) -> None:
    if request_number():  # no program, such as a test
        agent = request.headers.get("User-Agent", "")
        found = [next((name for mark, name in kind.items() if mark in agent), "") for kind in (BROWSERS, SYSTEMS)]
        request.session.update({"began_at": timezone.now().isoformat(), "browser": ", ".join(filter(None, found))})
        note("signed_in", [user.pk])


def sign_in_failed(request: Any = None, **_kwargs: Any) -> None:
    """Log one failure of an account in a quarter of an hour; a name that has no account costs as much time."""
    target = getattr(getattr(request, "login_attempt", None), "target", "")
    with suppress(TooManyAttemptsError):
        attempts.take(Counter(f"failed {target}", 1))
        if target.startswith(("user:", "code:")):
            note("sign_in_failed", target.partition(":")[2].split(","))
        else:
            attempts.take(Counter("failed", 1_000_000))


def groups_changed(*, users: Iterable[Any], groups: Iterable[Any], given: bool) -> None:
    """Log to which accounts (keys) a person gave groups (keys), or from which they were taken."""
    if get_active_log_context().user:
        names = Group.objects.filter(pk__in=groups).values_list("name", flat=True)
        note("roles_given" if given else "roles_taken", users, *names)


def account_changes(account: User) -> None:
    """Log who makes or unmakes an administrator; end sessions of an account that is off or gets a new password."""
    if not (stored := User.objects.filter(pk=account.pk).first()):
        return
    if get_active_log_context().user and stored.is_superuser != account.is_superuser:
        note("roles_given" if account.is_superuser else "roles_taken", [account.pk], "Administrator")
    if not account.is_active or stored.password != account.password:
        AccountSession.objects.filter(account=stored).delete()


class ExportLogMiddleware(MiddlewareMixin):
    """Log each file that the admin answers with."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        is_file = response.headers.get("Content-Disposition", "").startswith("attachment")
        if is_file and request.path.startswith(reverse("wagtailadmin_home")):
            note("exported", [request.user.pk], request.path)
        return response
