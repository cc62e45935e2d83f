"""Messages of the approval: what ``editorial`` reports goes out through ``delivery``.

Wagtail's own mail is switched off: it leaves inside the transaction, so it is sent although the action was rolled
back, and for a task with a state class of its own not at all. Wagtail's per-user switches of these mails are kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone
from wagtail.models import CommentReply, Page, PageLogEntry, TaskState, WorkflowState
from wagtail.signals import task_submitted, workflow_approved, workflow_rejected, workflow_submitted
from wagtail.users.models import UserProfile

from chorsu_editorial import signals
from chorsu_editorial.approvers import authors, possible_approvers
from chorsu_editorial.comments import GivenRemark, OpenComment
from chorsu_editorial.guest_links.links import GuestLink
from chorsu_editorial.links import editor_url, review_url
from chorsu_editorial.models import FourEyesTaskState
from cms.models import User
from cms.newsroom.messages import mail_chief_editors, mail_people
from cms.newsroom.roles import CHIEF_EDITOR, group_name
from cms.wiring.translation_delivery import writers_of

WAGTAILS_OWN = (
    (task_submitted, TaskState, "group_approval_task_submitted_email_notification"),
    (workflow_submitted, WorkflowState, "workflow_state_submitted_email_notification"),
    (workflow_rejected, WorkflowState, "workflow_state_rejected_email_notification"),
    (workflow_approved, WorkflowState, "workflow_state_approved_email_notification"),
)
# By template: the switch of Wagtail's in a person's account; a mail without one is always sent. Wagtail has none for a
# review that ended; it matters as much as one that was answered.
SWITCHES = {
    "submitted": "submitted_notifications",
    "mended": "submitted_notifications",
    "approved": "approved_notifications",
    "rejected": "rejected_notifications",
    "ended": "rejected_notifications",
    "hold_ended": "rejected_notifications",
    "held_published": "approved_notifications",
    "remark_answered": "updated_comments_notifications",
    "remarks_given": "updated_comments_notifications",
    "guest_remarked": "updated_comments_notifications",
}
for signal, sender, uid in WAGTAILS_OWN:
    signal.disconnect(sender=sender, dispatch_uid=uid)


@receiver(signals.submitted, dispatch_uid="chorsu_wiring.submitted")
def submitted(*, task_state: FourEyesTaskState, user: User | None, occasion: str, **facts: Any) -> None:
    """Tell those who may approve. When a waiting text was mended, they know of it already."""
    if occasion != "restarted":
        page, submitter = facts["page"], facts["submitter"]
        _send_mails(reviewers(task_state), "submitted", task_state, user, page=page, submitter=submitter)


@receiver(signals.approved, dispatch_uid="chorsu_wiring.approved")
def approved(*, task_state: FourEyesTaskState, approver: User, **facts: Any) -> None:
    _send_mails(authors(task_state), "approved", task_state, approver, **facts)


@receiver(signals.changes_requested, dispatch_uid="chorsu_wiring.changes_requested")
def changes_requested(*, task_state: FourEyesTaskState, reviewer: User, **facts: Any) -> None:
    _send_mails(authors(task_state), "rejected", task_state, reviewer, **facts)


@receiver(signals.remark_answered, dispatch_uid="chorsu_wiring.remark_answered")
def remark_answered(
    *, page: Page, user: User, reply: CommentReply | None, remark: OpenComment, people: list[User], **facts: Any
) -> None:
    context = {"page": page, "actor": user, "reply": reply, "remark": remark, "edit_url": _remark_url(page, remark)}
    told = [person for person in people if person != user and wants_mail(person, "remark_answered")]
    mail_people(told, "remark_answered", {**facts, **context}, key=_remark_key(remark, reply, "remark_answered"))


@receiver(signals.remarks_given, dispatch_uid="chorsu_wiring.remarks_given")
def remarks_given(*, page: Page, user: User, given: list[GivenRemark], **facts: Any) -> None:
    """Tell each person of all remarks that one save gives them; an answer that gives one has one mail."""
    for person in {person.pk: person for each in given for person in each.new_people if person != user}.values():
        own = [each for each in given if person in each.new_people]
        if wants_mail(person, "remarks_given"):
            first = own[0]
            context = {"page": page, "actor": user, "given": own, "edit_url": _remark_url(page, first.remark)}
            key = _remark_key(first.remark, first.reply, "remarks_given")
            mail_people([person], "remarks_given", {**facts, **context}, key=key)


@receiver(signals.guest_remarked, dispatch_uid="chorsu_wiring.guest_remarked")
def guest_remarked(*, page: Page, link: GuestLink, remark: OpenComment, people: list[User], **facts: Any) -> None:
    """Tell who gave the link, once a day: somebody who reads a long text writes some dozens."""
    context = {"page": page, "link": link, "remark": remark, "edit_url": _remark_url(page, remark)}
    told = [person for person in people if wants_mail(person, "guest_remarked")]
    mail_people(told, "guest_remarked", {**facts, **context}, key=f"guest_remarked:{link.pk}:{timezone.localdate()}")


def _remark_url(page: Page, remark: OpenComment) -> str:
    return f"{settings.WAGTAILADMIN_BASE_URL}{editor_url(page, remark.path, remark.pk)}"


def _remark_key(remark: OpenComment, reply: CommentReply | None, template: str) -> str:
    return f"remark_answered:{reply.pk}" if reply else f"{template}_alone:{remark.pk}"


@receiver(signals.review_ended, dispatch_uid="chorsu_wiring.review_ended")
def review_ended(*, task_state: FourEyesTaskState, user: User | None, **facts: Any) -> None:
    _send_mails(authors(task_state), "ended", task_state, user, **facts)


@receiver(signals.held_published, dispatch_uid="chorsu_wiring.held_published")
def held_published(*, task_state: FourEyesTaskState, user: User | None, **facts: Any) -> None:
    _send_mails(authors(task_state), "held_published", task_state, user, **facts)


@receiver(signals.hold_ended, dispatch_uid="chorsu_wiring.hold_ended")
def hold_ended(
    *, task_state: FourEyesTaskState, user: User | None, approver: User | None, released: bool, **facts: Any
) -> None:
    people = {person.pk: person for person in (*authors(task_state), *filter(None, [approver]))}
    _send_mails(people.values(), "hold_ended", task_state, user, released=released, **facts)


@receiver(signals.exception_made, dispatch_uid="chorsu_wiring.exception_made")
def exception_made(*, entry: PageLogEntry, page: Page, user: User, how: str, **facts: Any) -> None:
    """Tell all chief editors, also the one who did it: somebody else may sit in front of that screen."""
    site = settings.WAGTAILADMIN_BASE_URL
    context = {
        "what": lambda: entry.formatter.format_message(entry),
        "page": page,
        "actor": user,
        "report_url": f"{site}{reverse('chorsu_editorial_exceptions')}",
        "edit_url": f"{site}{editor_url(page)}",
        **facts,
    }
    key = f"exception:{entry.uuid}:{entry.pk}"
    mail_chief_editors("taken_down" if how == "unpublished" else "exception", context, key=key)
    if how == "unpublished":
        mail_people(writers_of(page).exclude(pk=user.pk), "taken_down", context, key=key)


def reviewers(task_state: FourEyesTaskState) -> list[User]:
    """Return the language's editors who may approve; where there are none chief editors, then administrators."""
    approvers = list(possible_approvers(task_state))
    chiefs = set(User.objects.filter(groups__name=group_name(CHIEF_EDITOR)).values_list("pk", flat=True))
    administrators = User.objects.filter(is_superuser=True, is_active=True).exclude(pk__in=authors(task_state))
    return [user for user in approvers if user.pk not in chiefs] or approvers or list(administrators)


def _send_mails(
    people: Iterable[User], template: str, task_state: FourEyesTaskState, actor: User | None, **facts: Any
) -> None:
    """Store a mail to each of these people but ``actor``, in the language that each reads the admin in."""
    site, compare_url = settings.WAGTAILADMIN_BASE_URL, facts.get("compare_url")
    context = {
        **facts,
        "actor": actor,
        # Who is asked to approve goes on from text to text.
        "edit_url": f"{site}{(review_url if template == 'submitted' else editor_url)(facts['page'])}",
        "compare_url": f"{site}{compare_url}" if compare_url else "",
        "time_zone": settings.TIME_ZONE,
    }
    told = [person for person in people if person != actor and wants_mail(person, template)]
    mail_people(told, template, context, key=f"{template}:{task_state.pk}")


def wants_mail(person: User, template: str) -> bool:
    """Return whether somebody may sign in and hasn't switched this mail off."""
    switch = SWITCHES.get(template)
    return person.is_active and not (switch and not getattr(UserProfile.get_for_user(person), switch))
