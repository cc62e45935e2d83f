"""Forms of pictures: the library's, and that of accounts."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from django.db import transaction
from wagtail.admin.forms.account import AvatarPreferencesForm
from wagtail.images.forms import BaseImageForm

from chorsu_articles.columns import columns
from chorsu_articles.pictures import library
from chorsu_articles.pictures.credit_lines import read_credit
from chorsu_articles.pictures.files import PictureFileField, PreparedPicture
from chorsu_articles.vocabularies import editable_languages


class PictureForm(BaseImageForm):
    """The form of a picture: the last credit comes filled in, and suggestions only in the user's languages.

    A form for uploading asks for those in the first language alone, where there are more than two.
    """

    def __init__(self, *args: Any, user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.user = user
        if plain := self.fields.get("file"):
            self.fields["file"] = PictureFileField(label=plain.label, required=plain.required, widget=plain.widget)
        if "kind" in self.fields:
            self.fields["kind"].required = False
        if user is None:
            return
        languages = editable_languages(user)
        is_upload = self.instance.pk is None or bool(self.prefix)
        if is_upload and len(languages) > 2:
            languages = languages[:1]
        for name, (_field, code) in columns("caption", "alt_text").items():
            if code not in languages:
                self.fields.pop(name, None)
        if self.instance.pk is None:
            self.initial |= {name: value for name, value in library.last_credit(user).items() if name in self.fields}

    def clean(self) -> dict[str, Any]:
        """Take the kind from a credit such as "Map: Somebody", unless another kind was chosen."""
        data: dict[str, Any] = super().clean()
        named = ""
        if data.get("credit"):
            data["credit"], named = read_credit(data["credit"])
        if "kind" in self.fields and "kind" not in self.errors:
            chosen = data["kind"] if "kind" in self.changed_data else ""
            data["kind"] = chosen or named or self.instance.kind
        changed = [name for name in library.CREDIT_DETAILS if name in data and data[name] != self.initial.get(name)]
        if self.instance.pk and changed:
            try:
                library.check_change(user=self.user, picture=self.instance)
            except library.NotAnEditor as refusal:
                self.add_error(changed[0], str(refusal))
        return data

    @transaction.atomic
    def save(self, commit: bool = True) -> Any:
        """Save, and log what changed about a picture that readers see. Raises ``NotAnEditor`` if they see it by now."""
        before = library.lock_credit_details(self.instance) if commit and self.instance.pk else None
        picture = super().save(commit=commit)
        if before is not None:
            library.record_change(user=self.user, picture=picture, before=before)
        return picture


class AvatarForm(AvatarPreferencesForm):
    """Wagtail's form, whose file is checked and written anew as the library's pictures are."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain = self.fields["avatar"]
        self.fields["avatar"] = PictureFileField(label=plain.label, required=False, widget=plain.widget)

    def clean_avatar(self) -> Any:
        """Return the picture as small as Wagtail shows it, under a name that says nothing."""
        file = self.cleaned_data.get("avatar")
        if isinstance(file, PreparedPicture):
            file.name = f"picture{PurePath(str(file.name)).suffix}"
        return super().clean_avatar()
