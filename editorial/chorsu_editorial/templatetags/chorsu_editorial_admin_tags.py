"""Tags of the admin's dialogues."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse
from wagtail.models import TaskState

from chorsu_editorial.approval import may_hold
from chorsu_editorial.differences import changes
from chorsu_editorial.hashing import screen_token

register = template.Library()


@register.simple_tag
def version_to_approve(task_state: TaskState) -> dict[str, Any]:
    """Return what a dialogue says about the version that it approves, and the token of that version."""
    page = task_state.workflow_state.content_object
    revision = page.get_latest_revision()
    version = revision.as_object()
    live = page.live_revision
    return {
        "screen": str(screen_token(version, revision)),
        "page": version,
        "revision": revision,
        "may_hold": may_hold(task_state),
        "submitted_by": task_state.submitted_by,
        "mended": changes(task_state.submitted.as_object(), version),
        "preview_url": reverse("wagtailadmin_pages:workflow_preview", args=[page.pk, task_state.task_id]),
        "live_url": reverse("wagtailadmin_pages:revisions_compare", args=[page.pk, "live", revision.pk])
        if live
        else "",
    }
