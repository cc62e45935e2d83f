"""Readers who report at the same moment, and workers who mail at the same moment: apart, since these really commit."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from chorsu_delivery.models import OutgoingMessage
from chorsu_feedback.mail import mail_reports
from chorsu_feedback.models import MailChoice, TypoReport
from chorsu_feedback.reports import submit_report
from tests.feedback.pages import anchor_in, make_article, reported
from tests.feedback.test_mail import editor_of
from tests.threads import at_once

READERS = 4


@pytest.mark.sql
@pytest.mark.django_db(transaction=True)
def test_the_same_first_report_by_several_readers_at_once_is_one():
    for number in range(1, 6):
        page = make_article(slug=f"page-{number}")
        anchor = anchor_in(page, "откылась")

        answers = at_once(
            *[lambda: submit_report(page=page, anchor=anchor, suggestion="открылась") for _ in range(READERS)]  # noqa: B023
        )

        (report,) = TypoReport.objects.filter(page=page)
        assert report.count == READERS, answers
        assert {answer.pk for answer in answers} == {report.pk}


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_tell_somebody_once():
    page = make_article()
    editor_of(page)
    reported(page)
    TypoReport.objects.update(created_at=timezone.now() - timedelta(hours=1))
    MailChoice.objects.update(told_until=timezone.now() - timedelta(hours=2))
    assert sorted(at_once(mail_reports, mail_reports)) == [0, 1]
    assert OutgoingMessage.objects.count() == 1
