"""The form that plans translations."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.models import Locale

from chorsu_translation.models.people import name_of
from chorsu_translation.selectors.rights import people_of
from chorsu_translation.services.plan_together import Plan, PlanKind


class DayInput(forms.DateInput):
    """The browser's own field for a day. Wagtail's puts today in for what is typed in another form than its own."""

    def __init__(self) -> None:
        super().__init__({"type": "date"}, format="%Y-%m-%d")


class PlanForm(forms.Form):
    """What is decided about the chosen articles in the chosen languages."""

    kind = forms.ChoiceField(label=_("What"), choices=PlanKind.choices, widget=forms.RadioSelect)
    languages = forms.MultipleChoiceField(label=_("Languages"), widget=forms.CheckboxSelectMultiple)
    assignee = forms.ChoiceField(label=_("Assignee"), required=False)
    due = forms.DateField(label=_("Due"), required=False, widget=DayInput)
    text = forms.CharField(
        label=_("Note, or reason"), required=False, max_length=2000, widget=forms.Textarea({"rows": 3})
    )

    def __init__(self, *args: Any, locales: list[Locale], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.locales = {locale.language_code: locale for locale in locales}
        self.people = {str(person.pk): person for person in people_of(locales)}
        languages: Any = self.fields["languages"]
        languages.choices = [(code, locale.get_display_name()) for code, locale in self.locales.items()]
        assignee: Any = self.fields["assignee"]
        assignee.choices = [("", _("Nobody")), *((key, name_of(person)) for key, person in self.people.items())]

    def clean(self) -> dict[str, Any]:
        """Ask for a reason where nothing is planned."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("kind") == PlanKind.NOT_PLANNED and not cleaned.get("text", "").strip():
            self.add_error("text", _("Say why it is not planned."))
        return cleaned

    def plan(self) -> Plan:
        """Return what was decided."""
        data = self.cleaned_data
        return Plan(
            kind=PlanKind(data["kind"]),
            locales=[self.locales[code] for code in data["languages"]],
            assignee=self.people.get(data["assignee"]),
            due=data["due"],
            text=data["text"],
        )
