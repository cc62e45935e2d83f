"""The desk in numbers: per language and month."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from statistics import median

from django.utils import timezone
from wagtail.models import Locale

from chorsu_translation.models import PublishedVersion

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Month:
    """What was published of translations in a month; ``days`` is the median from the source's text to the live one."""

    versions: int = 0
    words: int = 0
    days: float | None = None


def numbers_by_month() -> tuple[list[dt.date], list[tuple[Locale, list[Month]]]]:
    """Return the last twelve months, the present one first, and for each language its months in that order."""
    months = _months(timezone.localdate().replace(day=1))
    rows = PublishedVersion.objects.filter(source_id__isnull=False, published_at__date__gte=months[-1]).values_list(
        "locale", "published_at", "translated_words", "source_since"
    )
    words: dict[tuple[int, dt.date], list[int]] = defaultdict(list)
    days: dict[tuple[int, dt.date], list[float]] = defaultdict(list)
    for locale, published_at, count, since in rows.iterator(2_000):
        key = (locale, timezone.localdate(published_at).replace(day=1))
        words[key].append(count)
        # A version without new text of the source took no translator's time.
        if since and count:
            days[key].append(max((published_at - since).total_seconds(), 0) / 86_400)
    found = []
    for locale in Locale.objects.order_by("pk"):
        keys = [(locale.pk, month) for month in months]
        found.append((locale, [Month(len(words[key]), sum(words[key]), _median(days[key])) for key in keys]))
    return months, found


def _months(first: dt.date) -> list[dt.date]:
    found = [first]
    while len(found) < MONTHS:
        found.append((found[-1] - dt.timedelta(days=1)).replace(day=1))
    return found


def _median(values: list[float]) -> float | None:
    return round(median(values), 1) if values else None
