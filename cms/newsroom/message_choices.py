"""The choice in people's accounts of how they are told about translations."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chorsu_delivery.telegram import is_on
from chorsu_locales.menus import MessagesPanel
from cms.models import MessageChoice, User

KINDS = ("assigned", "due", "overdue", "source_changed")


def choice_of(user: User) -> MessageChoice:
    """Return what somebody chose; who chose nothing gets mail."""
    return getattr(user, "message_choice", None) or MessageChoice(user=user)


class MessageChoiceForm(forms.ModelForm):  # type: ignore[type-arg]
    """The way for each kind; ``user`` is the form's object, as Wagtail's account page has it."""

    class Meta:
        model = MessageChoice
        fields = [*KINDS, "telegram_chat"]

    def __init__(self, data: Any = None, files: Any = None, *, instance: Any, prefix: str) -> None:
        super().__init__(data, files, instance=choice_of(instance), prefix=prefix)
        if not is_on():
            # What was chosen while there was a bot stays, and goes by mail until there is one again.
            del self.fields["telegram_chat"]
            for kind in KINDS:
                ways = [way for way in MessageChoice.Way.choices if way[0] != MessageChoice.Way.TELEGRAM]
                self.fields[kind].choices = ways  # type: ignore[attr-defined]
                if self.initial.get(kind) == MessageChoice.Way.TELEGRAM:
                    self.initial[kind] = MessageChoice.Way.MAIL

    def clean(self) -> dict[str, Any]:
        """Ask for the number where it is needed."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        wanted = any(cleaned.get(kind) == MessageChoice.Way.TELEGRAM for kind in KINDS)
        if wanted and "telegram_chat" in cleaned and not cleaned["telegram_chat"]:
            self.add_error("telegram_chat", _("Without your number the bot can’t write to you."))
        return cleaned


class MessageChoicePanel(MessagesPanel):
    """How somebody is told about translations."""

    name = "translation_messages"
    title = gettext_lazy("Translations")
    order = 150
    form_class = MessageChoiceForm
