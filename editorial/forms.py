"""The dialogues of a review."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.forms import TaskStateCommentForm
from wagtail.models import Revision

from editorial.explain import explain_change
from editorial.shown import parse


class RequestChangesForm(TaskStateCommentForm):
    """What the authors should change."""

    comment = forms.CharField(label=_("What should be changed?"), widget=forms.Textarea({"rows": 4}))


class ApproveForm(TaskStateCommentForm):
    """An approval of what the dialogue showed."""

    comment = forms.CharField(label=_("Comment to the authors"), required=False, widget=forms.Textarea({"rows": 2}))
    shown = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_shown(self) -> str:
        """Explain in the dialogue that the text was changed since; the task refuses it in any case."""
        token = str(self.cleaned_data["shown"])
        seen = parse(token)
        revision = Revision.objects.filter(pk=seen.revision_id).first() if seen.revision_id else None
        if revision is not None:
            explanation = explain_change(seen, revision.base_content_object, _Nobody())
            if explanation:
                raise forms.ValidationError(explanation)
        return token


class ApproveAloneForm(ApproveForm):
    """An approval without a second person."""

    reason = forms.CharField(
        label=_("Why could nobody else look at this text?"),
        help_text=_("It is logged, and listed under Reports."),
        widget=forms.Textarea({"rows": 2}),
    )
    field_order = ("reason", "comment", "shown")


class _Nobody:
    """Stands for a user who is not known: a form doesn't know who filled it in."""

    pk: Any = None


def form_for_action(action: str) -> type[forms.Form]:
    """Return the form of an action of a four-eyes task."""
    return {"approve": ApproveForm, "approve_alone": ApproveAloneForm}.get(action, RequestChangesForm)
