"""Approving and sending back, its dialogues, and what is said where it is refused.

Permission, change, log entry and signal are one transaction. Everything is decided from ``task_state``: Wagtail's views
pass a page beside it without checking that they belong together.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.utils import get_user_display_name
from wagtail.forms import TaskStateCommentForm
from wagtail.locks import WorkflowLock
from wagtail.log_actions import log
from wagtail.models import Page, PageLogEntry, Revision, Task, TaskState, WorkflowState
from wagtail.utils.timestamps import render_timestamp

from chorsu_editorial import comments, signals
from chorsu_editorial.approvers import approval_refusal, may_approve_alone, may_send_back, measure
from chorsu_editorial.differences import changes
from chorsu_editorial.hashing import ScreenToken, approval_hash, parse_token, shown_facts
from chorsu_editorial.lineage import PUBLISHING_ACTIONS, by_approval, parent_of, revisions_beside
from chorsu_editorial.links import compare_url
from chorsu_editorial.lock_order import key_of_page, lock_pages
from chorsu_editorial.reading import without_texts
from chorsu_editorial.refusals import ChangedSince, NotAReviewer, NothingApproved, NotInReview, ReasonMissing, Refusal
from chorsu_locales.normal_form import ReasonField, clean_reason

MENDED = "chorsu_editorial.mended"
HELD = "chorsu_editorial.held"
APPROVED_ALONE = "chorsu_editorial.approved_alone"
PUBLISHED_BY_RIGHT = "chorsu_editorial.published_by_right"
TAKEN_DOWN = "chorsu_editorial.taken_down"
EXCEPTIONS = (APPROVED_ALONE, PUBLISHED_BY_RIGHT, TAKEN_DOWN)
# Actions of other plug-ins by which readers were told something, or see it no more; their data have a ``reason``.
PUBLIC_ACTS: set[str] = set()
# Actions of other plug-ins that put a few letters live without a second person: the report of exceptions counts them.
MENDS: set[str] = set()
APPROVALS = frozenset({"approve", "approve_alone", "approve_and_hold"})


def goes_live_at(page: Page) -> datetime | None:
    """Return when a version goes live, where that is still to come."""
    return page.go_live_at if page.go_live_at and page.go_live_at > timezone.now() else None


def may_hold(task_state: TaskState) -> bool:
    """Return whether an approval can wait for other languages: the site has some, and no other step follows."""
    return bool(getattr(settings, "WAGTAIL_I18N_ENABLED", False) and task_state.workflow_state.is_at_final_task)


@transaction.atomic
def approve(
    *,
    task: Task,
    task_state: TaskState,
    user: Any,
    screen: str | ScreenToken,
    comment: str = "",
    alone: bool = False,
    reason: str = "",
    hold: bool = False,
) -> TaskState:
    """Approve the latest version of the page that is in review, if it is what the screen showed.

    ``screen`` is ``screen_token(page, revision)`` or its text. ``alone`` is for the right of a one-person desk, whoever
    wrote the text; ``reason`` is then needed. With ``hold`` the last step publishes nothing: see ``held_approvals``.
    Returns the task state as approved. Raises a ``Refusal``.
    """
    state, page = in_review(task, task_state)
    revision = Revision.objects.select_for_update().get(pk=page.latest_revision_id)
    reason = clean_reason(reason)
    if not alone:
        if refusal := approval_refusal(state, user):
            raise refusal
    elif not may_approve_alone(user):
        raise NotAReviewer(_("You don't have the right to approve alone."))
    elif not reason:
        raise ReasonMissing(_("Write why nobody else could look at this text."))

    version = revision.as_object()
    token = screen if isinstance(screen, ScreenToken) else parse_token(screen)
    if token.digest != approval_hash(version, shown_facts(version, lock=True)):
        raise ChangedSince(_changed_since(token, revision, version, user))
    _demand_finished(version)

    mended = changes(state.submitted.as_object(), version)
    state.revision = revision
    state.approved_hash = token.digest
    state.alone_reason = reason if alone else ""
    if mended:
        data = {"changes": [change.label for change in mended], "from": state.submitted.pk, "to": revision.pk}
        log(instance=version, action=MENDED, user=user, revision=revision, data=data)
    if alone:
        record_exception(page=version, revision=revision, user=user, how="alone", reason=reason)
    if hold:
        state.hold(page=page, user=user)
        log(instance=version, action=HELD, user=user, revision=revision)
    state.approve(user=user, comment=comment)
    finished = WorkflowState.objects.get(pk=state.workflow_state_id).status == WorkflowState.STATUS_APPROVED
    if hold and not finished:
        raise Refusal(_("Another step of the approval follows; the last one holds a text or publishes it."))
    signals.approved.send(
        sender=type(task),
        task_state=state,
        page=version,
        approver=user,
        submitter=state.submitted_by,
        comment=comment,
        alone_reason=state.alone_reason,
        changes=mended,
        compare_url=compare_url(page.pk, state.submitted.pk, revision.pk) if mended else "",
        finished=finished,
        held=hold,
        go_live_at=goes_live_at(version),
    )
    return state


@transaction.atomic
def request_changes(*, task: Task, task_state: TaskState, user: Any, comment: str = "") -> TaskState:
    """Send the page back to its authors with a comment, or with remarks that are open beside its text.

    Returns the task state. Raises a ``Refusal``.
    """
    state, page = in_review(task, task_state)
    if not may_send_back(task=task, user=user):
        raise NotAReviewer(_("Only people of the approving groups can send this text back."))
    comment = clean_reason(comment)
    remarks = comments.open_comments(page)
    if not comment and not remarks:
        raise ReasonMissing(_("Write what should be changed."))
    state.reject(user=user, comment=comment)
    signals.changes_requested.send(
        sender=type(task),
        task_state=state,
        page=page.get_latest_revision_as_object(),
        reviewer=user,
        submitter=state.submitted_by,
        comment=comment,
        remarks=remarks,
    )
    return state


def publish_approved(*, task_state: TaskState, user: Any) -> None:
    """Publish, or schedule, what was approved; approvers need no right of Wagtail's to. Raises ``NothingApproved``."""
    revision = Revision.objects.select_for_update().get(pk=task_state.revision_id)
    is_approved = task_state.status == TaskState.STATUS_APPROVED and task_state.approved_hash
    if not is_approved or task_state.approved_hash != approval_hash(revision.as_object()):
        raise NothingApproved(_("Nobody approved this text, so it was not published."))
    with by_approval():
        revision.publish(user=user, skip_permission_checks=True)


