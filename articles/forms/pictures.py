"""The form of pictures."""

from __future__ import annotations

from typing import Any

from wagtail.images.forms import BaseImageForm

from articles.models import Picture
from articles.permissions import editable_languages
from locales.table import LANGUAGES

# With more languages than this a form for uploading asks only for the first of them.
SUGGESTION_LANGUAGES = 2


class PictureForm(BaseImageForm):
    """The form of a picture: the last credit comes filled in, and suggestions only in the user's languages."""

    def __init__(self, *args: Any, user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
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
