"""The mail address of an account: changed with the password, and told to the former address."""

from __future__ import annotations

from uuid import uuid4

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.views.account import BaseSettingsPanel
from wagtail.log_actions import get_active_log_context

from chorsu_delivery.models import OutgoingMessage
from cms.models import HIDDEN_DOMAIN, User
from cms.newsroom.mail import tell
from cms.newsroom.protected_accounts import ADDRESS_CHANGED, account_address, works


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
        """Refuse a wrong one."""
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
