"""Wagtail's bulk action "Publish", and the page actions of its API, which ask for a reason where nobody approved."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import fields
from rest_framework.exceptions import ValidationError
from rest_framework.serializers import Serializer
from wagtail.admin.api.actions.copy import CopyPageAPIAction
from wagtail.admin.api.actions.publish import PublishPageAPIAction
from wagtail.admin.views.pages.bulk_actions.publish import PublishBulkAction
from wagtail.models import Page

from chorsu_editorial import answers, past_approval
from chorsu_editorial.refusals import AnswerMissing, Refusal


class PublishForm(forms.Form):
    """What the dialogue asks."""

    include_descendants = forms.BooleanField(label=gettext_lazy("With the pages below them"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("Why do they go live without approval?"),
        help_text=gettext_lazy("It is logged, listed under Reports, and told to those who answer for it."),
        widget=forms.Textarea({"rows": 2}),
        required=False,
    )
    question = forms.CharField(widget=forms.HiddenInput, required=False)
    answer = forms.CharField(widget=forms.HiddenInput, required=False)

    def ask(self, refusal: AnswerMissing) -> None:
        """Show the field of the answer to a question."""
        data = self.data.copy()  # type: ignore[attr-defined]
        data["question"] = refusal.question
        self.data = data
        self.fields["answer"].widget = forms.Textarea({"rows": 2})
        self.fields["answer"].label = _("Your answer")
        self.add_error("answer", str(refusal))


class PublishWithReason(PublishBulkAction):
    """Wagtail's action; pages that need an approval are published for a written reason only."""

    form_class = PublishForm
    template_name = "chorsu_editorial/confirm_bulk_publish.html"

    def form_valid(self, form: Any) -> HttpResponse:
        """Ask for the reason where it is missing."""
        chosen, _others = self.get_actionable_objects()
        reason = past_approval.written(form.cleaned_data["reason"])
        if not reason and any(map(past_approval.needs_approval, self._all(chosen, form))):
            form.add_error("reason", _("Write why these pages go live without approval."))
            return self.form_invalid(form)  # type: ignore[no-any-return]
        said = {f"{answers.PREFIX}{form.cleaned_data['question']}": form.cleaned_data["answer"]}
        try:
            with answers.given(said):
                return super().form_valid(form)  # type: ignore[no-any-return]
        except AnswerMissing as refusal:
            form.ask(refusal)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        return self.form_invalid(form)  # type: ignore[no-any-return]

    def _all(self, chosen: Iterable[Page], form: Any) -> Iterable[Page]:
        for page in chosen:
            yield page
            if form.cleaned_data["include_descendants"]:
                yield from page.get_descendants().not_live()

    def get_execution_context(self) -> dict[str, Any]:
        """Add the reason."""
        return {
            **super().get_execution_context(),
            "reason": past_approval.written(self.cleaned_form.cleaned_data["reason"]),
        }

    @classmethod
    def execute_action(cls, objects: Any, *, reason: str = "", **options: Any) -> Any:
        """Publish for the reason."""
        with past_approval.with_reason(reason):
            return super().execute_action(objects, **options)


class ReasonSerializer(Serializer):
    """What a request to publish may say."""

    reason = fields.CharField(required=False)
    answers = fields.DictField(child=fields.CharField(), required=False)


class PublishWithReasonAPIAction(PublishPageAPIAction):
    """Wagtail's action of the API."""

    serializer = ReasonSerializer

    def execute(self, instance: Page, data: dict[str, Any]) -> Any:
        """Publish for the reason, which a page that needs an approval must have."""
        reason = past_approval.written(data.get("reason", ""))
        if not reason and past_approval.needs_approval(instance):
            raise ValidationError({"reason": [_("Write why these pages go live without approval.")]})
        said = {f"{answers.PREFIX}{name}": text for name, text in data.get("answers", {}).items()}
        try:
            with transaction.atomic(), past_approval.with_reason(reason), answers.given(said):
                return super().execute(instance, data)
        except AnswerMissing as refusal:
            raise ValidationError({"answers": {refusal.question: [str(refusal)]}}) from refusal


class CopyAsDraftAPIAction(CopyPageAPIAction):
    """Wagtail's action of the API; where copies need an approval they are drafts."""

    def execute(self, instance: Page, data: dict[str, Any]) -> Any:
        """Copy the page."""
        key = data.get("destination_page_id")
        destination = Page.objects.filter(pk=key).first() if key else instance.get_parent()
        if destination is not None and past_approval.needs_approval(destination):
            data = {**data, "keep_live": False}
        return super().execute(instance, data)
