"""The choice in people's accounts how often they get mail about new reports."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.auth import user_has_any_page_permission
from wagtail.admin.views.account import BaseSettingsPanel, notifications_tab

from chorsu_feedback.models import MailChoice, a_day_ago


class MailChoiceForm(forms.ModelForm):  # type: ignore[type-arg]
    """How often; ``user`` is the form's object, as Wagtail's account page has it."""

    class Meta:
        model = MailChoice
        fields = ["every"]

    def __init__(self, data: Any = None, files: Any = None, *, instance: Any, prefix: str) -> None:
        choice = getattr(instance, "typo_mail", None) or MailChoice(user=instance)
        super().__init__(data, files, instance=choice, prefix=prefix)

    def save(self, commit: bool = True) -> MailChoice:
        """Store the choice; who had none or never wanted any isn't told of what is older than a day."""
        self.instance.told_until = max(self.instance.told_until, a_day_ago())
        choice: MailChoice = super().save(commit)
        return choice


class TypoMailPanel(BaseSettingsPanel):
    """The panel below *Notifications*, for whoever may work on any page."""

    name = "typo_mail"
    title = _("Typo reports")
    tab = notifications_tab
    order = 200
    form_class = MailChoiceForm

    def is_active(self) -> bool:
        """Show it to whom it may concern."""
        return bool(user_has_any_page_permission(self.user))
