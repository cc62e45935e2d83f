"""Wrong settings are named, with the fix."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from chorsu_editorial.checks import check_compared_fields, check_settings
from tests.editorial.desk import make_desk
from tests.story.models import StoryPage


@pytest.mark.parametrize(
    ("value", "ids"),
    [
        ({}, []),
        ({"APPROVE_ALONE_PERMISSION": ""}, []),
        ({"APPROVE_ALONE_PERMISSION": "newsroom.chief"}, []),
        ([], ["chorsu_editorial.E001"]),
        ({"APPROVE_ALONE": "x.y"}, ["chorsu_editorial.E001"]),
        ({"APPROVE_ALONE_PERMISSION": "chief"}, ["chorsu_editorial.E001"]),
        ({"APPROVE_ALONE_PERMISSION": 7}, ["chorsu_editorial.E001"]),
    ],
)
def test_settings_are_checked(settings: Any, value: Any, ids: list[str]) -> None:
    settings.CHORSU_EDITORIAL = value
    found = check_settings()
    assert [message.id for message in found] == ids
    assert all(message.hint for message in found)


@pytest.mark.django_db
def test_a_task_doesnt_start_where_anything_latest_would_be_published(settings: Any) -> None:
    desk = make_desk()
    page = desk.draft()
    settings.WAGTAIL_FINISH_WORKFLOW_ACTION = "wagtail.workflows.publish_workflow_state"
    with pytest.raises(ImproperlyConfigured, match=r"editorial\.finish"):
        page.get_workflow().start(page, desk.author)
    assert not page.workflow_in_progress


def test_compared_fields_are_listed_with_how_to_make_them_public(monkeypatch: pytest.MonkeyPatch) -> None:
    (message,) = check_compared_fields()
    assert message.id == "chorsu_editorial.I001"
    assert message.msg.splitlines()[1:] == ["\tstory.StoryPage: subtitle, links.title, voices.words, note"]
    assert "readable_fields" in message.hint
    assert "unread_fields" in message.hint
    monkeypatch.setattr(StoryPage, "readable_fields", ["subtitle", "teaser", "links"])
    monkeypatch.setattr(StoryPage, "unread_fields", ["note", "draft_ideas", "voices"])
    assert check_compared_fields() == []
