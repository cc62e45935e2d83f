"""What is stored of readers, and how long."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from chorsu_feedback.models import TypoReport
from chorsu_feedback.reports import close_report, reopen_report, submit_report
from chorsu_feedback.retention import delete_old_reports
from tests.feedback.pages import make_article, make_editor
from tests.feedback.test_services import anchor_in

pytestmark = [pytest.mark.django_db, pytest.mark.sql]


def test_nothing_that_is_stored_tells_who_reported_or_at_which_second(client: Client) -> None:
    page = make_article()
    words = {"page": page.pk, "selected": "откылась", "before": "Вчера в городе ", "suggestion": "открылась"}
    for _ in range(2):
        answer = client.post(
            reverse("chorsu_feedback:report"),
            json.dumps(words),
            content_type="application/json",
            REMOTE_ADDR="203.0.113.77",
            headers={"sec-fetch-site": "same-origin", "user-agent": "Brauser/77", "referer": "http://testserver/x77x"},
        )
        assert answer.status_code == 201
    assert not answer.cookies
    report = TypoReport.objects.get()
    for moment in (report.created_at, report.last_reported_at):
        assert (moment.second, moment.microsecond) == (0, 0)
        assert timezone.now() - moment < timedelta(minutes=2)
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            stored = str(cursor.fetchall())
            assert not [trace for trace in ("203.0.113", "Brauser", "x77x") if trace in stored], table


@pytest.mark.parametrize(
    "sweep", [delete_old_reports, lambda: call_command("delete_expired"), lambda: call_command("feedback_sweep")]
)
def test_what_was_dealt_with_goes_after_a_while_and_what_waits_stays(sweep: Any, settings: Any) -> None:
    settings.CHORSU_FEEDBACK = {"KEEP_DAYS": 30}
    page = make_article()
    user = make_editor(page)
    names = ("open", "closed lately", "closed long ago", "opened again", "held lately", "held long ago")
    reports = {}
    for name in names:
        held = name.startswith("held")
        reports[name] = submit_report(page=page, anchor=anchor_in(page, "откылась"), suggestion=name, held=held)
    for name in names[1:4]:
        close_report(report=reports[name], user=user, status="fixed")
    reopen_report(report=reports["opened again"], user=user)
    long_ago = timezone.now() - timedelta(days=31)
    old = TypoReport.objects.exclude(suggestion__endswith="lately")
    old.update(created_at=long_ago, last_reported_at=long_ago)
    old.filter(closed_at__isnull=False).update(closed_at=long_ago)
    sweep()
    left = set(TypoReport.objects.values_list("suggestion", flat=True))
    assert left == set(names) - {"closed long ago", "held long ago"}
