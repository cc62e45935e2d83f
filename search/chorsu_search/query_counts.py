"""What readers ask for, counted by day and language, without anything about who asked.

docs/decisions/query-counts.md
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, router, transaction
from django.db.models import F, Max, QuerySet, Sum
from django.utils import timezone

from chorsu_locales.limits import waiting_at_most
from chorsu_locales.normal_form import seen
from chorsu_search.models import QueryCount

logger = logging.getLogger("search")

SHOWN_AFTER = timedelta(days=3)
KEPT_FOR = timedelta(days=90)
LONGEST = 100  # characters; more is a paste, and may hold anything
MOST_A_DAY = 5_000  # different ones in a language; more is a robot's work
# Addresses of people, numbers of telephones, passports and cards, however they are grouped.
_PERSONAL = re.compile(r"@|\d(?:[\s().+-]?\d){5}")


def count_query(text: str, language: str, results: int) -> None:
    """Count a query and note how many results it had; where somebody else writes at that moment, do without."""
    text = text.lower()
    if not text or len(text) > LONGEST or _PERSONAL.search("".join(seen(text))):
        return
    using = router.db_for_write(QueryCount)
    day = timezone.localdate()
    rows = QueryCount.objects.using(using)
    try:
        with waiting_at_most(0), _transaction(using):
            same = rows.filter(day=day, language=language, text=text)
            if same.update(times=F("times") + 1, results=results):
                return
            if rows.filter(day=day, language=language).count() < MOST_A_DAY:
                new = QueryCount(day=day, language=language, text=text, times=1, results=results)
                rows.bulk_create([new], ignore_conflicts=True)
    except DatabaseError as error:
        logger.info("A query was not counted: %s", error)


@contextmanager
def _transaction(using: str) -> Iterator[None]:
    """Keep a failure from the transaction around; where there is none, let PostgreSQL not wait for the disk.

    On SQLite each statement is its own, since a transaction would wait for the writer before anything else.
    """
    connection = transaction.get_connection(using)
    alone = not connection.in_atomic_block
    if alone and connection.vendor != "postgresql":
        yield
        return
    with transaction.atomic(using=using):
        if alone:
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL synchronous_commit TO off")
        yield


def queries_for_editors() -> QuerySet[QueryCount, Any]:
    """Return the queries of the days that may be shown, the commonest first, as dictionaries.

    ``sum`` is how often, ``most`` the highest number of results, and ``last`` the last day.
    """
    rows = QueryCount.objects.filter(day__lte=timezone.localdate() - SHOWN_AFTER)
    found = rows.values("language", "text").annotate(sum=Sum("times"), most=Max("results"), last=Max("day"))
    return found.order_by("-sum", "text", "language")


def delete_old_counts() -> int:
    """Delete the counts of days that are long past; return how many rows."""
    old = QueryCount.objects.filter(day__lt=timezone.localdate() - KEPT_FOR)
    return old.delete()[0] if old.exists() else 0
