"""Readers who report at the same moment."""

from __future__ import annotations

import pytest

from chorsu_feedback.models import TypoReport
from chorsu_feedback.reports import submit_report
from tests.feedback.pages import PARAGRAPH, make_article
from tests.feedback.test_services import anchor_in
from tests.threads import at_once

READERS = 4


@pytest.mark.sql
@pytest.mark.django_db(transaction=True)
def test_the_same_first_report_by_several_readers_at_once_is_one() -> None:
    for number in range(1, 6):
        page = make_article(slug=f"page-{number}")
        anchor = anchor_in(page, "откылась", PARAGRAPH)

        answers = at_once(
            *[lambda: submit_report(page=page, anchor=anchor, suggestion="открылась") for _ in range(READERS)]  # noqa: B023
        )

        (report,) = TypoReport.objects.filter(page=page)
        assert report.count == READERS, answers
        assert {answer.pk for answer in answers} == {report.pk}
