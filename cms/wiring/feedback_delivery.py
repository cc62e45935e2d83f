"""Joins feedback and delivery: reviewers hear of a reader's correction in what they review."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.dispatch import receiver
from wagtail.models import Page

from chorsu_editorial.links import editor_url
from chorsu_editorial.models import FourEyesTaskState
from chorsu_feedback.models import TypoReport
from chorsu_feedback.signals import report_applied
from cms.models import User
from cms.newsroom.mail import tell
from cms.wiring.editorial_delivery import reviewers, wants


@receiver(report_applied, dispatch_uid="chorsu_wiring.mended_in_review")
def mended_in_review(*, report: TypoReport, user: User, words: str, **_: Any) -> None:
    """Tell who may approve; where the correction itself began the review, they are told of that."""
    page = Page.objects.get(pk=report.page_id)
    state = page.current_workflow_task_state
    if not isinstance(state, FourEyesTaskState) or state.submitted.pk == page.latest_revision_id:
        return
    context = {
        "page": page.get_latest_revision_as_object(),
        "actor": user,
        "report": report,
        "words": words,
        "edit_url": f"{settings.WAGTAILADMIN_BASE_URL.rstrip('/')}{editor_url(page)}",
    }
    people = [person for person in reviewers(state) if person != user and wants(person, "mended")]
    tell(people, "mended", context, key=f"mended:{report.pk}:{page.latest_revision_id}")
