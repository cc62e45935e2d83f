"""The library's forms, which leave files in use as they are."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import transaction

from chorsu_editorial.uses.files import frozen_fields
from chorsu_editorial.uses.selectors import in_use
from chorsu_editorial.uses.services import check_change, explain_use


class FrozenInUse:
    """Refuse, in a form of a picture or document, another file, crop or title while pages use it."""

    instance: Any
    changed_data: list[str]

    def clean(self) -> Any:
        """Say at the field, or above the form where it is a hidden one, why it can't be changed."""
        data = super().clean()  # type: ignore[misc]
        frozen = frozen_fields()[type(self.instance)]
        changed = [name for name in self.changed_data if name in frozen]
        if changed and self.instance.pk and in_use(self.instance):
            name = changed[0]
            field = None if self.fields[name].widget.is_hidden else name  # type: ignore[attr-defined]
            self.add_error(field, explain_use(self.instance))  # type: ignore[attr-defined]
        return data

    @transaction.atomic
    def save(self, commit: bool = True) -> Any:
        """Save, unless it came into use since: Wagtail deletes a document's old file before it saves the new one."""
        if commit:
            check_change(self.instance)
        return super().save(commit=commit)  # type: ignore[misc]


def frozen_form(form_class: type[forms.ModelForm[Any]]) -> type[forms.ModelForm[Any]]:
    """Return a form of pictures or documents that refuses changes of a file in use."""
    return type(form_class.__name__, (FrozenInUse, form_class), {})
