"""Forms of the desk."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib.contenttypes.models import ContentType
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.models import Locale

from chorsu_translation.models.people import name_of
from chorsu_translation.registry import desk_filters
from chorsu_translation.selectors.desk_filters import NOBODY, TO_DO, page_types, sections
from chorsu_translation.selectors.rights import people_of
from chorsu_translation.selectors.states import State
from chorsu_translation.services.plan_together import Plan, PlanKind

Choices = list[tuple[str, Any]]
ORDERS: Choices = [
    ("", pgettext_lazy("order of articles", "Newest first")),
    ("published", pgettext_lazy("order of articles", "Published last first")),
    ("due", pgettext_lazy("order of articles", "Due first")),
    ("words", pgettext_lazy("order of articles", "Most words first")),
]


class DayInput(forms.DateInput):
    """The browser's own field for a day. Wagtail's puts today in for what is typed in another form than its own."""

    def __init__(self) -> None:
        super().__init__({"type": "date"}, format="%Y-%m-%d")


class DeskFilter(forms.Form):
    """What the desk shows; its address is the saved filter. What is wrong in an address is left out."""

    source = forms.ChoiceField(label=pgettext_lazy("language", "From"), required=False)
    language = forms.ChoiceField(label=pgettext_lazy("language", "Into"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)
    q = forms.CharField(label=_("Headline"), required=False, max_length=100)
    order = forms.ChoiceField(label=_("Order"), required=False, choices=ORDERS)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    section = forms.ChoiceField(label=_("Section"), required=False)
    assignee = forms.ChoiceField(label=_("Assignee"), required=False)
    since = forms.DateField(label=_("Published since"), required=False, widget=DayInput)
    until = forms.DateField(label=_("Published until"), required=False, widget=DayInput)
    mine = forms.BooleanField(label=_("Mine"), required=False)
    overdue = forms.BooleanField(label=_("Overdue"), required=False)

    first = ("source", "language", "state", "q", "order")

    def __init__(self, *args: Any, locales: list[Locale], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.locales = {locale.language_code: locale for locale in locales}
        self.sections = {str(page.pk): page for page in sections(locales)}
        languages = [(code, locale.get_display_name()) for code, locale in self.locales.items()]
        names = {locale.pk: locale.language_code for locale in locales}
        self._offer("source", languages)
        self._offer("language", languages)
        self._offer("state", [(TO_DO, _("To do")), *((state.value, state.label) for state in State)])
        self._offer("kind", [(str(each.pk), capfirst(_name(each))) for each in page_types()])
        self._offer(
            "section", [(key, f"{page.title} ({names[page.locale_id]})") for key, page in self.sections.items()]
        )
        self.people = {person.pk: name_of(person) for person in people_of(locales)}
        self._offer("assignee", [(NOBODY, _("Nobody")), *self.people.items()])
        for each in desk_filters():
            self.fields[each.name] = forms.ChoiceField(label=each.label, required=False)
            self._offer(each.name, each.choices())

    def _offer(self, name: str, choices: Iterable[tuple[str, Any]]) -> None:
        field: Any = self.fields[name]
        field.choices = [("", pgettext_lazy("choice of a filter", "Any")), *choices]

    def chosen(self) -> dict[str, Any]:
        """Return what is filtered by: languages as ``Locale``, the section as ``Page``."""
        self.is_valid()
        found = {name: value for name, value in self.cleaned_data.items() if value}
        for name in ("source", "language"):
            if name in found:
                found[name] = self.locales[found[name]]
        if "section" in found:
            found["section"] = self.sections[found["section"]]
        return found

    def main_fields(self) -> list[Any]:
        """Return the fields that are always shown."""
        return [self[name] for name in self.first]

    def more_fields(self) -> list[Any]:
        """Return the other fields."""
        return [field for field in self if field.name not in self.first]


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


def _name(content_type: ContentType) -> str:
    model = content_type.model_class()
    return str(model._meta.verbose_name) if model else content_type.model
