"""How often something may be tried, and how long SQLite's one writer is waited for. docs/decisions/signing-in.md

Counted exactly, also by several processes at once. The counts are rows of a model of the plug-in that asks: a subclass
of ``AttemptCountBase``.
"""

from __future__ import annotations

import ipaddress
import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection, models, transaction
from django.db.models import F, Q
from django.http import HttpRequest
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
        now = timezone.now()
        wanted = self._by_key(counters)
        for row in self._model.objects.filter(key__in=wanted):
            counter = wanted[row.key]
            if row.count >= counter.most and now < row.ends_at <= now + counter.within + CLOCKS_DIFFER:
                raise TooManyAttemptsError(row.ends_at - now)

    def take(self, *counters: Counter) -> None:
        """Count one attempt in each counter; raise ``TooManyAttemptsError``, and count nothing, where one is full."""
        self.check(*counters)
        now = timezone.now()
        with transaction.atomic():
            # In one order, or two of them could wait for each other.
            for key, counter in sorted(self._by_key(counters).items()):
                ends_at = now + counter.within
                row, created = self._model.objects.get_or_create(key=key, defaults={"count": 1, "ends_at": ends_at})
                if created:
                    continue
                rows = self._model.objects.filter(pk=row.pk)
                over = Q(ends_at__lte=now) | Q(ends_at__gt=ends_at + CLOCKS_DIFFER)
                if rows.filter(over).update(count=1, ends_at=ends_at):
                    continue
                if not rows.filter(count__lt=counter.most).update(count=F("count") + 1):
                    raise TooManyAttemptsError(counter.within)

    def give_back(self, counters: Iterable[Counter]) -> None:
        """Uncount one attempt that turned out to be none."""
        self._rows(counters).filter(count__gt=0).update(count=F("count") - 1)

    def forget(self, counters: Iterable[Counter]) -> None:
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


# What proxies add: brackets round IPv6, a port behind either.
_WITH_PORT = re.compile(r"\[(?P<six>[^\]]*)\](:\d+)?|(?P<four>[\d.]+):\d+")


def client_network(request: HttpRequest, *, trusted_proxies: int, prefixes: tuple[int, int] = (32, 64)) -> str:
    """Return the network that a request comes from: an IPv4 address, or the /64 that an IPv6 connection gets.

    ``prefixes`` are the lengths of another size of network, for IPv4 and IPv6.
    ``trusted_proxies`` of the site's own stand in front and write ``X-Forwarded-For``: the address that the outermost
    of them saw is taken, and what stands further left, which anybody can send, is not. What is no address is "".
    """
    address = str(request.META.get("REMOTE_ADDR", ""))
    if trusted_proxies:
        hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
        if len(hops) >= trusted_proxies:
            address = hops[-trusted_proxies]
    if with_port := _WITH_PORT.fullmatch(address):
        address = with_port["six"] or with_port["four"] or ""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    network = ipaddress.ip_network((int(parsed), prefixes[0 if parsed.version == 4 else 1]), strict=False)
    return str(network).removesuffix("/32")


DEFAULT_SECONDS = 5.0  # of Python's sqlite3


@contextmanager
def waiting_at_most(seconds: float) -> Iterator[None]:
    """Let all writes of the block together wait no longer for SQLite's lock; reads never wait for it."""
    if connection.vendor != "sqlite":
        yield
        return
    left = seconds

    def limit(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        nonlocal left
        if connection.in_atomic_block or sql.startswith("SELECT"):
            return execute(sql, params, many, context)
        _wait_for_lock(left)
        started = time.monotonic()
        try:
            return execute(sql, params, many, context)
        finally:
            left = max(0.0, left - (time.monotonic() - started))
            _wait_for_lock(connection.settings_dict["OPTIONS"].get("timeout", DEFAULT_SECONDS))

    with connection.execute_wrapper(limit):
        yield


def _wait_for_lock(seconds: float) -> None:
    connection.connection.execute(f"PRAGMA busy_timeout = {round(seconds * 1000)}")
