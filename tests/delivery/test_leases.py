"""Claims: no two workers hold one row, nothing is dropped, waits grow."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from delivery.leases import FIRST_WAIT, LONGEST_WAIT, wait_after
from delivery.models import OutgoingMessage

LEASE = timedelta(minutes=5)


def make_rows(count: int) -> None:
    OutgoingMessage.objects.bulk_create(
        OutgoingMessage(channel="mail", recipient=f"r{number}@example.org", subject="S", body="B", key="k")
        for number in range(count)
    )


@pytest.mark.sql
@pytest.mark.django_db(transaction=True)
def test_sweeps_at_the_same_time_share_the_rows() -> None:
    make_rows(60)
    start = threading.Barrier(4)
    claimed: list[list[int]] = []
    errors: list[Exception] = []

    def sweep() -> None:
        try:
            start.wait()
            mine: list[int] = []
            while rows := OutgoingMessage.objects.claim(limit=3, lease=LEASE):
                mine += [row.pk for row in rows]
            claimed.append(mine)
        except Exception as error:  # noqa: BLE001
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=sweep) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    everything = sorted(pk for mine in claimed for pk in mine)
    assert everything == sorted(OutgoingMessage.objects.values_list("pk", flat=True))
    assert set(OutgoingMessage.objects.values_list("attempts", flat=True)) == {1}


@pytest.mark.sql
@pytest.mark.django_db
def test_a_claim_ends_with_its_lease() -> None:
    make_rows(1)
    first = OutgoingMessage.objects.claim(limit=5, lease=LEASE)
    assert OutgoingMessage.objects.claim(limit=5, lease=LEASE) == []
    OutgoingMessage.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    second = OutgoingMessage.objects.claim(limit=5, lease=LEASE)
    assert [row.pk for row in second] == [row.pk for row in first]
    assert second[0].attempts == 2
    # The worker that lost its claim can neither put the row back nor finish it.
    assert OutgoingMessage.objects.put_back(first, "late") == 0
    assert OutgoingMessage.objects.finish(first) == 0
    assert OutgoingMessage.objects.finish(second) == 1
    assert not OutgoingMessage.objects.exists()


@pytest.mark.django_db
def test_a_failed_row_waits() -> None:
    make_rows(1)
    rows = OutgoingMessage.objects.claim(limit=1, lease=LEASE)
    before = timezone.now()
    assert OutgoingMessage.objects.put_back(rows, "x" * 5000) == 1
    assert OutgoingMessage.objects.claim(limit=1, lease=LEASE) == []
    row = OutgoingMessage.objects.get()
    assert row.not_before >= before + FIRST_WAIT
    assert row.claimed_until is None
    assert len(row.last_error) == 2000


@pytest.mark.django_db
def test_claim_respects_what_the_queryset_was_narrowed_to() -> None:
    make_rows(3)
    wanted = OutgoingMessage.objects.get(recipient="r1@example.org")
    rows = OutgoingMessage.objects.filter(recipient="r1@example.org").claim(limit=5, lease=LEASE)
    assert [row.pk for row in rows] == [wanted.pk]
    assert OutgoingMessage.objects.filter(claim_token=None).count() == 2


def test_waits_double_up_to_an_hour() -> None:
    assert [wait_after(attempts) for attempts in (1, 2, 3)] == [FIRST_WAIT, FIRST_WAIT * 2, FIRST_WAIT * 4]
    assert wait_after(0) == FIRST_WAIT
    assert wait_after(10_000) == LONGEST_WAIT
