"""Forms of the dialogues in which a reviewer approves a page or sends it back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.forms import TaskStateCommentForm
from wagtail.models import Revision

from chorsu_editorial.explanations import explain_change
from chorsu_editorial.past_approval import written
from chorsu_editorial.screen_token import parse_token


class RequestChangesForm(TaskStateCommentForm):
    """Send a page back, with a comment on what to change."""

    comment = forms.CharField(label=_("What should be changed?"), widget=forms.Textarea({"rows": 4}))


class ApproveForm(TaskStateCommentForm):
    """Approve a page; ``screen`` is the token of the version that the dialogue showed."""

    comment = forms.CharField(label=_("Comment to the authors"), required=False, widget=forms.Textarea({"rows": 2}))
    screen = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_screen(self) -> str:
        """Refuse a token of an older version with an explanation; the task refuses it in any case."""
        token = str(self.cleaned_data["screen"])
        seen = parse_token(token)
        revision = Revision.objects.filter(pk=seen.revision_id).first() if seen.revision_id else None
        if revision is not None:
            explanation = explain_change(seen, revision.base_content_object, _UnknownUser())
            if explanation:
                raise forms.ValidationError(explanation)
        return token


class ApproveOrHoldForm(ApproveForm):
    """Approve a page, and publish it or hold it."""

    hold = forms.BooleanField(
        label=_("Hold for the other languages"),
        help_text=_("Nothing goes live now: it is published together with them, under Reports → Held."),
        required=False,
    )


class ApproveAloneForm(ApproveOrHoldForm):
    """Approve a page without a second person, with the reason."""

    reason = forms.CharField(
        label=_("Why could nobody else look at this text?"),
        help_text=_("It is logged, and listed under Reports."),
        widget=forms.Textarea({"rows": 2}),
    )
    field_order = ("reason", "comment", "hold", "screen")

    def clean_reason(self) -> str:
        """Refuse one that says nothing."""
        reason = written(self.cleaned_data["reason"])
        if not reason:
            raise forms.ValidationError(self.fields["reason"].error_messages["required"])
        return reason


class _UnknownUser:
    """A user who equals nobody: a form doesn't know who filled it in."""

    pk: Any = None


def form_for_action(action: str) -> type[forms.Form]:
    """Return the form of an action of a four-eyes task."""
    approving = {"approve": ApproveOrHoldForm, "approve_and_hold": ApproveForm, "approve_alone": ApproveAloneForm}
    return approving.get(action, RequestChangesForm)