def record_exception(*, page: Page, revision: Revision | None, user: Any, how: str, reason: str) -> None:
    """Log what goes past a second person, with the words that nobody else read; tell receivers: ``exception_made``."""
    words = 0
    if revision is not None:
        logged = PageLogEntry.objects.filter(page_id=int(revision.object_id), action__in=PUBLISHING_ACTIONS)
        others = logged.filter(revision__isnull=False).exclude(revision=revision)
        former = others.order_by("-timestamp", "-pk").first()
        before = former.revision.as_object() if former else without_texts(revision.as_object())
        words = measure(before, revision.as_object()).words
    entry = log(
        instance=page,
        action={"alone": APPROVED_ALONE, "unpublished": TAKEN_DOWN}.get(how, PUBLISHED_BY_RIGHT),
        user=user,
        revision=revision,
        data={"how": how, "reason": reason, "words": words},
    )
    signals.exception_made.send(
        sender=PageLogEntry, entry=entry, page=page, user=user, how=how, reason=reason, words=words
    )


@transaction.atomic
def end_reviews(*, task: Task, user: Any) -> None:
    """End every review at this task without publishing anything: the pages are drafts again."""
    waiting = TaskState.objects.filter(task=task, status=TaskState.STATUS_IN_PROGRESS)
    lock_pages([key_of_page(state) for state in waiting.select_related("workflow_state__base_content_type")])
    for found in waiting.all():
        if found.workflow_state.is_active:
            end_review(found.workflow_state, user=user)


