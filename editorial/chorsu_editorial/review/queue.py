"""What a reviewer decides next."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from wagtail.models import Page, TaskState

from chorsu_editorial.models import FourEyesTask, FourEyesTaskState
from chorsu_editorial.refusals import Refusal

# Whether somebody may approve a text takes some queries, so a long queue isn't searched to its end.
MOST_CANDIDATES = 30


def next_to_review(*, user: Any, after: Page) -> Page | None:
    """Return the text that waits longest for this person's approval, in the language of ``after`` before others."""
    tasks = FourEyesTask.objects.filter(active=True)
    if not user.is_superuser:
        tasks = tasks.filter(groups__in=user.groups.all())
    waiting = FourEyesTaskState.objects.filter(
        status=TaskState.STATUS_IN_PROGRESS,
        task__in=tasks.values("pk"),
        workflow_state__base_content_type=ContentType.objects.get_for_model(Page),
    ).exclude(workflow_state__object_id=str(after.pk))
    states = {state.workflow_state.object_id: state for state in waiting.select_related("workflow_state", "task")}
    pages = {str(page.pk): page for page in Page.objects.filter(pk__in=states).select_related("locale")}
    queue = sorted(
        (key for key in states if key in pages),
        key=lambda key: (pages[key].locale_id != after.locale_id, states[key].started_at, states[key].pk),
    )
    for key in queue[:MOST_CANDIDATES]:
        try:
            states[key].task.specific.check_reviewer(states[key], user)
        except Refusal:
            continue
        return pages[key]
    return None
