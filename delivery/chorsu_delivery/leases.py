"""Rows of work that several processes share: claimed with a lease, tried again after growing waits, never dropped."""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Self, TypeVar

from django.db import Error as DatabaseError
from django.db import connections, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chorsu_locales.limits import CLOCKS_DIFFER
from chorsu_locales.normal_form import LOST, permitted

logger = logging.getLogger("chorsu_delivery")

LEASE = timedelta(minutes=1)
RENEWAL_SECONDS = 15.0
FIRST_WAIT = timedelta(seconds=8)
LONGEST_WAIT = timedelta(hours=1)
WAITS = 9  # attempts after which it is the longest

Row = TypeVar("Row", bound="LeasedRow")


def wait_after(attempts: int) -> timedelta:
    """Return how long a row waits after its ``attempts``-th failure: 8 s, doubled each time, an hour at most."""
    doublings = min(max(attempts, 1) - 1, WAITS)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


def is_free(field: str, now: datetime | None = None) -> models.Q:
    """Return the condition that no live process holds the lease which ends at the time in ``field``."""
    now = now or timezone.now()
    ended = models.Q(**{f"{field}__isnull": True}) | models.Q(**{f"{field}__lte": now})
    # One that ends later than one that is taken now was written by a clock that ran ahead.
    return ended | models.Q(**{f"{field}__gt": now + CLOCKS_DIFFER + LEASE})


def has_waited(now: datetime | None = None) -> models.Q:
    """Return the condition that the wait of a ``RetriedRow`` is over."""
    now = now or timezone.now()
    ahead = now + CLOCKS_DIFFER
    # A wait that is longer than its row can have to wait was written by a clock that ran ahead.
    waited = models.Q(not_before__lte=now) | models.Q(not_before__gt=ahead + LONGEST_WAIT)
    for attempts in range(WAITS):
        waited |= models.Q(attempts=attempts, not_before__gt=ahead + wait_after(attempts))
    return waited


def after_failure(attempts: int, error: str) -> dict[str, Any]:
    """Return the columns of a ``RetriedRow`` after its ``attempts``-th failure; ``error`` is for people to read."""
    return {
        "attempts": attempts,
        "not_before": timezone.now() + wait_after(attempts),
        "last_error": permitted(error[:2000], LOST),
    }


class LeasedQuerySet(models.QuerySet[Row]):
    """Rows to work on; narrow it to what is open (``unsent()``) before claiming."""

    def due(self, now: datetime | None = None) -> Self:
        """Keep rows whose wait is over and that no live worker holds."""
        return self.filter(is_free("claimed_until", now), has_waited(now))

    def _all_rows(self) -> LeasedQuerySet[Row]:
        """Return all rows, whatever this queryset was narrowed to."""
        return LeasedQuerySet(self.model, using=self.db)

    def claim(self, *, limit: int) -> list[Row]:
        """Claim up to ``limit`` due rows, oldest first, and return them, each with ``attempts`` counted up.

        No two callers get the same row while the lease of a minute lasts; ``renewing`` prolongs it. A worker that dies
        leaves its rows to others when the lease ends. Where the database knows SKIP LOCKED, callers don't wait for one
        another; elsewhere (SQLite) the claim is one conditional UPDATE, which is safe in every transaction mode.
        """
        now = timezone.now()
        token = uuid.uuid4()
        due = self.due(now).order_by("pk")
        changes = {"claim_token": token, "claimed_until": now + LEASE, "attempts": models.F("attempts") + 1}
        if connections[self.db].features.has_select_for_update_skip_locked:
            with transaction.atomic(using=self.db):
                locked = due.select_for_update(skip_locked=True)
                keys = list(locked.values_list("pk", flat=True)[:limit])
                claimed = self._all_rows().filter(pk__in=keys).update(**changes) if keys else 0
        else:
            keys = list(due.values_list("pk", flat=True)[:limit])
            # The same conditions again: since the read, others may have claimed a row, or finished it.
            claimed = self.due(now).order_by().filter(pk__in=keys).update(**changes) if keys else 0
        if not claimed:
            return []
        return list(self._all_rows().filter(claim_token=token).order_by("pk"))

    @contextmanager
    def renewing(self, rows: Iterable[Row]) -> Iterator[None]:
        """Renew the claims of rows every 15 seconds while the block runs, so that it may last longer than the lease.

        For workers: what a request claims is done within a lease, or done again by others. The thread that renews ends
        with its process: what a killed worker held is free when ``LEASE`` is over.
        """
        # By the token: the last call may come after the block, when others have the rows.
        held = self._all_rows().filter(claim_token__in={row.claim_token for row in rows})
        ended = threading.Event()

        def renew() -> None:
            while not ended.wait(RENEWAL_SECONDS):
                try:
                    held.update(claimed_until=timezone.now() + LEASE)
                except DatabaseError:
                    logger.warning("A lease could not be renewed; it is tried again.", exc_info=True)
                finally:
                    connections.close_all()  # this thread's own

        try:
            threading.Thread(target=renew, name="lease", daemon=True).start()
            yield
        finally:
            # Not waited for: in a transaction of this thread, SQLite lets no renewal through before its end.
            ended.set()

    def release_failed(self, row: Row, error: str) -> bool:
        """Release a row after a failure; it waits longer than after the last one.

        Return False, and change nothing, where the lease has ended and another process has claimed the row.
        """
        held = self._all_rows().filter(pk=row.pk, claim_token=row.claim_token)
        return bool(held.update(claim_token=None, claimed_until=None, **after_failure(row.attempts, error)))


class RetriedRow(models.Model):
    """Work that is tried again after ``not_before``; ``attempts`` counts the failures."""

    not_before = models.DateTimeField(_("not before"), default=timezone.now, editable=False)
    attempts = models.PositiveIntegerField(_("attempts"), default=0, editable=False)
    last_error = models.TextField(_("last error"), blank=True, editable=False)

    class Meta:
        abstract = True


class LeasedRow(RetriedRow):
    """A row of work; the model sets ``objects`` to the manager of a ``LeasedQuerySet``.

    ``attempts`` counts claims, so that work that kills its worker is counted too.
    """

    claimed_until = models.DateTimeField(_("claimed until"), null=True, blank=True, editable=False)
    claim_token = models.UUIDField(null=True, blank=True, editable=False, db_index=True)

    class Meta:
        abstract = True
