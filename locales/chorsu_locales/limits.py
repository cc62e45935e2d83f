"""How often something may be tried. Counted exactly, also by several processes at once. docs/decisions/signing-in.md

The counts are rows of a model of the plug-in that asks: a subclass of ``AttemptCountBase``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

# Clocks of processes differ by less. A window that ends later was begun by a clock that ran ahead, and holds no more.
CLOCKS_DIFFER = timedelta(minutes=1)


class AttemptCountBase(models.Model):
    """How often something was tried in a window of time; ``key`` is a keyed hash of what, and by whom."""

    key = models.CharField(max_length=64, unique=True)
    count = models.PositiveIntegerField(default=0)
    ends_at = models.DateTimeField(db_index=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.key


@dataclass(frozen=True, slots=True)
class Counter:
    """``name`` may be tried ``most`` times ``within`` a window, which begins with the first attempt."""

    name: str
    most: int
    within: timedelta = timedelta(minutes=15)


class TooManyAttemptsError(Exception):
    """Nothing was counted, since a counter is full; ``wait`` says for how long."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(wait)
        self.wait = wait


class Limits:
    """Counters in the table of ``model``; ``keyed`` makes a key of a name that tells nobody what was counted."""

    def __init__(self, model: type[AttemptCountBase], *, keyed: Callable[[str], str], longest: timedelta) -> None:
        self._model: Any = model
        self._keyed = keyed
        self._longest = longest

    def check(self, *counters: Counter) -> None:
        """Raise ``TooManyAttemptsError`` where a counter is full.

        Whoever is refused writes nothing, so that a flood of attempts can't keep others from writing.
        """
        self._check(self._by_key(counters), timezone.now())

    def take(self, *counters: Counter) -> None:
        """Count one attempt in each counter; raise ``TooManyAttemptsError``, and count nothing, where one is full."""
        now = timezone.now()
        wanted = self._by_key(counters)
        self._check(wanted, now)
        with transaction.atomic():
            # In one order, or two of them could wait for each other.
            for key in sorted(wanted):
                self._count(key, wanted[key], now)

    def give_back(self, counters: Iterable[Counter]) -> None:
        """Uncount one attempt that turned out to be none."""
        self._rows(counters).filter(count__gt=0).update(count=F("count") - 1)

    def forget(self, counters: Iterable[Counter]) -> None:
        """Begin anew."""
        self._rows(counters).delete()

    def forget_ended(self) -> int:
        """Delete counters whose window is over and return how many."""
        now = timezone.now()
        rows = self._model.objects.exclude(ends_at__gt=now, ends_at__lte=now + self._longest + CLOCKS_DIFFER)
        deleted: int = rows.delete()[0]
        return deleted

    def _by_key(self, counters: Iterable[Counter]) -> dict[str, Counter]:
        return {self._keyed(counter.name): counter for counter in counters}

    def _rows(self, counters: Iterable[Counter]) -> Any:
        return self._model.objects.filter(key__in=self._by_key(counters))

    def _check(self, wanted: dict[str, Counter], now: datetime) -> None:
        for row in self._model.objects.filter(key__in=wanted):
            counter = wanted[row.key]
            if row.count >= counter.most and now < row.ends_at <= now + counter.within + CLOCKS_DIFFER:
                raise TooManyAttemptsError(row.ends_at - now)

    def _count(self, key: str, counter: Counter, now: datetime) -> None:
        ends_at = now + counter.within
        rows = self._model.objects.filter(key=key)
        _row, created = self._model.objects.get_or_create(key=key, defaults={"count": 1, "ends_at": ends_at})
        if created:
            return
        over = Q(ends_at__lte=now) | Q(ends_at__gt=ends_at + CLOCKS_DIFFER)
        if not rows.filter(over).update(count=1, ends_at=ends_at) and not rows.filter(count__lt=counter.most).update(
            count=F("count") + 1
        ):
            raise TooManyAttemptsError(counter.within)
