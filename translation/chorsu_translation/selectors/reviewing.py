"""Who waits for whom: facts of pages in review, for many pages at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q
from wagtail.models import AbstractGroupApprovalTask, Page, Task, WorkflowState

from chorsu_editorial.approvers import may_approve_alone
from chorsu_editorial.models import FourEyesTask, HeldApproval


@dataclass(frozen=True, slots=True)
class Review:
    """The key of who submitted a page, and whether the person who looks may be asked to approve it."""

    submitted_by: Any
    may_review: bool


def reviews_of(pages: Iterable[int], user: Any) -> dict[int, Review]:
    """Return by page what is known of its review, in one query.

    Whoever changed much of the text may be refused an approval all the same; the review itself says so.
    """
    keys = [str(page) for page in pages]
    if not keys:
        return {}
    page_type = ContentType.objects.get_for_model(Page)
    mine = Task.objects.filter(_reviewed_by(user), pk=OuterRef("current_task_state__task"), active=True)
    rows = WorkflowState.objects.filter(
        base_content_type=page_type, object_id__in=keys, status=WorkflowState.STATUS_IN_PROGRESS
    ).annotate(is_mine=Exists(mine))
    facts = rows.values_list(
        "object_id", "requested_by", "current_task_state__foureyestaskstate__submitted_by", "is_mine"
    )
    alone = may_approve_alone(user)
    # Of Wagtail's own tasks, which remember no submitter, everybody of the group may approve.
    return {
        int(page): Review(submitter or requested_by, may_review=(is_mine and submitter != user.pk) or alone)
        for page, requested_by, submitter, is_mine in facts
    }


def is_held_for(user: Any) -> Exists:
    """Return for a query of pages whether what is held of each was approved at a task at which the person approves."""
    mine = FourEyesTask.objects.filter(groups__user=user.pk).values("pk")
    return Exists(HeldApproval.objects.filter(page=OuterRef("pk"), task_state__task__in=mine))


def _reviewed_by(user: Any) -> Q:
    if user.is_superuser:
        return Q()
    kinds = [model for model in apps.get_models() if issubclass(model, AbstractGroupApprovalTask)]
    return reduce(or_, [Q(**{f"{kind._meta.model_name}__groups__user": user.pk}) for kind in kinds], Q(pk__in=[]))
