"""What one person publishes, by right or approved alone, or takes down: logged, with the reason that was written.

Wagtail's log tells of every publication in the transaction that makes it; ``record_publication`` enters those that a
person made in the admin without an approval, whatever way was taken, and ``record_end`` what a person took down. The
editor, the bulk action and the API ask for the reason of a publication first. Programs outside the admin publish what
they publish.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import chain
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError as InvalidPage
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.fields.json import KT
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
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
from wagtail.log_actions import LogActionRegistry, LogFormatter, get_active_log_context
from wagtail.models import BaseLogEntry, Page, PageLogEntry
from wagtail.permissions import page_permission_policy

from chorsu_editorial import answers, approval
from chorsu_editorial.approvers import needs_approval
from chorsu_editorial.lineage import publication, with_reason
from chorsu_editorial.refusals import AnswerMissing, Refusal
from chorsu_locales.menus import MenuItemFor
from chorsu_locales.normal_form import ReasonField, clean_reason, no_formula
from chorsu_locales.request_checks import whole_number

COUNTED_DAYS = 30


def record_publication(entry: PageLogEntry) -> None:
    """Enter the publication, or its scheduling, that Wagtail logged, unless it was approved."""
    ground = publication().ground
    hows = {"wagtail.publish": "published", "wagtail.publish.schedule": "scheduled"}
    if entry.action not in hows or ground is True or not (_by_person(entry) or ground is not None):
        return
    page = Page.objects.get(pk=entry.page_id)
    if page.alias_of_id or not needs_approval(page):
        return
    source = (entry.data or {}).get("revision", {}).get("id")
    is_reverted = entry.action == "wagtail.publish" and source and source != entry.revision_id
    how, reason = "reverted" if is_reverted else hows[entry.action], str(ground or "")
    approval.record_exception(page=page.specific, revision=entry.revision, user=entry.user, how=how, reason=reason)


def record_end(entry: PageLogEntry) -> None:
    """Enter that a person took a page down in the admin, as Wagtail logged it."""
    ground = publication().ground
    if entry.action != "wagtail.unpublish" or ground is True or not _by_person(entry):
        return
    page = Page.objects.get(pk=entry.page_id)
    if ground or needs_approval(page):
        reason = str(ground or "")
        approval.record_exception(page=page.specific, revision=None, user=entry.user, how="unpublished", reason=reason)


def _by_person(entry: PageLogEntry) -> bool:
    return entry.user_id is not None and get_active_log_context().user is not None


class ReasonFormatter(LogFormatter):
    def format_comment(self, log_entry: BaseLogEntry) -> str:
        return str(log_entry.data.get("reason", ""))


class ExceptionsReport(ReportView):
    """Lists what one person published or took down, and what readers were told; mends of typos are only counted."""

    page_title = gettext_lazy("Exceptions and corrections")
    header_icon = "user"
    index_url_name = "chorsu_editorial_exceptions"
    index_results_url_name = "chorsu_editorial_exceptions_results"
    permission_policy = page_permission_policy
    any_permission_required = ["publish"]
    export_headings = {
        "label": gettext_lazy("Page"),
        "user": gettext_lazy("Who"),
        "message": pgettext_lazy("what was done", "What"),
        "reason": gettext_lazy("Reason"),
        "words": gettext_lazy("Words"),
        "timestamp": gettext_lazy("When"),
    }
    list_export = list(export_headings)
    custom_field_preprocess = {name: {ReportView.FORMAT_CSV: no_formula} for name in ("label", "reason")}
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
        Column("what", label=pgettext_lazy("what was done", "What"), accessor=lambda entry: entry.message),
        Column("reason", label=gettext_lazy("Reason"), accessor=lambda entry: entry.comment or "–"),
        Column("words", label=gettext_lazy("Words"), accessor=lambda entry: entry.words or "–"),
        DateColumn("timestamp", label=gettext_lazy("When")),
    ]

    @property
    def header_buttons(self) -> list[HeaderButton]:
        since = timezone.now() - timedelta(days=COUNTED_DAYS)
        mends = PageLogEntry.objects.filter(action__in=approval.MENDS, timestamp__gte=since)
        count = mends.exclude(data__where__in=("draft", "review")).count()
        label = ngettext("%(count)d typo mended in 30 days", "%(count)d typos mended in 30 days", count)
        query = {"action": sorted(approval.MENDS), "timestamp_from": timezone.localdate(since)}
        url = f"{reverse('wagtailadmin_reports:site_history')}?{urlencode(query, doseq=True)}"
        return [HeaderButton(label=label % {"count": count}, url=url, icon_name="edit")] if approval.MENDS else []

    def get_filename(self) -> str:
        return "exceptions"

    def get_queryset(self) -> Any:
        exists = Exists(Page.objects.filter(pk=OuterRef("page_id")))
        entries = PageLogEntry.objects.filter(action__in={*approval.EXCEPTIONS, *approval.PUBLIC_ACTS})
        entries = entries.annotate(page_exists=exists, reason=KT("data__reason"), words=KT("data__words"))
        return entries.select_related("user").order_by("-timestamp", "-pk")


class PublishForm(forms.Form):
    include_descendants = forms.BooleanField(label=gettext_lazy("With the pages below them"), required=False)
    reason = ReasonField(
        label=gettext_lazy("Why do they go live without approval?"),
        help_text=gettext_lazy("It is logged, listed under Reports, and told to those who answer for it."),
        widget=forms.Textarea({"rows": 2}),
        required=False,
    )
    question = forms.CharField(widget=forms.HiddenInput, required=False)
    answer = forms.CharField(widget=forms.HiddenInput, required=False)

    def ask(self, refusal: AnswerMissing) -> None:
        data: Any = self.data
        data = data.copy()
        data["question"] = refusal.question
        self.data = data
        self.fields["answer"].widget = forms.Textarea({"rows": 2})
        self.fields["answer"].label = _("Your answer")
        self.add_error("answer", str(refusal))


class PublishWithReason(PublishBulkAction):
    """Wagtail's action; pages that need an approval are published for a written reason only."""

    form_class = PublishForm
    template_name = "chorsu_editorial/exceptions/confirm_bulk_publish.html"

    def form_valid(self, form: Any) -> Any:
        chosen, _others = self.get_actionable_objects()
        asked = form.cleaned_data
        with_all = asked["include_descendants"]
        below = (each for page in chosen if with_all for each in page.get_descendants().not_live())
        if not asked["reason"] and any(map(needs_approval, chain(chosen, below))):
            form.add_error("reason", _("Write why these pages go live without approval."))
            return self.form_invalid(form)
        try:
            with answers.given({f"{answers.PREFIX}{asked['question']}": asked["answer"]}):
                return super().form_valid(form)
        except AnswerMissing as refusal:
            form.ask(refusal)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        except InvalidPage as error:
            form.add_error(None, " ".join(error.messages))
        return self.form_invalid(form)

    def get_execution_context(self) -> dict[str, Any]:
        return {**super().get_execution_context(), "reason": self.cleaned_form.cleaned_data["reason"]}

    @classmethod
    def execute_action(cls, objects: Any, *, reason: str = "", **options: Any) -> Any:
        with with_reason(reason):
            return super().execute_action(objects, **options)


