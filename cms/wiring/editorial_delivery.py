"""Messages of the approval: what ``editorial`` reports goes out through ``delivery``.

Wagtail's own mail is switched off: it leaves inside the transaction, so it is sent although the action was rolled
back, and for a task with a state class of its own not at all. Wagtail's per-user switches of these mails are kept.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.dispatch import receiver
from django.template.loader import render_to_string
from django.utils import timezone, translation
from wagtail.models import Page, TaskState, WorkflowState
from wagtail.signals import task_submitted, workflow_approved, workflow_rejected, workflow_submitted
from wagtail.users.models import UserProfile

from cms.models import User
from cms.newsroom.roles import CHIEF_EDITOR, group_name
from delivery.services import send
from editorial import signals
from editorial.links import editor_url
from editorial.models import FourEyesTaskState
from editorial.selectors import authors, possible_approvers

logger = logging.getLogger("chorsu.newsroom")

WAGTAILS_OWN = (
    (task_submitted, TaskState, "group_approval_task_submitted_email_notification"),
    (workflow_submitted, WorkflowState, "workflow_state_submitted_email_notification"),
    (workflow_rejected, WorkflowState, "workflow_state_rejected_email_notification"),
    (workflow_approved, WorkflowState, "workflow_state_approved_email_notification"),
)
for signal, sender, uid in WAGTAILS_OWN:
    signal.disconnect(sender=sender, dispatch_uid=uid)


@receiver(signals.submitted, dispatch_uid="chorsu_wiring.submitted")
def submitted(*, task_state: FourEyesTaskState, user: User | None, occasion: str, **facts: Any) -> None:
    """Tell those who may approve. When a waiting text was mended, they know of it already."""
    if occasion != "restarted":
        _tell(_desk(task_state), "submitted", task_state, user, submitter=facts["submitter"], page=facts["page"])


@receiver(signals.approved, dispatch_uid="chorsu_wiring.approved")
def approved(*, task_state: FourEyesTaskState, approver: User, **facts: Any) -> None:
    """Tell the authors what was approved and what the approver changed."""
    _tell(authors(task_state), "approved", task_state, approver, **facts)


@receiver(signals.changes_requested, dispatch_uid="chorsu_wiring.changes_requested")
def changes_requested(*, task_state: FourEyesTaskState, reviewer: User, **facts: Any) -> None:
    """Tell the authors what is wanted."""
    _tell(authors(task_state), "rejected", task_state, reviewer, **facts)


@receiver(signals.review_ended, dispatch_uid="chorsu_wiring.review_ended")
def review_ended(*, task_state: FourEyesTaskState, user: User | None, **facts: Any) -> None:
    """Tell the authors that their text is a draft again."""
    _tell(authors(task_state), "ended", task_state, user, **facts)


def _desk(task_state: FourEyesTaskState) -> list[User]:
    """Return the language's editors who may approve; the chief editors only where there is nobody else."""
    approvers = list(possible_approvers(task_state))
    chiefs = set(User.objects.filter(groups__name=group_name(CHIEF_EDITOR)).values_list("pk", flat=True))
    return [user for user in approvers if user.pk not in chiefs] or approvers


def _tell(
    people: Iterable[User],
    what: str,
    task_state: FourEyesTaskState,
    actor: User | None,
    *,
    page: Page,
    submitter: User | None,
    compare_url: str = "",
    **facts: Any,
) -> None:
    """Write to each of these people but the one who did it, in the language that each reads the admin in."""
    site = settings.WAGTAILADMIN_BASE_URL.rstrip("/")
    context = {
        **facts,
        "page": page,
        "actor": actor,
        "submitter": submitter,
        "edit_url": f"{site}{editor_url(page)}",
        "compare_url": f"{site}{compare_url}" if compare_url else "",
        "site_name": settings.WAGTAIL_SITE_NAME,
        "time_zone": settings.TIME_ZONE,
    }
    for person in people:
        profile = UserProfile.get_for_user(person)
        # Wagtail has no switch for a review that ended; it matters as much as one that was answered.
        wanted = getattr(profile, f"{'rejected' if what == 'ended' else what}_notifications")
        if person == actor or not person.is_active or not wanted:
            continue
        language = profile.get_preferred_language()
        with translation.override(language), timezone.override(timezone.get_default_timezone()):
            subject = render_to_string(f"newsroom/mail/{what}_subject.txt", {**context, "person": person})
            body = render_to_string(f"newsroom/mail/{what}.txt", {**context, "person": person})
        try:
            send(
                channel="mail",
                recipient=person.email,
                subject=subject,
                body=f"{body.strip()}\n",
                key=f"{what}:{task_state.pk}",
            )
        except ValueError:
            # A wrong address of one person must not undo the approval.
            logger.warning("%s has no mail address that works; mend it under Settings > Users.", person.username)
