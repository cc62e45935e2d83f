"""The form of an outlet."""

from __future__ import annotations

from typing import Any

from chorsu_articles.columns import columns
from chorsu_articles.forms.vocabularies import VocabularyForm
from chorsu_articles.permissions import editable_languages


class OutletForm(VocabularyForm):
    """Texts of a language are open to those who may edit them in the vocabularies, those of menu and footer too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.for_user is None:
            return
        open_languages = editable_languages(self.for_user)
        closed = {name for name, (_field, code) in columns("label").items() if code not in open_languages}
        for formset in self.formsets.values():
            for form in [*formset.forms, formset.empty_form]:
                for name in closed & set(form.fields):
                    form.fields[name].disabled = True
