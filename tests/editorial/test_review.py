"""A page in review: who may approve, and that what goes live is what the screen showed. Requests are forged."""

from __future__ import annotations

from typing import Any

import pytest

from editorial.hashing import content_hash
from tests.editorial.desk import Desk, fresh, latest, make_desk, task_state

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return make_desk()


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_an_editor_approves_and_the_text_is_live(desk: Desk) -> None:
    page = desk.in_review()
    approved = latest(page)
    response = desk.act(desk.editor, page, "approve")
    assert response.status_code == 200
    assert "You approved" in text(response)
    live = fresh(page)
    assert live.live
    assert content_hash(live) == content_hash(approved)
    assert live.live_revision_id == task_state(page).revision_id
    assert not live.workflow_in_progress
    assert not live.has_unpublished_changes
