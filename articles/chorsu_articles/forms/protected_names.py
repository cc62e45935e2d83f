"""Forms about the names of protected authors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _
from wagtail.admin.utils import get_user_display_name

from chorsu_articles import signals
from chorsu_articles.columns import column
from chorsu_articles.models import Person, ProtectedIdentity
from chorsu_articles.permissions import ordered_languages
from chorsu_articles.selectors.protected_names import named_readers
from chorsu_locales.selectors import enabled_codes, get_language_row


class AccountField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A choice of active accounts, as the admin calls them."""

    def __init__(self, **kwargs: Any) -> None:
        users = get_user_model().objects.filter(is_active=True).order_by("pk")
        # Django's own label of "nobody" isn't in all languages of the admin.
        super().__init__(queryset=users, empty_label="–", **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        """Return the name that histories show."""
        return str(get_user_display_name(obj))


class IdentityForm(forms.Form):
    """Who a protected author is: the name in each language, the address for mail, the account."""

    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        help_text=_("Where messages to the author go. Left empty, it is that of the account."),
    )
    account = AccountField(
        label=_("Account"),
        required=False,
        help_text=_("It shows the code name from now on: in histories, locks, workflows and messages."),
    )

    def __init__(self, *args: Any, identity: ProtectedIdentity | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code in ordered_languages():
            name = column("name", code)
            known = identity and identity.texts.get(name)
            if code in enabled_codes() or known:
                label = f"{_('Real name')} ({get_language_row(code).name})"
                self.fields[name] = forms.CharField(label=label, max_length=200, required=False, initial=known)
        self.names = [name for name in self.fields if name not in {"email", "account", "code_name"}]
        if identity:
            self.initial["email"] = identity.email
        if not signals.name_protected.has_listeners(ProtectedIdentity) or (identity and identity.account_id):
            del self.fields["account"]
        self.order_fields(["code_name", *self.names])

    def clean_account(self) -> Any:
        """Refuse an account that belongs to a protected author already."""
        account = self.cleaned_data["account"]
        if account and ProtectedIdentity.objects.filter(account=account).exists():
            raise forms.ValidationError(_("This account belongs to a protected author already."))
        return account

    def clean(self) -> dict[str, Any]:
        """Ask for a name in at least one language."""
        data = super().clean() or self.cleaned_data
        if self.names and not any(self.texts().values()):
            raise forms.ValidationError(_("Enter the name in at least one language."))
        return data

    def texts(self) -> Mapping[str, str]:
        """Return the names by column."""
        return {name: self.cleaned_data.get(name, "") for name in self.names}


class ProtectForm(IdentityForm):
    """Protect somebody: a new person with names, or one who is there already and has them."""

    code_name = forms.CharField(
        label=_("Code name"),
        max_length=200,
        required=False,
        help_text=_("What everybody in the newsroom sees. Left empty, it is a number."),
    )

    def __init__(self, *args: Any, person: Person | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if person:
            for name in self.names:
                del self.fields[name]
            self.names = []


class ReaderForm(forms.Form):
    """Somebody who may see the names of protected authors beside the chief editors."""

    reader = AccountField(label=_("Account"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.readers = named_readers()
