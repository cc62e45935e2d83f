"""The Wagtail hooks of a report's life."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from wagtail import hooks

from chorsu_feedback.applying import apply_correction, seen_token
from chorsu_feedback.models import TypoReport
from chorsu_feedback.reports import reopen_report, submit_report
from tests.feedback.pages import make_article, make_editor
from tests.feedback.test_services import anchor_in

pytestmark = pytest.mark.django_db
Told = list[tuple[str, dict[str, Any]]]


@pytest.fixture
def told() -> Iterator[Told]:
    """Note what the hooks are told, each behind a function that raises."""
    calls: Told = []

    def broken(**_facts: Any) -> None:
        raise RuntimeError("chat is down")

    with ExitStack() as stack:
        for name in ("report_received", "report_applied", "report_closed"):

            def working(name: str = name, **facts: Any) -> None:
                calls.append((name, {**facts, "status": facts["report"].status}))

            stack.enter_context(hooks.register_temporarily(name, broken, order=-1))
            stack.enter_context(hooks.register_temporarily(name, working))
        yield calls


def test_each_is_called_after_commit_and_a_broken_one_stops_nothing(
    told: Told, django_capture_on_commit_callbacks: Any, caplog: pytest.LogCaptureFixture
) -> None:
    page = make_article()
    user = make_editor(page, superuser=True)
    with django_capture_on_commit_callbacks(execute=True):
        report = submit_report(page=page, anchor=anchor_in(page, "откылась"), suggestion="открылась")
        assert told == []
    assert told == [("report_received", {"report": report, "merged": False, "status": "open"})]
    told.clear()
    with django_capture_on_commit_callbacks(execute=True):
        token = seen_token(report, "открылась")
        apply_correction(report=report, user=user, words="открылась", token=token)
        assert told == []
    closed = {"report": report, "user": user, "status": "fixed"}
    applied = {**closed, "words": "открылась", "where": "published"}
    assert told == [("report_closed", closed), ("report_applied", applied)]
    assert told[1][1]["report"].applied == "открылась"
    told.clear()
    with django_capture_on_commit_callbacks(execute=True):
        reopen_report(report=TypoReport.objects.get(), user=user)
    assert told == [("report_closed", {**closed, "status": "open"})]
    assert caplog.text.count("failed for typo report") == 4
    assert "under Reports" in caplog.text