def end_review(workflow_state: WorkflowState, *, user: Any, **facts: Any) -> None:
    """End the review of a page that the caller has locked; ``facts`` go with ``review_ended``, as ``reason``."""
    state = workflow_state.current_task_state.specific
    workflow_state.cancel(user=user)
    if hasattr(state, "submitted_by"):  # a four-eyes task's
        page, task = workflow_state.content_object.get_latest_revision_as_object(), state.task.specific
        signals.review_ended.send(
            sender=type(task), task_state=state, page=page, submitter=state.submitted_by, user=user, **facts
        )


def follow_review(revision: Revision) -> None:
    """Let a task in progress point at the latest revision, so that Wagtail's preview shows what would be approved."""
    TaskState.objects.filter(
        foureyestaskstate__isnull=False,
        status=TaskState.STATUS_IN_PROGRESS,
        workflow_state__base_content_type_id=revision.base_content_type_id,
        workflow_state__object_id=revision.object_id,
    ).update(revision=revision)


def _demand_finished(version: Page) -> None:
    """Raise a ``Refusal`` where readers couldn't be shown a version: drafts are saved whatever they lack."""
    try:
        version.full_clean()
    except ValidationError as error:
        raise Refusal(" ".join(error.messages)) from error


def in_review(task: Task, task_state: TaskState) -> tuple[TaskState, Page]:
    """Lock the page and return it with the fresh task state. Raises ``NotInReview``."""
    workflow_state = WorkflowState.objects.get(pk=task_state.workflow_state_id)
    page = next(iter(lock_pages([key_of_page(workflow_state)]).values()), None)
    # Read again under the lock: another approver may have been quicker.
    workflow_state.refresh_from_db()
    state = TaskState.objects.get(pk=task_state.pk).specific
    current = (
        workflow_state.status == WorkflowState.STATUS_IN_PROGRESS
        and workflow_state.current_task_state_id == state.pk
        and state.status == TaskState.STATUS_IN_PROGRESS
        and state.task_id == task.pk
        and state.revision.object_id == workflow_state.object_id
        and task.active
    )
    if page is None or not current:
        raise NotInReview(_("This text is not waiting for approval at this step any more."))
    return state, page


def explain_change(token: ScreenToken, page: Page, user: Any = None) -> str:
    """Return who changed a page since a screen showed it, and what; an empty string where nothing changed."""
    revision = Revision.objects.filter(pk=page.latest_revision_id).first()
    if revision is None:
        return ""
    version = revision.as_object()
    return "" if token.digest == approval_hash(version) else _changed_since(token, revision, version, user)


def explain_end(page: Page) -> str:
    """Return why a page waits for no approval any more: who decided or took it back, and when."""
    state = TaskState.objects.filter(workflow_state__in=page.workflow_states).order_by("-pk").first()
    who = get_user_display_name(state.finished_by) if state and state.finished_by else ""
    texts = {
        TaskState.STATUS_APPROVED: _("%(who)s approved this text (%(time)s)."),
        TaskState.STATUS_REJECTED: _("%(who)s sent this text back to its authors (%(time)s)."),
        TaskState.STATUS_CANCELLED: _("%(who)s took this text back from approval (%(time)s)."),
    }
    if state is None or not who or state.status not in texts:
        ended = _("This text is not waiting for approval any more.")
    else:
        ended = texts[state.status] % {"who": who, "time": render_timestamp(state.finished_at)}
    return f"{ended} {_('Nothing was done here; open the text again to see how it is now.')}"


def approval_outcome(page: Page) -> str:
    """Return a sentence on what became of a version that was approved just now; empty where it stays a draft."""
    now = Page.objects.get(pk=page.pk)
    if hasattr(now, "held_approval"):
        return _("It is held for the other languages.")
    if now.workflow_in_progress:
        return _("It waits for the next approval.")
    scheduled = now.revisions.filter(approved_go_live_at__isnull=False).order_by("-pk").first()
    if scheduled is not None:
        return _("Readers see it from %(time)s on.") % {"time": render_timestamp(scheduled.approved_go_live_at)}
    return _("Readers see it now.") if now.live and not now.has_unpublished_changes else ""


