"""Claims: no two workers hold one row, nothing is dropped, waits grow."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from unittest import mock

import pytest
from django.db import DatabaseError
from django.utils import timezone

from chorsu_delivery import leases
from chorsu_delivery.leases import FIRST_WAIT, LEASE, LONGEST_WAIT, LeasedQuerySet, wait_after
from chorsu_delivery.mail import MailChannel
from chorsu_delivery.models import OutgoingMessage
from chorsu_delivery.services import deliver_due, deliver_one
from tests.threads import at_once


def make_rows(count: int) -> None:
    OutgoingMessage.objects.bulk_create(
        OutgoingMessage(channel="mail", recipient=f"r{number}@example.org", subject="S", body="B", key="k")
        for number in range(count)
    )


@pytest.mark.sql
@pytest.mark.django_db(transaction=True)
def test_sweeps_at_the_same_time_share_the_rows():
    make_rows(60)

    def sweep():
        mine: list[int] = []
        while rows := OutgoingMessage.objects.claim(limit=3):
            mine += [row.pk for row in rows]
        return mine

    everything = sorted(itertools.chain(*at_once(*[sweep] * 4)))
    assert everything == sorted(OutgoingMessage.objects.values_list("pk", flat=True))
    assert set(OutgoingMessage.objects.values_list("attempts", flat=True)) == {1}


@pytest.mark.sql
@pytest.mark.django_db
def test_a_claim_ends_with_its_lease():
    make_rows(1)
    first = OutgoingMessage.objects.claim(limit=5)
    assert OutgoingMessage.objects.claim(limit=5) == []
    OutgoingMessage.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    second = OutgoingMessage.objects.claim(limit=5)
    assert [row.pk for row in second] == [row.pk for row in first]
    assert second[0].attempts == 2
    # The worker that lost its claim can't release the row.
    assert not OutgoingMessage.objects.release_failed(first[0], "late")
    assert OutgoingMessage.objects.get().claim_token == second[0].claim_token


@pytest.mark.django_db
def test_a_failed_row_waits():
    make_rows(1)
    rows = OutgoingMessage.objects.claim(limit=1)
    before = timezone.now()
    assert OutgoingMessage.objects.release_failed(rows[0], "x" * 5000)
    assert OutgoingMessage.objects.claim(limit=1) == []
    row = OutgoingMessage.objects.get()
    assert row.not_before >= before + FIRST_WAIT
    assert (row.claimed_until, len(row.last_error)) == (None, 2000)


@pytest.mark.sql
@pytest.mark.django_db
@pytest.mark.parametrize("ahead", [timedelta(minutes=30), timedelta(days=400)])
@pytest.mark.parametrize("left", ["written", "claimed", "put back"])
def test_a_clock_that_ran_ahead_holds_nothing_up_once_it_is_right(monkeypatch, ahead, left):
    right = timezone.now()
    with monkeypatch.context() as patch:
        patch.setattr("django.utils.timezone.now", lambda: right + ahead)
        make_rows(1)
        OutgoingMessage.objects.update(not_before=right + ahead)
        rows = OutgoingMessage.objects.claim(limit=1) if left != "written" else []
        if left == "put back":
            OutgoingMessage.objects.release_failed(rows[0], "away")
    assert len(OutgoingMessage.objects.claim(limit=1)) == 1
    assert OutgoingMessage.objects.claim(limit=1) == [], "and then it is held as ever"


@pytest.mark.django_db
@pytest.mark.parametrize("attempts", [1, 4, 9, 30])
def test_a_clock_that_is_seconds_ahead_shortens_no_wait_and_no_lease(monkeypatch, attempts):
    now = timezone.now()
    make_rows(2)
    OutgoingMessage.objects.update(attempts=attempts - 1)
    monkeypatch.setattr("django.utils.timezone.now", lambda: now + timedelta(seconds=20))
    rows = OutgoingMessage.objects.claim(limit=2)
    OutgoingMessage.objects.release_failed(rows[0], "away")
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    assert OutgoingMessage.objects.claim(limit=2) == []


@pytest.mark.django_db
def test_claim_respects_what_the_queryset_was_narrowed_to():
    make_rows(3)
    (row,) = OutgoingMessage.objects.filter(recipient="r1@example.org").claim(limit=5)
    assert row.recipient == "r1@example.org"
    assert OutgoingMessage.objects.filter(claim_token=None).count() == 2


class Clock:
    """The time of the database's rows, which passes only where a test says so."""

    def __init__(self) -> None:
        self.now = timezone.now() + LEASE  # the rows of the test have been written before

    def __call__(self) -> datetime:
        return self.now

    def wait_for_renewal(self, pk: int) -> None:
        """Return when a row's lease counts from now."""
        end = time.monotonic() + 30
        while OutgoingMessage.objects.get(pk=pk).claimed_until != self.now + LEASE:
            assert time.monotonic() < end, "The lease was not renewed."
            time.sleep(0.01)


