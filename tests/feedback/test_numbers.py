"""The numbers of typo reports, by language and week."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from chorsu_articles.models import AnalysisPage
from chorsu_feedback.mending import changed_words
from chorsu_feedback.models import TypoReport
from chorsu_feedback.numbers import numbers_for
from tests.counted_lines import count_queries
from tests.factories import make_user, signed_in
from tests.feedback.pages import PERSIAN, make_article, make_editor, reported

pytestmark = pytest.mark.django_db


def report(
    language: str, words: str, *, status: str = "open", hours: float = 0, days_ago: int = 0, **facts: object
) -> None:
    page = AnalysisPage.objects.filter(locale__language_code=language).first()
    page = page or make_article(language, body=PERSIAN if language == "fa" else None)
    found = reported(page, words, f"x{TypoReport.objects.count()}")
    created = timezone.now() - timedelta(days=days_ago)
    closed = None if status == "open" else created + timedelta(hours=hours)
    TypoReport.objects.filter(pk=found.pk).update(created_at=created, closed_at=closed, status=status, **facts)


def test_the_numbers_are_those_of_what_readers_reported():
    for hours in (2, 4, 90):
        report("ru", "откылась", status="fixed", hours=hours, applied="открылась")
    report("ru", "районов", status="not_a_mistake", hours=1)
    report("ru", "районов", days_ago=timezone.localdate().weekday() + 3)
    report("ru", "районов", days_ago=400)
    report("ru", "районов", status="spam", hours=1)
    report("ru", "районов", status="fixed", hours=1, by_editor=True)
    report("fa", "دیروز", status="changed", hours=0.5)
    found = numbers_for(make_user(superuser=True))
    assert [(each["reports"], each["accepted"], each["hours"]) for each in found["languages"]] == [
        (1, 100, 0.5),
        (5, 75, 4),
    ]
    this, last = (counts for _monday, counts in found["weeks"][:2])
    assert (this, last) == ([1, 4], [0, 1])
    assert found["words"] == [("откылась", "открылась", 3, "ru")]


def test_everybody_sees_the_numbers_of_the_own_pages():
    report("ru", "откылась", status="fixed", hours=30, applied="открылась")
    report("fa", "دیروز")
    russian = make_editor(TypoReport.objects.get(locale__language_code="ru").page)
    response = signed_in(russian).get(reverse("chorsu_feedback_admin:numbers"))
    assert [(each["reports"], each["time"]) for each in response.context["languages"]] == [(1, "30 часов")]
    assert signed_in(make_editor(name="nobody")).get(reverse("chorsu_feedback_admin:numbers")).status_code == 302


@pytest.mark.thorough
def test_more_reports_and_languages_cost_no_more_queries():
    user = make_user(superuser=True)
    counts = []
    for languages in (["ru"], ["fa", "tg", "kk"]):
        for language in languages:
            report(language, "دیروز" if language == "fa" else "откылась", status="fixed", hours=1, applied="x")
        numbers_for(user)
        counts.append(count_queries(lambda: numbers_for(user)))
    assert counts[0] == counts[1] == 5


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ("в городе откылась новая", "в городе открылась новая", ("откылась", "открылась")),
        ("Old, and new", "Old and new", ("Old,", "Old")),
        ("он был был", "он был", ("он был был", "он был")),
    ],
)
def test_the_words_that_differ_are_counted(old, new, changed):
    assert changed_words(old, new) == changed
