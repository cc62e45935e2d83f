"""The four-eyes task, and what it remembers of a submission and its approval."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.models import AbstractGroupApprovalTask, Page, Revision, TaskState, WorkflowState

from chorsu_editorial import approval, signals, suggestions
from chorsu_editorial.approval import DIALOGUES, RequestChangesForm, ReviewLock
from chorsu_editorial.approvers import approval_refusal, may_approve_alone, may_send_back
from chorsu_editorial.conf import FINISH_ACTION
from chorsu_editorial.file_usage.files import FileUse
from chorsu_editorial.guest_links.links import GuestCount, GuestLink
from chorsu_editorial.lineage import RevisionLineage
from chorsu_editorial.refusals import NotInReview, Refusal

__all__ = ["FileUse", "FourEyesTask", "FourEyesTaskState", "GuestCount", "GuestLink", "RevisionLineage"]


class FourEyesTaskState(TaskState):
    """The state of a four-eyes task for one submission.

    ``submitted_by`` is who submitted this version (``requested_by`` of the workflow stays the first submitter for
    ever); ``submitted_revision`` is what was submitted, while ``revision`` follows the text as reviewers mend it.
    ``approved_hash`` is the hash of what the approver's screen showed. ``is_minor``: who submitted it calls it a minor
    edit, for which no translation has to be looked at again, and no approver has said otherwise.
    """

    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("submitted by"), null=True, related_name="+"
    )
    submitted_revision = models.ForeignKey(Revision, null=True, on_delete=models.SET_NULL, related_name="+")
    approved_hash = models.CharField(max_length=64, blank=True)
    alone_reason = models.TextField(_("reason to approve alone"), blank=True)
    is_minor = models.BooleanField(_("minor edit"), default=False, editable=False)

    class Meta:
        verbose_name = _("state of a four-eyes task")
        verbose_name_plural = _("states of four-eyes tasks")

    @property
    def submitted(self) -> Revision:
        return self.submitted_revision or self.revision

    def publish_approved(self, *, user: Any = None) -> None:
        """Publish exactly the revision that was approved, unless it is held; called by the finish action."""
        if not HeldApproval.objects.filter(task_state=self).exists():
            approval.publish_approved(task_state=self, user=user)

    def hold(self, *, page: Page, user: Any) -> None:
        """Let the approval that is being given wait for ``chorsu_editorial.held_approvals``."""
        HeldApproval.objects.update_or_create(
            page_id=page.pk, defaults={"task_state": self, "held_by": user, "held_at": timezone.now()}
        )


class FourEyesTask(AbstractGroupApprovalTask):
    """Approval of a page by somebody of the groups who had no share in the version: docs/decisions/four-eyes.md."""

    task_state_class = FourEyesTaskState
    # For modules that Wagtail imports while its models load.
    asks_second_person = True
    lock_class = ReviewLock

    class Meta(AbstractGroupApprovalTask.Meta):
        abstract = False
        verbose_name = _("approval by a second person")
        verbose_name_plural = _("approvals by a second person")
        permissions = [("approve_alone", _("Can approve a page alone, with a written reason"))]

    @classmethod
    def get_description(cls) -> str:
        return gettext("Somebody of the chosen groups approves who neither wrote nor submitted the version")

    @transaction.atomic
    def start(self, workflow_state: WorkflowState, user: Any = None) -> FourEyesTaskState:
        action = getattr(settings, "WAGTAIL_FINISH_WORKFLOW_ACTION", "")
        if action != FINISH_ACTION:
            raise ImproperlyConfigured(
                f"A four-eyes task needs WAGTAIL_FINISH_WORKFLOW_ACTION = {FINISH_ACTION!r}; it is {action!r}, "
                "which publishes whatever the latest version is."
            )
        former = workflow_state.task_states.order_by("-started_at", "-pk").first()
        state: FourEyesTaskState = super().start(workflow_state, user=user)
        occasions = {
            TaskState.STATUS_APPROVED: "next_task",
            TaskState.STATUS_SKIPPED: "next_task",
            TaskState.STATUS_REJECTED: "resubmitted",
        }
        occasion = occasions.get(former.status, "restarted") if former else "submitted"
        kept = former.specific if former and occasion in {"next_task", "restarted"} else None
        if isinstance(kept, FourEyesTaskState):
            state.submitted_by, state.submitted_revision = kept.submitted_by, kept.submitted
            state.is_minor = kept.is_minor
        elif kept is not None:
            state.submitted_by, state.submitted_revision = workflow_state.requested_by, kept.revision
        else:
            state.submitted_by, state.submitted_revision = user or workflow_state.requested_by, state.revision
        state.save()
        signals.submitted.send(
            sender=type(self),
            task_state=state,
            page=state.revision.as_object(),
            submitter=state.submitted_by,
            user=user,
            occasion=occasion,
        )
        return state

    @transaction.atomic
    def on_action(self, task_state: Any, user: Any, action_name: str, **kwargs: Any) -> None:
        """Approve or send back, if this user may; raises a ``Refusal``. Wagtail passes on all of a request."""
        if not isinstance(task_state, FourEyesTaskState) or task_state.task_id != self.pk:
            raise NotInReview(gettext("This text is not waiting for approval at this step any more."))
        comment = str(kwargs.get("comment") or "")
        if action_name == "reject":
            approval.request_changes(task=self, task_state=task_state, user=user, comment=comment)
        elif action_name == "suggest":
            suggestions.send_back(task=self, task_state=task_state, user=user)
        elif action_name in approval.APPROVALS:
            approval.approve(
                task=self,
                task_state=task_state,
                user=user,
                screen=kwargs.get("screen") or "",
                comment=comment,
                alone=action_name == "approve_alone",
                hold=action_name == "approve_and_hold" or bool(kwargs.get("hold")),
                reason=str(kwargs.get("reason") or ""),
            )
        else:
            raise Refusal(gettext("There is no such action."))

    # What follows only decides what is offered, also to the one-person desk; ``on_action`` decides what is done.

    def user_can_access_editor(self, obj: Page, user: Any) -> bool:
        return super().user_can_access_editor(obj, user) or may_approve_alone(user)

    def locked_for_user(self, obj: Page, user: Any) -> bool:
        return super().locked_for_user(obj, user) and not may_approve_alone(user)

    def get_actions(self, obj: Page, user: Any) -> list[tuple[str, Any, bool]]:
        if not self.active or not may_send_back(task=self, user=user):
            return []
        actions: list[tuple[str, Any, bool]] = [("reject", _("Request changes"), True)]
        state = obj.current_workflow_task_state
        if isinstance(state, FourEyesTaskState) and state.task_id == self.pk:
            if approval_refusal(state, user) is None:
                actions.append(("approve", _("Approve"), True))
                if approval.may_hold(state):
                    actions.append(("approve_and_hold", _("Approve and hold"), True))
            elif may_approve_alone(user):
                actions.append(("approve_alone", _("Approve alone"), True))
        return actions

    def get_form_for_action(self, action: str) -> type:
        return DIALOGUES.get(action, RequestChangesForm)

    def get_template_for_action(self, action: str) -> str:
        return "chorsu_editorial/answers/action_dialogue.html" if action in approval.APPROVALS else ""


class HeldApproval(models.Model):
    """An approved version that waits to be published together with others; editing its page deletes it."""

    page = models.OneToOneField(Page, on_delete=models.CASCADE, related_name="held_approval")
    task_state = models.OneToOneField(FourEyesTaskState, on_delete=models.CASCADE, related_name="+")
    held_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    held_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("approval that is held")
        verbose_name_plural = _("approvals that are held")

    def __str__(self) -> str:
        return f"{self.page_id}"


class ReviewLook(models.Model):
    """The version of a page that a reviewer looked at last, for showing what changed since."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="+")
    looked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("last look of a reviewer")
        verbose_name_plural = _("last looks of reviewers")
        constraints = [models.UniqueConstraint(fields=("page", "user"), name="chorsu_editorial_one_look")]

    def __str__(self) -> str:
        return f"{self.page_id}: {self.user_id}"
