"""Who may approve a page in review: one rule for the act, the buttons, the queue and the mails.

The approver is of the task's groups, had no share in the version that was submitted, and has mended no more of it
since than ``approver_share`` allows. All is read from the task state, never from a page that came with a request.
docs/decisions/four-eyes.md
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from math import ceil
from operator import or_
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from wagtail.models import AbstractGroupApprovalTask, Task
from wagtail.utils.timestamps import render_timestamp

from chorsu_editorial.approver_share import Measure, share_of_changes
from chorsu_editorial.conf import get_settings
from chorsu_editorial.lineage import writers
from chorsu_editorial.refusals import NotAReviewer, OwnWork, Refusal, ShareExceeded


def approval_refusal(task_state: Any, user: Any, *, mended: bool = True) -> Refusal | None:
    """Return why this user may not approve the latest version of a page in review, or None where they may.

    Without ``mended`` only what was submitted counts: for a form whose text isn't saved yet.
    """
    task = task_state.task.specific
    if not is_reviewer(task=task, user=user):
        groups = ", ".join(task.groups.values_list("name", flat=True))
        return NotAReviewer(
            _("Only people of the approving groups can approve here (%(groups)s).") % {"groups": groups}
        )
    if task_state.submitted_by_id == user.pk:
        return OwnWork(_("You submitted this version yourself, so somebody else approves it."))
    if saved := writers(task_state.submitted).get(user.pk):
        text = _("You wrote part of this version (saved %(time)s), so somebody else approves it.")
        return OwnWork(text % {"time": render_timestamp(saved)})
    return _share_exceeded(task_state, user) if mended else None


def possible_approvers(task_state: Any) -> QuerySet[Any]:
    """Return the active users of the approving groups who had no share in the submitted version."""
    users = get_user_model().objects.filter(is_active=True, groups__in=task_state.task.specific.groups.all())
    return users.exclude(pk__in=_involved(task_state)).distinct().order_by("pk")


def authors(task_state: Any) -> QuerySet[Any]:
    """Return the users who had a share in the submitted version, its submitter among them."""
    return get_user_model().objects.filter(pk__in=_involved(task_state)).order_by("pk")


def approving_tasks(user: Any) -> QuerySet[Any]:
    """Return the tasks, Wagtail's own too, at which a user approves; a superuser is of every group."""
    tasks: QuerySet[Any] = Task.objects.all() if user.is_active else Task.objects.none()
    if user.is_superuser:
        return tasks
    kinds = [kind for kind in apps.get_models() if issubclass(kind, AbstractGroupApprovalTask)]
    mine: list[Any] = [QuerySet(kind).filter(groups__in=user.groups.values("pk")).values("pk") for kind in kinds]
    return tasks.filter(reduce(or_, (Q(pk__in=keys) for keys in mine), Q(pk__in=[])))


def is_reviewer(*, task: Task, user: Any) -> bool:
    """Return whether a user is of the task's approving groups."""
    if not user.is_active:
        return False
    return bool(user.is_superuser or task.groups.filter(pk__in=user.groups.values("pk")).exists())


def may_approve_alone(user: Any) -> bool:
    """Return whether a user holds the right of a one-person desk."""
    permission = get_settings().approve_alone_permission
    return bool(permission and user.is_active and user.has_perm(permission))


def may_send_back(*, task: Task, user: Any) -> bool:
    """Return whether a user decides at a task at all: of its groups, or alone."""
    return is_reviewer(task=task, user=user) or may_approve_alone(user)


def _involved(task_state: Any) -> set[Any]:
    return {task_state.submitted_by_id, *writers(task_state.submitted)} - {None}


def _share_exceeded(task_state: Any, user: Any) -> Refusal | None:
    latest = task_state.workflow_state.content_object.get_latest_revision()
    done = share_of_changes(user, submitted=task_state.submitted, latest=latest)
    allowed = get_settings().approver_share
    if done.within(allowed):
        return None
    what = ", ".join(_named(done, allowed))
    return ShareExceeded(
        _("Since it was submitted you changed %(what)s, so somebody else approves it.") % {"what": what}
    )


def _named(done: Measure, allowed: float) -> Iterator[str]:
    """Say what was changed beyond what is allowed."""
    if done.percent > allowed:
        share = min(999, ceil(done.percent)) if done.of else 100
        yield _("%(share)d %% of the words (up to %(allowed)d %%)") % {"share": share, "allowed": allowed}
    names = {
        "headline": _("the headline"),
        "number": _("a number or a date"),
        "name": _("a name or a word in capitals"),
        "quotation": _("a quotation"),
        "negation": _("a negation"),
        "sense": _("a word that turns the sense (such as “more” and “less”)"),
        "link": _("an address"),
        "order": _("the order of the text"),
    }
    yield from (text for fact, text in names.items() if fact in done.facts)
    yield from (f"“{name}”" for name in done.other)
