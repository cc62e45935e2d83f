"""Typo reports in numbers: how many a week, how many are right, how soon they are mended, and which words are wrong."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.db.models.functions import TruncWeek
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET
from wagtail.admin.auth import user_has_any_page_permission
from wagtail.models import Locale

from chorsu_feedback.inbox import breadcrumbs
from chorsu_feedback.mending import changed_words
from chorsu_feedback.models import TypoReport
from chorsu_feedback.reports import reports_for

WEEKS = 12
DAYS = 365
MOST_WORDS = 20
# A median of more is the same to the hour.
MOST_CLOSED = 5000
# What closed because other words were published had its mistake mended there.
MENDED = (TypoReport.Status.FIXED, TypoReport.Status.CHANGED)


def numbers_for(user: Any) -> dict[str, list[Any]]:
    """Return the numbers of the reports that readers sent in the last year about pages that the user may edit.

    ``languages``: each one's name, reports, the percentage of those decided that were right, and the median of the
    hours to the fix. ``weeks``: Mondays with a number for each language. ``words``: wrong, right, how often, language.
    """
    now = timezone.now()
    reports = reports_for(user).filter(by_editor=False, created_at__gte=now - timedelta(days=DAYS))
    reports = reports.exclude(status__in=[TypoReport.Status.SPAM, TypoReport.Status.DUPLICATE])
    counted: dict[int, Counter[str]] = defaultdict(Counter)
    for locale_id, status, number in reports.values_list("locale_id", "status").annotate(n=Count("pk")).order_by():
        counted[locale_id][status] += number
    locales = [locale for locale in Locale.objects.order_by("language_code") if locale.pk in counted]
    hours: dict[int, list[float]] = defaultdict(list)
    closed = reports.filter(status__in=MENDED, closed_at__isnull=False).order_by("-closed_at")
    for locale_id, created, ended in closed.values_list("locale_id", "created_at", "closed_at")[:MOST_CLOSED]:
        if ended:
            hours[locale_id].append((ended - created).total_seconds() / 3600)
    languages = []
    for locale in locales:
        of_language = counted[locale.pk]
        mended = sum(of_language[status] for status in MENDED)
        decided = mended + of_language[TypoReport.Status.NOT_A_MISTAKE]
        languages.append(
            {
                "name": locale.get_display_name(),
                "reports": of_language.total(),
                "accepted": round(100 * mended / decided) if decided else None,
                "hours": median(hours[locale.pk]) if hours[locale.pk] else None,
            }
        )
    return {"languages": languages, "weeks": _weeks(reports, locales, now), "words": _words(reports)}


def _weeks(reports: QuerySet[TypoReport], locales: list[Locale], now: datetime) -> list[tuple[date, list[int]]]:
    monday = timezone.localdate(now) - timedelta(days=timezone.localdate(now).weekday())
    mondays = [monday - timedelta(weeks=number) for number in range(WEEKS)]
    by_week = reports.annotate(week=TruncWeek("created_at")).values_list("week", "locale_id")
    counted = {
        (timezone.localdate(week), locale_id): number
        for week, locale_id, number in by_week.annotate(number=Count("pk")).order_by()
    }
    return [(day, [counted.get((day, locale.pk), 0) for locale in locales]) for day in mondays]


def _words(reports: QuerySet[TypoReport]) -> list[tuple[str, str, int, str]]:
    applied = reports.exclude(applied="").order_by("-closed_at")
    rows = applied.values_list("selected", "applied", "locale__language_code")[:MOST_CLOSED]
    counted: Counter[tuple[str, str, str]] = Counter()
    for old, new, language in rows:
        counted[(*changed_words(old, new), language)] += 1
    return [(old, new, number, language) for (old, new, language), number in counted.most_common(MOST_WORDS)]


@require_GET
def numbers(request: HttpRequest) -> HttpResponse:
    if not user_has_any_page_permission(request.user):
        raise PermissionDenied
    title = _("Typo reports in numbers")
    context = {**numbers_for(request.user), "header_title": title, "breadcrumbs_items": breadcrumbs(title)}
    for each in context["languages"]:
        each["time"] = _duration(each["hours"])
    return TemplateResponse(request, "chorsu_feedback/admin/numbers.html", context)


def _duration(hours: float | None) -> str:
    """Return a time in the unit that suits it; empty for none."""
    if hours is None:
        return ""
    if hours < 1:
        minutes = round(hours * 60)
        return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
    if hours < 48:
        return ngettext("%(count)d hour", "%(count)d hours", round(hours)) % {"count": round(hours)}
    days = round(hours / 24)
    return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
