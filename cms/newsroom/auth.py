"""Signing in by address or user name."""

from __future__ import annotations

from typing import Any, ClassVar, override

from django.contrib.auth.backends import ModelBackend
from django.db.models import Q
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.auth import LoginForm, PasswordResetForm

from cms.models import User
from delivery.services import send


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
        found = list(User.objects.filter(Q(username=username) | Q(email__iexact=username)).order_by("pk"))
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
    """Wagtail's form, whose mail is first a stored row like every other."""

    @override
    def send_mail(
        self,
        subject_template_name: str,
        email_template_name: str,
        context: dict[str, Any],
        from_email: str | None,
        to_email: str,
        html_email_template_name: str | None = None,
    ) -> None:
        """Store the mail for delivery."""
        send(
            channel="mail",
            recipient=to_email,
            subject=render_to_string(subject_template_name, context),
            body=render_to_string(email_template_name, context),
            key=f"password:{context['user'].pk}:{context['token']}",
        )
