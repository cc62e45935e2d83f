"""How often something may be tried. Counted exactly, also by several processes at once. docs/decisions/signing-in.md"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from cms.models import AttemptCount

LONGEST = timedelta(minutes=15)
# Clocks of processes differ by less. A window that ends later was begun by a clock that ran ahead, and holds no more.
CLOCKS_DIFFER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Counter:
    """``name`` may be tried ``most`` times ``within`` a window, which begins with the first attempt."""

    name: str
    most: int
    within: timedelta = LONGEST

    @property
    def key(self) -> str:
        """Return what is stored: nobody can tell from it whose name or address was counted."""
        return salted_hmac("cms.security.limits", self.name, algorithm="sha256").hexdigest()


class TooManyAttemptsError(Exception):
    """Nothing was counted, since a counter is full; ``wait`` says for how long."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(wait)
        self.wait = wait


def check(*counters: Counter) -> None:
    """Raise ``TooManyAttemptsError`` where a counter is full.

    Whoever is refused writes nothing, so that a flood of attempts can't keep others from writing.
    """
    now = timezone.now()
    wanted = {counter.key: counter for counter in counters}
    for row in AttemptCount.objects.filter(key__in=wanted):
        counter = wanted[row.key]
        if row.count >= counter.most and now < row.ends_at <= now + counter.within + CLOCKS_DIFFER:
            raise TooManyAttemptsError(row.ends_at - now)


def take(*counters: Counter) -> None:
    """Count one attempt in each counter; raise ``TooManyAttemptsError``, and count nothing, where one is full."""
    check(*counters)
    now = timezone.now()
    wanted = {counter.key: counter for counter in counters}
    with transaction.atomic():
        # In one order, or two of them could wait for each other.
        for key in sorted(wanted):
            _count(key, wanted[key], now)


def give_back(counters: Iterable[Counter]) -> None:
    """Uncount one attempt that turned out to be none."""
    keys = [counter.key for counter in counters]
    AttemptCount.objects.filter(key__in=keys, count__gt=0).update(count=F("count") - 1)


def forget(counters: Iterable[Counter]) -> None:
    """Begin anew."""
    AttemptCount.objects.filter(key__in=[counter.key for counter in counters]).delete()


def forget_ended() -> int:
    """Delete counters whose window is over and return how many."""
    now = timezone.now()
    return AttemptCount.objects.exclude(ends_at__gt=now, ends_at__lte=now + LONGEST + CLOCKS_DIFFER).delete()[0]


def _count(key: str, counter: Counter, now: datetime) -> None:
    ends_at = now + counter.within
    rows = AttemptCount.objects.filter(key=key)
    _row, created = AttemptCount.objects.get_or_create(key=key, defaults={"count": 1, "ends_at": ends_at})
    if created:
        return
    over = Q(ends_at__lte=now) | Q(ends_at__gt=ends_at + CLOCKS_DIFFER)
    if not rows.filter(over).update(count=1, ends_at=ends_at) and not rows.filter(count__lt=counter.most).update(
        count=F("count") + 1
    ):
        raise TooManyAttemptsError(counter.within)
