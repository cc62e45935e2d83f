"""The profile pictures of those who write."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from wagtail.admin.forms.account import AvatarPreferencesForm

from chorsu_articles.picture_files import PictureFileField, PreparedPicture


class AvatarForm(AvatarPreferencesForm):
    """Wagtail's form, whose file passes the same door as the library's pictures."""

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
