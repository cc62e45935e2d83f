"""Deletion of old reports, and of the keys and counters of networks."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from chorsu_feedback.conf import get_settings
from chorsu_feedback.models import LimitKey, ReportCount, TypoReport
from chorsu_locales.limits import Limits

# Of reports, by networks and about pages.
counts = Limits(ReportCount, keyed=str, longest=timedelta(days=1))


def forget_networks() -> None:
    """Delete the keys of other days, and the counts of windows that are over."""
    LimitKey.objects.exclude(day=timezone.now().date()).delete()
    counts.forget_ended()


def delete_old_reports() -> int:
    """Delete the reports that were closed, or held apart, more than ``KEEP_DAYS`` ago, and return how many.

    The key of yesterday goes too, under which networks were counted.
    """
    forget_networks()
    limit = timezone.now() - timedelta(days=get_settings().keep_days)
    old = TypoReport.objects.filter(Q(closed_at__lt=limit) | Q(held=True, last_reported_at__lt=limit))
    deleted: int = old.delete()[0]
    return deleted
