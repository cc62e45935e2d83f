"""Reports that are told to another system."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chorsu_delivery.models import OutgoingMessage
from chorsu_feedback.applying import apply_correction, seen_token
from chorsu_feedback.checks import check_settings
from chorsu_feedback.models import TypoReport
from chorsu_feedback.services import reopen_report, submit_report
from tests.delivery.test_webhook import SECRET
from tests.feedback.pages import make_article, make_editor
from tests.feedback.test_services import anchor_in
from tests.foreign.readmes import blocks, section

pytestmark = [pytest.mark.django_db, pytest.mark.sql]


@pytest.fixture(autouse=True)
def _webhook(settings: Any) -> None:
    settings.CHORSU_DELIVERY = {"WEBHOOKS": {"desk": {"URL": "https://desk.example/typos", "SECRET": SECRET}}}
    settings.CHORSU_FEEDBACK = {"WEBHOOK": "desk"}


def posted() -> list[dict[str, Any]]:
    messages = OutgoingMessage.objects.filter(channel="webhook", recipient="desk").order_by("pk")
    return [json.loads(message.body) for message in messages]


def test_what_happens_to_a_report_is_posted_as_the_readme_shows() -> None:
    page = make_article()
    user = make_editor(page, superuser=True)
    anchor = anchor_in(page, "откылась")
    report = submit_report(page=page, anchor=anchor, suggestion="открылась", comment="две буквы")
    submit_report(page=page, anchor=anchor, suggestion="открылась", comment="две буквы")
    submit_report(page=page, anchor=anchor, suggestion="отворилась", held=True)
    (event,) = posted()
    assert event["type"] == "report.received"
    assert event["data"] == {
        "id": report.pk,
        "status": "open",
        "page": {"id": page.pk, "title": "Новая библиотека", "url": page.full_url},
        "language": "ru",
        "words": "откылась",
        "before": "Вчера в городе ",
        "after": report.after,
        "suggestion": "открылась",
        "comment": "две буквы",
        "count": 1,
    }
    apply_correction(report=report, user=user, words="открылась", token=seen_token(report, "открылась"))
    reopen_report(report=TypoReport.objects.get(held=False), user=user)
    closed, applied, opened = posted()[1:]
    assert (closed["type"], closed["data"]["status"]) == ("report.closed", "fixed")
    assert applied["type"] == "report.applied"
    assert (applied["data"]["applied"], applied["data"]["where"]) == ("открылась", "published")
    assert (opened["type"], opened["data"]["status"]) == ("report.closed", "open")
    (example,) = blocks(section("feedback", "Hooks and signals"), "json")
    shown = json.loads(example)
    assert (shown.keys(), shown["data"].keys()) == (applied.keys(), applied["data"].keys())
    assert all(event["timestamp"].endswith(":00+00:00") for event in posted())


def test_a_wrong_name_is_told_by_the_check_and_refuses_no_report(
    settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    assert not check_settings()
    settings.CHORSU_FEEDBACK = {"WEBHOOK": "dask"}
    (fault,) = check_settings()
    assert fault.id == "chorsu_feedback.E003"
    assert "desk" in str(fault.hint)
    page = make_article()
    submit_report(page=page, anchor=anchor_in(page, "откылась"), suggestion="открылась")
    assert "isn't posted" in caplog.text
    assert TypoReport.objects.count() == 1
    assert not posted()
