"""Counters hold exactly, whoever counts at the same moment, and end with their window."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from chorsu_locales.limits import Counter, TooManyAttemptsError
from cms.models import AttemptCount
from cms.newsroom.accounts import attempts
from tests.threads import at_once

FIVE = Counter("five", 5, timedelta(minutes=10))


def refused(*counters: Counter) -> bool:
    try:
        attempts.take(*counters)
    except TooManyAttemptsError:
        return True
    return False


@pytest.mark.sql
@pytest.mark.django_db(transaction=True)
def test_no_more_than_the_limit_pass_at_the_same_moment() -> None:
    other = Counter("other", 100)
    answers = at_once(*[lambda: refused(FIVE, other) for _ in range(12)])
    assert sorted(answers) == [False] * 5 + [True] * 7
    assert sorted(AttemptCount.objects.values_list("count", flat=True)) == [5, 5], "what is refused counts nowhere"


@pytest.mark.django_db
def test_a_window_begins_with_the_first_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    now = timezone.now()
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    for _ in range(5):
        attempts.take(FIVE)
    now += timedelta(minutes=9)
    with pytest.raises(TooManyAttemptsError) as caught:
        attempts.take(FIVE)
    assert caught.value.wait == timedelta(minutes=1)
    now += timedelta(minutes=1)
    assert not refused(FIVE)


@pytest.mark.django_db
def test_what_succeeded_is_no_attempt_and_whoever_is_refused_writes_nothing(django_assert_num_queries: Any) -> None:
    for _ in range(20):
        attempts.take(FIVE)
        attempts.give_back([FIVE])
    attempts.give_back([FIVE])
    assert [refused(FIVE) for _ in range(6)] == [False] * 5 + [True]
    with django_assert_num_queries(1):
        assert refused(FIVE)


@pytest.mark.django_db
def test_a_lock_of_a_clock_that_ran_ahead_ends_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    right = timezone.now()
    monkeypatch.setattr("django.utils.timezone.now", lambda: right + timedelta(days=1))
    for _ in range(5):
        attempts.take(FIVE)
    monkeypatch.setattr("django.utils.timezone.now", lambda: right)
    assert not refused(FIVE)
    assert AttemptCount.objects.get().ends_at == right + FIVE.within


@pytest.mark.django_db
def test_nothing_is_kept_longer_than_its_window(monkeypatch: pytest.MonkeyPatch) -> None:
    attempts.take(FIVE, Counter("name of a person", 3))
    stored = str(list(AttemptCount.objects.values_list("key", flat=True)))
    assert "five" not in stored
    assert "person" not in stored
    assert attempts.forget_ended() == 0
    later = timezone.now() + timedelta(minutes=16)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    assert attempts.forget_ended() == 2
