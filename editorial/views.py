"""The editor while a page is reviewed, and the report of approvals without a second person."""

from __future__ import annotations

import json
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn, UserColumn
from wagtail.admin.views.pages.edit import EditView
from wagtail.admin.views.pages.revisions import RevisionsRevertView
from wagtail.admin.views.reports import ReportView
from wagtail.models import Page, Revision
from wagtail.permissions import policy_registry

from editorial import selectors, services
from editorial.explain import explain_change, explain_end
from editorial.hashing import approval_hash
from editorial.models import FourEyesTask, FourEyesTaskState
from editorial.refusals import ChangedSince, NotInReview, Refusal
from editorial.shown import Shown, parse, shown


class ReviewMixin:
    """Wagtail's editor, where an action of the workflow takes what the screen shows, or is refused with a reason.

    Wagtail saves the form, then asks the task; so a refused approval has overwritten the text, and what was mended
    in the same form isn't what is published. Here both are one transaction, and a refused form is shown again as
    it was filled in.
    """

    request: HttpRequest
    page: Any
    form: Any

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Explain a refusal to submit, which Wagtail would answer with a general message."""
        self.refused: Refusal | None = None
        response: HttpResponse = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        if self.refused is not None:
            response.status_code = self.refused.status
        return response

    def submit_action(self) -> HttpResponse:
        """Save and submit in one transaction."""
        return self._explained(super().submit_action)  # type: ignore[misc]

    def restart_workflow_action(self) -> HttpResponse:
        """Save and start the workflow again in one transaction."""
        return self._explained(super().restart_workflow_action)  # type: ignore[misc]

    def perform_workflow_action(self) -> HttpResponse:
        """Do what the task is asked with exactly what this screen shows."""
        return self._explained(self._perform_on_screen)

    def workflow_action_is_valid(self) -> bool:
        """Leave the decision to the four-eyes task, which says why it refuses; without a task there is nothing to do.

        Wagtail would save the form instead, over whatever was written since, and say so as if all were well.
        """
        self.workflow_action = self.request.POST.get("workflow-action-name", "")
        return True

    def form_invalid(self, form: Any) -> HttpResponse:
        """Say who may approve, beside Wagtail's message that the page is locked."""
        if self.locked_for_user and self.request.POST.get("action-workflow-action"):  # type: ignore[attr-defined]
            state = self.page.current_workflow_task_state
            if isinstance(state, FourEyesTaskState):
                try:
                    state.task.specific.check_reviewer(state, self.request.user)
                except Refusal as refusal:
                    self._refuse(refusal)
        response: HttpResponse = super().form_invalid(form)  # type: ignore[misc]
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Keep saying which version this screen began with: a second press must not approve what it never showed."""
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        if self.refused is not None and "loaded_revision_created_at" in self.request.POST:
            context["loaded_revision_created_at"] = self.request.POST["loaded_revision_created_at"]
        return context

    def _explained(self, action: Any) -> HttpResponse:
        latest = self.page.latest_revision
        try:
            with transaction.atomic():
                response: HttpResponse = action()
        except Refusal as refusal:
            # The transaction took the new revision back; the page in memory still has it.
            self.page.latest_revision = latest
            self._refuse(refusal)
            self.has_unsaved_changes = True
            return self.render_to_response(self.get_context_data())  # type: ignore[attr-defined,no-any-return]
        return response

    def _refuse(self, refusal: Refusal) -> None:
        self.refused = refusal
        messages.error(self.request, str(refusal))

    def _perform_on_screen(self) -> HttpResponse:
        state = self.page.current_workflow_task_state
        task = self.page.current_workflow_task
        if not isinstance(task, FourEyesTask):
            raise NotInReview(explain_end(self.page))
        user: Any = self.request.user
        approving = self.workflow_action in {"approve", "approve_alone"}
        if self.workflow_action == "approve":
            task.check_reviewer(state, user)
        latest = Page.objects.select_for_update().get(pk=self.page.pk).get_latest_revision()
        self._check_screen(latest)

        self.page = self.form.save(commit=not self.page.live)
        self.subscription.save()  # type: ignore[attr-defined]
        fresh = self.has_content_changes or latest is None or not _same(latest, self.page)  # type: ignore[attr-defined]
        if fresh:
            latest = self.page.save_revision(user=user, log_action=True, previous_revision=self.previous_revision)  # type: ignore[attr-defined]
        task.on_action(state, user, self.workflow_action, **self._said(), shown=str(shown(self.page, latest)))
        if fresh and "comments" in self.form.formsets:
            comments = self.get_commenting_changes()  # type: ignore[attr-defined]
            self.log_commenting_changes(comments, latest)  # type: ignore[attr-defined]
            self.send_commenting_notifications(comments)  # type: ignore[attr-defined]
        self._confirm(approving, state, latest)
        answer: HttpResponse | None = self.run_hook("after_edit_page", self.request, self.page)  # type: ignore[attr-defined]
        if answer is None:
            answer = self.redirect_away()  # type: ignore[attr-defined]
        return answer

    def _check_screen(self, latest: Revision | None) -> None:
        """Raise ``ChangedSince`` unless all that was saved since this form was loaded is this person's own.

        Autosave may have saved the very words that this form holds, so that the latest revision isn't the loaded one.
        """
        if latest is None:
            return
        posted = self.request.POST
        me: Any = self.request.user
        saved_here = posted.get("overwrite_revision_id", "")
        if saved_here == str(latest.pk) and latest.user_id == me.pk:
            return
        token = parse(f"form {posted.get('loaded_revision_id', '')} {posted.get('loaded_revision_created_at', '')}")
        if saved_here.isdecimal() and (saved := self.page.revisions.filter(pk=saved_here).first()):
            token = Shown("form", saved.pk, saved.created_at)
        known = token.revision_id and token.saved_at and token.saved_at <= latest.created_at
        if known and self.page.revisions.filter(pk=token.revision_id).exists():
            newer = self.page.revisions.filter(created_at__gt=token.saved_at)
            if not newer.exclude(user=me).exists():
                return
        raise ChangedSince(explain_change(token, self.page, self.request.user))

    def _said(self) -> dict[str, str]:
        """Return what the dialogue of the action said, and nothing else that the request may carry.

        Without NUL and halves of surrogate pairs, which JSON can hold and PostgreSQL refuses.
        """
        try:
            extra = json.loads(self.request.POST.get("workflow-action-extra-data", "{}"))
        except ValueError:
            extra = {}
        if not isinstance(extra, dict):
            return {}
        said = {key: extra[key] for key in ("comment", "reason") if isinstance(extra.get(key), str)}
        return {key: text.replace("\0", "").encode("utf-8", "ignore").decode() for key, text in said.items()}

    def _confirm(self, approving: bool, state: FourEyesTaskState, latest: Revision) -> None:
        buttons = []
        if approving and approval_hash(state.submitted.as_object()) != approval_hash(self.page):
            url = services.compare_url(self.page, state.submitted, latest)
            buttons.append(messages.button(url, _("See your changes")))
        text = (
            _("You approved “%(title)s” as your screen showed it.")
            if approving
            else _("You sent “%(title)s” back to its authors.")
        )
        buttons.append(self.get_edit_message_button())  # type: ignore[attr-defined]
        messages.success(self.request, text % {"title": self.page.get_admin_display_title()}, buttons=buttons)


def _same(revision: Revision, page: Page) -> bool:
    return approval_hash(revision.as_object()) == approval_hash(page)


class ReviewEditView(ReviewMixin, EditView):
    """The editor of a page."""


class ReviewRevertView(ReviewMixin, RevisionsRevertView):
    """The editor of a page that shows an earlier version of it."""


class ApprovedAloneReport(ReportView):
    """Lists every approval without a second person, and why."""

    page_title = gettext_lazy("Approved alone")
    header_icon = "user"
    index_url_name = "chorsu_editorial_approved_alone"
    index_results_url_name = "chorsu_editorial_approved_alone_results"
    any_permission_required = ["publish"]
    export_headings = {
        "revision.object_str": gettext_lazy("Page"),
        "finished_by": gettext_lazy("Approved by"),
        "finished_at": gettext_lazy("Approved at"),
        "alone_reason": gettext_lazy("Reason"),
    }
    list_export = ["revision.object_str", "finished_by", "finished_at", "alone_reason"]
    columns = [
        TitleColumn(
            "page",
            label=gettext_lazy("Page"),
            accessor=lambda state: state.revision.object_str,
            get_url=lambda state: reverse("wagtailadmin_pages:edit", args=[state.workflow_state.object_id]),
        ),
        UserColumn("finished_by", label=gettext_lazy("Approved by")),
        DateColumn("finished_at", label=gettext_lazy("Approved at")),
        Column("alone_reason", label=gettext_lazy("Reason")),
    ]

    @property
    def permission_policy(self) -> Any:
        """Ask for rights on pages: states of tasks have none."""
        return policy_registry.get_by_type(Page)

    def get_filename(self) -> str:
        """Name the exported file."""
        return "approved-alone"

    def get_queryset(self) -> Any:
        """Return the approvals, newest first."""
        return selectors.approved_alone()
