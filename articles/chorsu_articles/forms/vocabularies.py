"""Forms of the vocabularies."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.forms.models import WagtailAdminModelForm

from chorsu_articles.columns import columns, translated_columns
from chorsu_articles.permissions import closed_texts
from chorsu_articles.services.vocabularies import record_change
from chorsu_locales.selectors import get_language_row


class VocabularyForm(WagtailAdminModelForm):
    """The form of a vocabulary row: closed is what ``closed_texts`` says."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        closed = closed_texts(user=self.for_user, row=self.instance)
        translated = translated_columns(self._meta.model)
        for name, field in self.fields.items():
            if name in translated:
                base, code = translated[name]
                language = get_language_row(code)
                field.widget.attrs.update({"lang": code, "dir": language.direction})
                field.label = f"{self._plain_label(base)} ({language.name})"
            if name in closed:
                field.disabled = True
                field.help_text = closed[name]

    def _plain_label(self, base: str) -> str:
        return capfirst(str(self._meta.model._meta.get_field(base).verbose_name))

    def clean(self) -> dict[str, Any]:
        """Ask for a name in at least one language."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        names = [data.get(name) for name in columns("name") if name in self.fields]
        if names and not any(name and name.strip() for name in names):
            raise ValidationError(_("Enter the name in at least one language."))
        return data

    @transaction.atomic
    def save(self, commit: bool = True) -> Any:
        """Save, and log what changed of texts that readers see. Raises ``Refusal`` where that is closed by now."""
        before = self._meta.model.objects.select_for_update().filter(pk=self.instance.pk).first() if commit else None
        row = super().save(commit=commit)
        if before is not None:
            record_change(user=self.for_user, row=row, before=before)
        return row


class PersonForm(VocabularyForm):
    """The form of a person; a protected one shows its code name, and changes nowhere but on the page of its name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.name_withheld:
            for field in self.fields.values():
                # The panel above the fields says why, once.
                field.disabled, field.help_text = True, ""


class VocabularySearchForm(BaseFilterForm):
    """Search in a chooser, in every language's names at once."""

    q = forms.CharField(label=_("Search"), required=False, widget=forms.TextInput(attrs={"placeholder": _("Search")}))

    def filter(self, objects: Any) -> Any:
        """Return the rows whose name in any language contains the text."""
        objects = super().filter(objects)
        if text := self.cleaned_data["q"].strip():
            self.is_searching = True
            self.search_query = text
            objects = objects.named(text)
        return objects
