"""The finish action of every workflow. Wagtail imports it while its models load: no model imports here."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from chorsu_editorial.refusals import NothingApproved


def publish_approved_revision(workflow_state: Any, user: Any = None) -> None:
    """Publish, or schedule, exactly the revision that the last task approved.

    Where the workflow has a four-eyes task only its own approval counts: one whose hash is that of the revision
    still. Raises ``NothingApproved`` where there is none, which ends the transaction: Wagtail finishes a workflow
    also when its tasks are deactivated or its text was never looked at.
    """
    approved = workflow_state.task_states.filter(status="approved").order_by("-finished_at", "-pk")
    for state in (found.specific for found in approved):
        publish = getattr(state, "publish_approved", None)
        if publish is not None:
            publish(user=user)
            return
    reviewed = any(getattr(task.specific, "asks_second_person", False) for task in workflow_state.workflow.tasks)
    first = approved.first()
    if reviewed or first is None:
        raise NothingApproved(_("Nobody approved this text, so it was not published."))
    first.revision.publish(user=user, skip_permission_checks=True)
