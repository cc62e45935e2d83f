"""What goes past a second person, in the admin: bulk action and API, which ask for a reason, report, history."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib.auth.models import Permission
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from rest_framework import fields
from rest_framework.exceptions import ValidationError
from rest_framework.serializers import Serializer
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.api.actions.copy import CopyPageAPIAction
from wagtail.admin.api.actions.publish import PublishPageAPIAction
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn, UserColumn
from wagtail.admin.views.pages.bulk_actions.publish import PublishBulkAction
from wagtail.admin.views.reports import ReportView
from wagtail.admin.widgets.button import HeaderButton
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import BaseLogEntry, Page, PageLogEntry
from wagtail.permissions import page_permission_policy

from chorsu_editorial import answers, past_approval
from chorsu_editorial.past_approval import APPROVED_ALONE, PUBLISHED_BY_RIGHT, TAKEN_DOWN, needs_approval
from chorsu_editorial.refusals import AnswerMissing, Refusal
from chorsu_locales.menus import MenuItemFor
from chorsu_locales.normal_form import no_formula
from chorsu_locales.request_checks import whole_number

COUNTED_DAYS = 30


class ExceptionsReport(ReportView):
    """Lists what one person published or took down: who, how, why, and how many words nobody else read.

    Small corrections are counted, and listed in the history of the site.
    """

    page_title = gettext_lazy("Exceptions")
    header_icon = "user"
    index_url_name = "chorsu_editorial_exceptions"
    index_results_url_name = "chorsu_editorial_exceptions_results"
    permission_policy = page_permission_policy
    any_permission_required = ["publish"]
    export_headings = {
        "label": gettext_lazy("Page"),
        "user": gettext_lazy("Who"),
        "message": gettext_lazy("What"),
        "data.reason": gettext_lazy("Reason"),
        "data.words": gettext_lazy("Words"),
        "timestamp": gettext_lazy("When"),
    }
    list_export = ["label", "user", "message", "data.reason", "data.words", "timestamp"]
    custom_field_preprocess = {name: {ReportView.FORMAT_CSV: no_formula} for name in ("label", "data.reason")}
    columns = [
        TitleColumn(
            "page",
            label=gettext_lazy("Page"),
            accessor=lambda entry: entry.label,
            get_url=lambda entry: (
                reverse("wagtailadmin_pages:edit", args=[entry.page_id]) if entry.page_exists else None
            ),
        ),
        UserColumn("user", label=gettext_lazy("Who")),
        Column("what", label=gettext_lazy("What"), accessor=lambda entry: entry.message),
        Column("reason", label=gettext_lazy("Reason"), accessor=lambda entry: entry.comment or "–"),
        Column("words", label=gettext_lazy("Words"), accessor=lambda entry: entry.data.get("words", "–")),
        DateColumn("timestamp", label=gettext_lazy("When")),
    ]

    @property
    def header_buttons(self) -> list[HeaderButton]:
        """Say how many small corrections went live, and lead to who made them, and where."""
        since = timezone.now() - timedelta(days=COUNTED_DAYS)
        mends = PageLogEntry.objects.filter(action__in=past_approval.MENDS, timestamp__gte=since)
        count = mends.exclude(data__where__in=("draft", "review")).count()
        text = ngettext("%(count)d typo mended in 30 days", "%(count)d typos mended in 30 days", count)
        query = {"action": sorted(past_approval.MENDS), "timestamp_from": timezone.localdate(since)}
        url = f"{reverse('wagtailadmin_reports:site_history')}?{urlencode(query, doseq=True)}"
        label = text % {"count": count}
        return [HeaderButton(label=label, url=url, icon_name="edit")] if past_approval.MENDS else []

    def get_filename(self) -> str:
        return "exceptions"

    def get_queryset(self) -> Any:
        exists = Exists(Page.objects.filter(pk=OuterRef("page_id")))
        entries = PageLogEntry.objects.filter(action__in=past_approval.EXCEPTIONS).annotate(page_exists=exists)
        return entries.select_related("user").order_by("-timestamp", "-pk")


class PublishForm(forms.Form):
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
    template_name = "chorsu_editorial/exceptions/confirm_bulk_publish.html"

    def form_valid(self, form: Any) -> HttpResponse:
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
        return {
            **super().get_execution_context(),
            "reason": past_approval.written(self.cleaned_form.cleaned_data["reason"]),
        }

    @classmethod
    def execute_action(cls, objects: Any, *, reason: str = "", **options: Any) -> Any:
        with past_approval.with_reason(reason):
            return super().execute_action(objects, **options)


class ReasonSerializer(Serializer):
    reason = fields.CharField(required=False)
    answers = fields.DictField(child=fields.CharField(), required=False)


class PublishWithReasonAPIAction(PublishPageAPIAction):
    serializer = ReasonSerializer

    def execute(self, instance: Page, data: dict[str, Any]) -> Any:
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
        key = data.get("destination_page_id")
        destination = Page.objects.filter(pk=key).first() if key else instance.get_parent()
        if destination is not None and past_approval.needs_approval(destination):
            data = {**data, "keep_live": False}
        return super().execute(instance, data)


hooks.register("register_bulk_action", PublishWithReason, order=1)  # after Wagtail's own, which it replaces


@hooks.register("construct_admin_api")
def ask_in_api(router: Any) -> None:
    """Let the API publish for a reason only, and copy as a draft."""
    pages = router._endpoints["pages"]  # noqa: SLF001 - the hook is given nothing else to find it by
    pages.actions = {**pages.actions, "publish": PublishWithReasonAPIAction, "copy": CopyAsDraftAPIAction}


@hooks.register("before_copy_page")
def copy_as_draft(request: HttpRequest, page: Page) -> None:  # noqa: ARG001
    """Let a copy be a draft where pages need an approval, and an alias live only where this person may publish."""
    key = whole_number(request.POST.get("new_parent_page", ""))
    destination = Page.objects.filter(pk=key).first() if key else None
    if destination is None or not needs_approval(destination):
        return
    posted = request.POST.copy()
    if posted.pop("publish_copies", None):
        messages.info(request, _("The copy is a draft: it goes live when it is approved."))
    if "alias" in posted and not destination.permissions_for_user(request.user).can_publish_subpage():
        del posted["alias"]
    request.POST = posted  # type: ignore[assignment]


@hooks.register("register_permissions")
def offer_approve_alone() -> QuerySet[Permission]:
    """Let the right to approve alone be given to groups."""
    return Permission.objects.filter(content_type__app_label="chorsu_editorial", codename="approve_alone")


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    class ExceptionFormatter(LogFormatter):
        def format_comment(self, log_entry: BaseLogEntry) -> str:
            return str(log_entry.data.get("reason", ""))

    @actions.register_action(APPROVED_ALONE)
    class ApprovedAloneFormatter(ExceptionFormatter):
        label = gettext_lazy("Approve alone")
        message = gettext_lazy("Approved without a second person")

    @actions.register_action(TAKEN_DOWN)
    class TakenDownFormatter(ExceptionFormatter):
        label = gettext_lazy("Take down")
        message = gettext_lazy("Taken down")

    @actions.register_action(PUBLISHED_BY_RIGHT)
    class PublishedByRightFormatter(ExceptionFormatter):
        label = gettext_lazy("Publish without approval")

        def format_message(self, log_entry: BaseLogEntry) -> str:
            return {
                "scheduled": _("Scheduled without approval"),
                "reverted": _("An earlier version published without approval"),
            }.get(log_entry.data.get("how", ""), _("Published without approval"))


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[URLPattern]:
    results = ExceptionsReport.as_view(results_only=True)
    return [
        path("reports/exceptions/", ExceptionsReport.as_view(), name="chorsu_editorial_exceptions"),
        path("reports/exceptions/results/", results, name="chorsu_editorial_exceptions_results"),
    ]


@hooks.register("register_reports_menu_item")
def register_report() -> MenuItem:
    return MenuItemFor(
        gettext_lazy("Exceptions"),
        reverse("chorsu_editorial_exceptions"),
        shown_to=lambda user: page_permission_policy.user_has_any_permission(user, ["publish"]),
        name="exceptions",
        icon_name="user",
        order=850,
    )
