"""Who approved a text is told what became of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.models import WorkflowTask
from wagtail.utils.timestamps import render_timestamp

from chorsu_editorial.models import FourEyesTask
from tests.editorial.desk import Desk, fresh, latest

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_messages_in_english")]
SAID = "You approved “Draft” as your screen showed it."


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ("approve", "Readers see it now."),
        ("approve_and_hold", "It is held for the other languages."),
        ("next step", "It waits for the next approval."),
        ("scheduled", "Readers see it from {} on."),
    ],
)
def test_what_became_of_an_approved_text(desk: Desk, action: str, said: str) -> None:
    if action == "next step":
        second = FourEyesTask.objects.create(name="Second look")
        second.groups.set(desk.editor.groups.all())
        WorkflowTask.objects.create(workflow=desk.task.workflows.get(), task=second, sort_order=1)
    page = desk.draft()
    if action == "scheduled":
        version = latest(page)
        version.go_live_at = (timezone.now() + timedelta(hours=3)).replace(second=0, microsecond=0)
        version.save_revision(user=desk.author)
    desk.press(desk.author, page, "action-submit")
    answer = desk.act(desk.editor, page, action if action.startswith("approve") else "approve")
    revision = fresh(page).scheduled_revision
    time = render_timestamp(revision.approved_go_live_at) if revision else ""
    assert f"{SAID} {said.format(time)}" in answer.content.decode()


def test_a_text_that_is_sent_back(desk: Desk) -> None:
    answer = desk.act(desk.editor, desk.in_review(), "reject", extra={"comment": "Too short."})
    html = answer.content.decode()
    assert "You sent “Draft” back to its authors." in html
    assert "Readers see it now." not in html
