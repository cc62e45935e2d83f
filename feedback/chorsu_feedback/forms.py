"""The forms that validate what a reader sends."""

# catalogue: reader
from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from chorsu_feedback.anchors import Anchor, read_anchor
from chorsu_feedback.conf import get_settings
from chorsu_feedback.text import normalise, visible
from chorsu_locales.characters import permitted
from chorsu_locales.text import local_digits

_TOO_LONG = ngettext_lazy(
    "This is too long: at most %(shown)s character.", "This is too long: at most %(shown)s characters.", "limit"
)


def _shown(limit: int) -> dict[str, Any]:
    return {"limit": limit, "shown": local_digits(str(limit), get_language() or "")}


class ReaderTextField(forms.Field):
    """Words of a reader: cleaned of invisible characters rather than refused for them; the length is counted after."""

    def __init__(self, *, most: str = "", folded: bool = False, **kwargs: Any) -> None:
        """``most`` names the setting with the greatest length; ``folded``: white space counts as single spaces."""
        super().__init__(**kwargs)
        self.most = most
        self.folded = folded

    def to_python(self, value: Any) -> str:
        """Return the cleaned text."""
        if value is None:
            return ""
        if not isinstance(value, str):
            raise ValidationError(_("This must be text."), code="type")
        if self.folded:
            return normalise(value)
        return permitted(visible(value.replace("\r\n", "\n"))).strip()

    def validate(self, value: str) -> None:
        """Refuse what is missing or too long."""
        super().validate(value)
        limit = getattr(get_settings(), self.most) if self.most else 0
        if limit and len(value) > limit:
            raise ValidationError(_TOO_LONG, code="too_long", params=_shown(limit))


class WholeNumberField(forms.Field):
    """A whole number that isn't negative, or None; text of digits counts as one."""

    def to_python(self, value: Any) -> int | None:
        """Return the number."""
        if value is None or value == "":
            return None
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 12:
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**31:
            raise ValidationError(_("This must be a whole number."), code="type")
        return value


class CorrectionForm(forms.Form):
    """The fields that both ways of reporting share: a suggestion and a comment."""

    suggestion = ReaderTextField(most="max_suggestion", required=False)
    comment = ReaderTextField(most="max_comment", required=False)

    def check_says_something(self, selected: str) -> None:
        """Refuse a report that neither suggests a change nor comments; an unchanged suggestion is none."""
        if self.cleaned_data.get("suggestion") == selected:
            self.cleaned_data["suggestion"] = ""
        if self.errors or self.cleaned_data.get("suggestion") or self.cleaned_data.get("comment"):
            return
        self.add_error("suggestion", _("Write what it should be, or say in the comment what is wrong."))


class ReportForm(CorrectionForm):
    """A report that the script sends."""

    page = WholeNumberField()
    revision = WholeNumberField(required=False)
    path = ReaderTextField(required=False)
    offset = WholeNumberField(required=False)
    # Contexts come raw: space at their edges belongs to them.
    selected = forms.Field(error_messages={"required": _("Select the words with the mistake first.")})
    before = forms.Field(required=False)
    after = forms.Field(required=False)

    def clean(self) -> dict[str, Any]:
        """Put the anchor together."""
        data = super().clean() or self.cleaned_data
        texts = {name: data.get(name) or "" for name in ("selected", "before", "after")}
        for name, text in texts.items():
            if not isinstance(text, str):
                self.add_error(name, _("This must be text."))
                return data
        path = data.get("path", "")
        anchor = read_anchor(**texts, path=path if len(path) <= 500 else "", offset=data.get("offset"))
        limit = get_settings().max_selected
        if len(anchor.selected) > limit:
            self.add_error("selected", ValidationError(_TOO_LONG, code="too_long", params=_shown(limit)))
        elif not anchor.selected and "selected" not in self.errors:
            self.add_error("selected", _("Select the words with the mistake first."))
        data["anchor"] = anchor
        self.check_says_something(anchor.selected)
        return data

    @property
    def anchor(self) -> Anchor:
        """Return where the words stand, once the form is valid."""
        anchor: Anchor = self.cleaned_data["anchor"]
        return anchor


class WordsForm(CorrectionForm):
    """A report without script: the words, or the paragraph that they stand in."""

    words = ReaderTextField(most="max_selected", folded=True, required=False)
    paragraph = ReaderTextField(required=False)
    anyway = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        """Demand words or a paragraph."""
        data = super().clean() or self.cleaned_data
        if not data.get("words") and not data.get("paragraph") and "words" not in self.errors:
            self.add_error("words", _("Paste the words with the mistake, or choose their paragraph."))
        self.check_says_something(data.get("words", ""))
        return data
