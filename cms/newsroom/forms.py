"""The forms of invitations and accounts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.localization import get_available_admin_languages
from wagtail.users.forms import UserEditForm
from wagtail.users.views.users import UserViewSet

from chorsu_locales.wagtail_compat import policy_registry
from cms.models import User
from cms.newsroom.invitations import find_user, is_pending
from cms.newsroom.roles import ROLES


class InvitationForm(forms.Form):
    """Who is invited, to do what, in which languages."""

    address = forms.EmailField(label=pgettext_lazy("e-mail", "Address"), max_length=254)
    first_name = forms.CharField(label=_("First name"), max_length=150, required=False)
    last_name = forms.CharField(label=_("Last name"), max_length=150, required=False)
    roles = forms.MultipleChoiceField(label=_("Roles"), widget=forms.CheckboxSelectMultiple)
    languages = forms.MultipleChoiceField(
        label=_("Languages"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("The roles hold in these languages. A chief editor's holds in every language."),
    )
    message_language = forms.ChoiceField(
        label=_("Language of messages"), help_text=_("Of the invitation, and of the admin at the first sign-in.")
    )

    def __init__(self, *args: Any, inviter: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.inviter = inviter
        self._choices("roles", [(role.key, role.label) for role in ROLES.values()])
        self._choices("languages", settings.LANGUAGES)
        self._choices("message_language", get_available_admin_languages())

    def _choices(self, name: str, choices: Any) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def clean_address(self) -> str:
        """Refuse the address of somebody who has an account in use, with the way there."""
        address: str = self.cleaned_data["address"]
        user = find_user(address)
        if user is None or (is_pending(user) and not user.is_superuser):
            return address
        name = user.get_full_name() or user.username
        if user.is_active:
            text = gettext("%(name)s has an account already.") % {"name": name}
        else:
            text = gettext("%(name)s has an account that is switched off.") % {"name": name}
        if policy_registry.get_by_type(User).user_has_permission(self.inviter, "change"):
            link = reverse("wagtailusers_users:edit", args=[user.pk])
            message = format_html('{} <a href="{}">{}</a>', text, link, gettext("Change roles or switch it on"))
        else:
            message = format_html("{} {}", text, gettext("An administrator can change roles or switch it on."))
        raise forms.ValidationError(message, code="member")

    def clean(self) -> dict[str, Any] | None:
        """Ask for languages where a role needs them."""
        cleaned = super().clean()
        roles = self.cleaned_data.get("roles", [])
        if any(ROLES[key].per_language for key in roles) and not self.cleaned_data.get("languages"):
            self.add_error("languages", gettext("Choose the languages in which the roles hold."))
        return cleaned


class AccountForm(UserEditForm):
    """Wagtail's form without its demand for names, which an invitation may leave out."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["first_name"].required = self.fields["last_name"].required = False


class AccountViewSet(UserViewSet):
    """Wagtail's pages of accounts with that form."""

    def get_form_class(self, for_update: bool = False) -> type[forms.Form]:
        """Return the form of an account that there is, or Wagtail's of a new one."""
        return AccountForm if for_update else super().get_form_class(for_update)
