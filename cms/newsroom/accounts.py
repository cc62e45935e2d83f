"""Accounts: protected authors' names and addresses, the own address, and signing in.

A protected author's account has an address below ``.invalid`` (RFC 2606), which no mail reaches; ``address_of`` finds
the real one when a mail leaves, so that it stands in no message. docs/decisions/signing-in.md
"""

from __future__ import annotations

from datetime import timedelta
from functools import reduce
from operator import or_
from typing import Any, ClassVar, override
from uuid import uuid4

from django import forms
from django.contrib.auth.backends import ModelBackend
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
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
from chorsu_locales.limits import Counter, TooManyAttemptsError
from chorsu_locales.request_checks import whole_number
from cms.models import HIDDEN_DOMAIN, HIDDEN_TOO, User
from cms.newsroom.login_throttle import accounts_named, attempts
from cms.newsroom.messages import account_address, is_mail_address, mail_people
from cms.newsroom.second_factor import with_factors

MESSAGE_TEXTS = ("subject", "body", "html", "headers", "last_error")
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
        if not is_mail_address(user.email):
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
    # Shorter ones would stand in other words. The longest first, since a name may hold another one.
    for name in sorted((name for name in known if name and len(name) >= 3), key=len, reverse=True):
        _replace_in_messages(name, str(identity.person))


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
            _("Another account has this author's e-mail address or user name by now: change that first.")
        )
    User.objects.filter(pk=user.pk).update(**before)


def _replace_in_messages(name: str, code_name: str) -> None:
    """Write the code name over a name or an address in all that is kept of messages."""
    condition = reduce(or_, (Q(**{f"{field}__contains": name}) for field in MESSAGE_TEXTS))
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
    is_hidden = any(user.email.endswith(f"@{HIDDEN_DOMAIN}") for user in (before, account))
    if is_mail_address(before.email) and not is_hidden:
        actor = get_active_log_context().user
        context = {"person": before, "actor": None if actor == before else actor}
        mail_people([before], "address_changed", context, key=f"{ADDRESS_CHANGED}{account.pk}:{uuid4()}")


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


class AddressOrNameBackend(ModelBackend):
    @override
    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        """Return the active user whose name or address, in any case, this is and whose password fits, else None.

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

    @override
    def get_user(self, user_id: Any) -> User | None:
        """Return the user of a session, with what the second factor is asked for by."""
        user = with_factors(User.objects.filter(pk=user_id)).first()
        return user if user and self.user_can_authenticate(user) else None


class NewsroomLoginForm(LoginForm):
    error_messages: ClassVar[dict[str, Any]] = {
        **LoginForm.error_messages,
        "invalid_login": gettext_lazy("Your e-mail or user name and your password don't match. Please try again."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = gettext_lazy("E-mail or user name")
        self.fields["username"].widget.attrs |= {
            "placeholder": gettext_lazy("E-mail or user name"),
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
