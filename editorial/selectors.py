"""Who is concerned by a review."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet

from editorial import four_eyes
from editorial.models import FourEyesTaskState


def possible_approvers(task_state: FourEyesTaskState) -> QuerySet[Any]:
    """Return the active users of the approving groups who had no share in the submitted version."""
    task = task_state.task.specific
    involved = four_eyes.authors(task_state.submitted, submitter_id=task_state.submitted_by_id)
    users = get_user_model().objects.filter(is_active=True, groups__in=task.groups.all())
    return users.exclude(pk__in=involved).distinct().order_by("pk")


def authors(task_state: FourEyesTaskState) -> QuerySet[Any]:
    """Return the users who had a share in the submitted version, its submitter among them."""
    involved = four_eyes.authors(task_state.submitted, submitter_id=task_state.submitted_by_id)
    return get_user_model().objects.filter(pk__in=involved).order_by("pk")


def approved_alone() -> QuerySet[FourEyesTaskState]:
    """Return the approvals without a second person, newest first."""
    states: QuerySet[FourEyesTaskState] = FourEyesTaskState.objects.exclude(alone_reason="").filter(
        status=FourEyesTaskState.STATUS_APPROVED
    )
    return states.select_related("finished_by", "submitted_by", "workflow_state", "task").order_by("-finished_at")