class ReasonSerializer(Serializer):
    reason = fields.CharField(required=False)
    answers = fields.DictField(child=fields.CharField(), required=False)


class PublishWithReasonAPIAction(PublishPageAPIAction):
    serializer = ReasonSerializer

    def execute(self, instance: Page, data: dict[str, Any]) -> Any:
        reason = clean_reason(data.get("reason", ""))
        if not reason and needs_approval(instance):
            raise ValidationError({"reason": [_("Write why these pages go live without approval.")]})
        said = {f"{answers.PREFIX}{name}": text for name, text in data.get("answers", {}).items()}
        try:
            with transaction.atomic(), with_reason(reason), answers.given(said):
                return super().execute(instance, data)
        except AnswerMissing as refusal:
            raise ValidationError({"answers": {refusal.question: [str(refusal)]}}) from refusal


class CopyAsDraftAPIAction(CopyPageAPIAction):
    """Wagtail's action of the API; where copies need an approval they are drafts."""

    def execute(self, instance: Page, data: dict[str, Any]) -> Any:
        key = data.get("destination_page_id")
        destination = Page.objects.filter(pk=key).first() if key else instance.get_parent()
        if destination is not None and needs_approval(destination):
            data = {**data, "keep_live": False}
        return super().execute(instance, data)


hooks.register("register_bulk_action", PublishWithReason, order=1)  # after Wagtail's own, which it replaces


@hooks.register("construct_admin_api")
def ask_in_api(router: Any) -> None:
    pages = router._endpoints["pages"]  # noqa: SLF001 - the hook is given nothing else to find it by
    pages.actions = {**pages.actions, "publish": PublishWithReasonAPIAction, "copy": CopyAsDraftAPIAction}


# Behind those that refuse to copy at all.
@hooks.register("before_copy_page", order=1)
def copy_as_draft(request: Any, page: Page) -> None:  # noqa: ARG001
    """Let a copy be a draft where pages need an approval, and an alias live only where this person may publish."""
    key = whole_number(request.POST.get("new_parent_page", ""))
    destination = Page.objects.filter(pk=key).first() if key else None
    if destination is None or not needs_approval(destination):
        return
    posted = request.POST
    posted._mutable = True  # noqa: SLF001 - the form of Wagtail 7.4 holds it already
    if posted.pop("publish_copies", None):
        messages.info(request, _("The copy is a draft: it goes live when it is approved."))
    if "alias" in posted and not destination.permissions_for_user(request.user).can_publish_subpage():
        del posted["alias"]
    posted._mutable = False  # noqa: SLF001


@hooks.register("register_permissions")
def offer_approve_alone() -> QuerySet[Permission]:
    return Permission.objects.filter(content_type__app_label="chorsu_editorial", codename="approve_alone")


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    @actions.register_action(approval.APPROVED_ALONE)
    class ApprovedAloneFormatter(ReasonFormatter):
        label = gettext_lazy("Approve alone")
        message = gettext_lazy("Approved without a second person")

    @actions.register_action(approval.TAKEN_DOWN)
    class TakenDownFormatter(ReasonFormatter):
        label = gettext_lazy("Take down")
        message = gettext_lazy("Taken down")

    @actions.register_action(approval.PUBLISHED_BY_RIGHT)
    class PublishedByRightFormatter(ReasonFormatter):
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
        ExceptionsReport.page_title,
        reverse("chorsu_editorial_exceptions"),
        shown_to=lambda user: page_permission_policy.user_has_any_permission(user, ["publish"]),
        name="exceptions",
        icon_name="user",
        order=850,
    )
