"""Signing in by address or user name."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar, override
from uuid import uuid4

from django.contrib.auth.backends import ModelBackend
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.auth import LoginForm, PasswordResetForm

from chorsu_articles.models import ProtectedIdentity
from chorsu_delivery.services import send
from chorsu_locales.limits import Counter, TooManyAttemptsError
from cms.models import User
from cms.newsroom.protected_accounts import hidden_if_protected
from cms.security.limits import attempts


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
        "invalid_login": _("Your address or user name and your password don't match. Please try again."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("Address or user name")
        self.fields["username"].widget.attrs |= {"placeholder": _("Address or user name"), "autocomplete": "username"}
        self.fields["password"].label = _("Password")
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
        recipient = hidden_if_protected(address)
        send(channel="password_reset", recipient=recipient, subject=gettext("Password reset"), body="", key=uuid4().hex)
