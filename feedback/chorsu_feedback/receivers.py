"""What follows from a publication, and from what happens to a report."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver
from wagtail.models import Page
from wagtail.signals import page_published

from chorsu_editorial import past_approval
from chorsu_feedback.models import TypoReport
from chorsu_feedback.services import close_changed
from chorsu_feedback.signals import call_hooks, report_applied, report_closed, report_received
from chorsu_feedback.versions import APPLIED

past_approval.MENDS.add(APPLIED)


@receiver(page_published, dispatch_uid="chorsu_feedback.page_went_live")
def page_went_live(sender: type, instance: Page, **_kwargs: Any) -> None:  # noqa: ARG001
    """Close the reports whose mistake is gone."""
    if instance.live:
        close_changed(instance)


@receiver(report_received, dispatch_uid="chorsu_feedback.received")
def received(*, report: TypoReport, merged: bool, **_kwargs: Any) -> None:
    """Call the functions of the hook."""
    call_hooks("report_received", report=report, merged=merged)


@receiver(report_applied, dispatch_uid="chorsu_feedback.applied")
def applied(*, report: TypoReport, user: Any, words: str, where: str, **_kwargs: Any) -> None:
    """Call the functions of the hook."""
    call_hooks("report_applied", report=report, user=user, words=words, where=where)


@receiver(report_closed, dispatch_uid="chorsu_feedback.closed")
def closed(*, report: TypoReport, user: Any, **_kwargs: Any) -> None:
    """Call the functions of the hook."""
    call_hooks("report_closed", report=report, user=user)