def _changed_since(token: ScreenToken, revision: Revision, version: Page, user: Any) -> str:
    if not token.digest or token.revision_id is None or token.saved_at is None:
        return unknown_screen()
    if token.saved_at == revision.created_at and (changed := explain_shown_facts(token.shown_facts, version)):
        return changed
    newer = revisions_beside(revision).defer("content").filter(created_at__gt=token.saved_at)
    people = {found.user_id: found.user for found in newer.select_related("user")}
    others = [get_user_display_name(person) for key, person in people.items() if person and key != (user and user.pk)]
    shown = revisions_beside(revision).filter(pk=token.revision_id).first()
    if shown is not None and shown.created_at != token.saved_at:
        shown = parent_of(shown)  # autosave has rewritten it since
    what = [change.label for change in changes(shown.as_object(), version)] if shown else []
    if not others:
        message = _("This text was saved in another window after you opened it. Changed: %(what)s. Open it again.")
    else:
        message = _("%(who)s changed this text after you opened it. Changed: %(what)s. Open it again to see it.")
    return message % {"who": ", ".join(sorted(others)), "what": "; ".join(what) or _("the text")}


def unknown_screen() -> str:
    return _("Open the text before you approve it: it isn't known what your screen showed.")


def explain_shown_facts(seen: str, version: Page) -> str:
    """Return which pictures, documents and names show something else than when a screen was loaded, or nothing."""
    digests = dict(part.partition("=")[::2] for part in seen.split(","))
    changed = [fact.label for key, fact in shown_facts(version).items() if digests.get(key, fact.digest) != fact.digest]
    if not changed:
        return ""
    return _("Changed after you opened this text: %(what)s. Open it again to see it.") % {"what": "; ".join(changed)}


class RequestChangesForm(TaskStateCommentForm):
    comment = ReasonField(label=gettext_lazy("What should be changed?"), widget=forms.Textarea({"rows": 4}))


class ApproveForm(TaskStateCommentForm):
    """Approve a page; the dialogue showed the version with the token ``screen``, and asked about open ``remarks``."""

    comment = forms.CharField(
        label=gettext_lazy("Comment to the authors"), required=False, widget=forms.Textarea({"rows": 2})
    )
    screen = forms.CharField(required=False, widget=forms.HiddenInput)
    remarks = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_screen(self) -> str:
        token = str(self.cleaned_data["screen"])
        seen = parse_token(token)
        revision = Revision.objects.filter(pk=seen.revision_id).first() if seen.revision_id else None
        if revision is not None and (explanation := explain_change(seen, revision.base_content_object)):
            raise forms.ValidationError(explanation)
        return token


class ApproveOrHoldForm(ApproveForm):
    hold = forms.BooleanField(
        label=gettext_lazy("Hold for the other languages"),
        help_text=gettext_lazy("Nothing goes live now: it is published together with them, under Reports → Held."),
        required=False,
    )


class ApproveAloneForm(ApproveOrHoldForm):
    reason = ReasonField(
        label=gettext_lazy("Why could nobody else look at this text?"),
        help_text=gettext_lazy("It is logged, and listed under Reports."),
        widget=forms.Textarea({"rows": 2}),
    )
    field_order = ("reason", "comment", "hold", "screen")


DIALOGUES = {"approve": ApproveOrHoldForm, "approve_and_hold": ApproveForm, "approve_alone": ApproveAloneForm}


class ReviewLock(WorkflowLock):
    def get_message(self, user: Any) -> str | None:
        if not self.for_user(user):
            return None
        state = self.object.current_workflow_task_state.specific
        who = get_user_display_name(state.submitted_by) if state.submitted_by else "–"
        sentences = [
            _("Submitted for approval by %(who)s (%(time)s).")
            % {"who": who, "time": render_timestamp(state.started_at)},
            _("Until it is approved or sent back only its reviewers can change it: %(groups)s.")
            % {"groups": ", ".join(map(str, self.task.groups.all()))},
        ]
        if self.object.current_workflow_state.user_can_cancel(user):
            sentences.append(_("To go on writing, withdraw it from approval."))
        return " ".join(sentences)
