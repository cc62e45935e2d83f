"""Who approved a text is told what became of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.models import WorkflowTask
from wagtail.utils.timestamps import render_timestamp

from chorsu_editorial.models import FourEyesTask
from tests.editorial.desk import Desk, fresh, latest, make_desk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_messages_in_english")]
SAID = "You approved “Draft” as your screen showed it."


@pytest.fixture
def desk() -> Desk:
    return make_desk()


def test_a_text_that_readers_see(desk: Desk) -> None:
    answer = desk.act(desk.editor, desk.in_review(), "approve")
    assert f"{SAID} Readers see it now." in answer.content.decode()


def test_a_text_that_is_scheduled(desk: Desk) -> None:
    page = desk.draft()
    version = latest(page)
    version.go_live_at = (timezone.now() + timedelta(hours=3)).replace(second=0, microsecond=0)
    version.save_revision(user=desk.author)
    desk.press(desk.author, page, "action-submit")
    answer = desk.act(desk.editor, page, "approve")
    time = render_timestamp(fresh(page).scheduled_revision.approved_go_live_at)
    assert f"{SAID} Readers see it from {time} on." in answer.content.decode()


def test_a_text_that_is_held(desk: Desk) -> None:
    answer = desk.act(desk.editor, desk.in_review(), "approve_and_hold")
    assert f"{SAID} It is held for the other languages." in answer.content.decode()


def test_a_text_that_somebody_else_approves_too(desk: Desk) -> None:
    second = FourEyesTask.objects.create(name="Second look")
    second.groups.set(desk.editor.groups.all())
    WorkflowTask.objects.create(workflow=desk.task.workflows.get(), task=second, sort_order=1)
    answer = desk.act(desk.editor, desk.in_review(), "approve")
    assert f"{SAID} It waits for the next approval." in answer.content.decode()


def test_a_text_that_is_sent_back(desk: Desk) -> None:
    answer = desk.act(desk.editor, desk.in_review(), "reject", extra={"comment": "Too short."})
    html = answer.content.decode()
    assert "You sent “Draft” back to its authors." in html
    assert "Readers see it now." not in html