@pytest.fixture
def clock(monkeypatch) -> Iterator[Clock]:
    """Return a changed clock; renewals come fast, since they go by the real one."""
    monkeypatch.setattr(leases, "RENEWAL_SECONDS", 0.01)
    clock = Clock()
    with mock.patch("django.utils.timezone.now", clock):
        yield clock


@pytest.mark.sql
@pytest.mark.django_db(transaction=True)
def test_long_work_keeps_its_lease_and_nobody_else_gets_the_row(clock):
    make_rows(1)
    asked: list[int] = []

    def send(_channel, message):
        for _ in range(3):
            clock.now += LEASE * 0.9
            clock.wait_for_renewal(message.pk)
            asked.append(len(OutgoingMessage.objects.unsent().claim(limit=1)))

    with mock.patch.object(MailChannel, "send", send):
        assert deliver_due(limit=1) == 1
    assert asked == [0, 0, 0]
    message = OutgoingMessage.objects.get()
    assert (message.attempts, message.claimed_until) == (1, None)
    assert message.sent_at is not None


@pytest.mark.sql
@pytest.mark.django_db(transaction=True)
def test_only_what_is_still_held_is_renewed(clock):
    make_rows(2)
    first = OutgoingMessage.objects.claim(limit=2)
    clock.now += LEASE
    [taken_over] = OutgoingMessage.objects.claim(limit=1)
    [kept] = [row for row in first if row.pk != taken_over.pk]
    clock.now += LEASE / 2
    with OutgoingMessage.objects.all().renewing(first):
        clock.wait_for_renewal(kept.pk)
    taken_over_until = taken_over.claimed_until
    taken_over.refresh_from_db()
    assert taken_over.claimed_until == taken_over_until


@pytest.mark.django_db
def test_what_a_request_sends_begins_no_thread(monkeypatch):
    make_rows(1)
    monkeypatch.setattr(threading, "Thread", None)
    assert deliver_one(OutgoingMessage.objects.get().pk)


@pytest.mark.usefixtures("clock")
def test_a_renewal_that_fails_is_tried_again(caplog):
    calls = threading.Semaphore(0)

    def renew(_rows, **_columns):
        calls.release()
        raise DatabaseError("locked")

    with (
        mock.patch.object(LeasedQuerySet, "update", renew),
        OutgoingMessage.objects.all().renewing([OutgoingMessage()]),
    ):
        assert calls.acquire(timeout=30)
        assert calls.acquire(timeout=30)
    assert "A lease could not be renewed" in caplog.text


def test_waits_double_up_to_an_hour():
    assert [wait_after(attempts) for attempts in (1, 2, 3)] == [FIRST_WAIT, FIRST_WAIT * 2, FIRST_WAIT * 4]
    assert wait_after(0) == FIRST_WAIT
    assert wait_after(10_000) == LONGEST_WAIT
