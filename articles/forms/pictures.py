"""The form of pictures."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext_lazy as _
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from articles.models import Picture
from articles.permissions import editable_languages
from articles.picture_files import without_notes
from locales.table import LANGUAGES

# With more languages than this a form for uploading asks only for the first of them.
SUGGESTION_LANGUAGES = 2


class PictureFileField(WagtailImageField):
    """A picture's file: half a file is refused, and what the camera noted about place and device is left out."""

    def to_python(self, data: Any) -> Any:
        """Return the file to store."""
        try:
            file = super().to_python(data)
        except OSError as error:
            message = _("The file is broken: a part of it is missing. Export it again, or have it sent again.")
            raise ValidationError(message, code="broken") from error
        if file is None:
            return None
        file.seek(0)
        content = file.read()
        file.seek(0)
        if (clean := without_notes(content)) == content:
            return file
        cleaned = SimpleUploadedFile(file.name, clean, file.content_type)
        cleaned.image = file.image  # type: ignore[attr-defined]
        return cleaned


class PictureForm(BaseImageForm):
    """The form of a picture: the last credit comes filled in, and suggestions only in the user's languages."""

    def __init__(self, *args: Any, user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        if plain := self.fields.get("file"):
            self.fields["file"] = PictureFileField(label=plain.label, required=plain.required, widget=plain.widget)
        uploading = self.instance.pk is None
        if user is not None:
            self._leave_out_languages(user, limit=SUGGESTION_LANGUAGES if self._is_upload() else None)
        if uploading and user is not None:
            for name, value in last_credit(user).items():
                if name in self.fields:
                    self.initial[name] = value

    def _is_upload(self) -> bool:
        return self.instance.pk is None or bool(self.prefix)

    def _leave_out_languages(self, user: Any, limit: int | None) -> None:
        languages = editable_languages(user)
        if limit is not None and len(languages) > limit:
            languages = languages[:1]
        for name in list(self.fields):
            base, _separator, code = name.rpartition("_")
            if base in {"caption", "alt_text"} and code in LANGUAGES and code not in languages:
                del self.fields[name]


def last_credit(user: Any) -> dict[str, str]:
    """Return credit and licence of the picture that the user uploaded last with a credit, or nothing."""
    row = (
        Picture.objects.filter(uploaded_by_user=user)
        .exclude(credit="")
        .order_by("-created_at", "-pk")
        .values("credit", "licence")
        .first()
    )
    return dict(row) if row else {}
