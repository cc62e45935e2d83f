"""Wrong settings are named, with the fix."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from chorsu_editorial.checks import (
    check_settings,
    note_compared_fields,
    note_transaction_mode,
    note_unknown_blocks,
)
from tests.editorial.desk import make_desk
from tests.story.models import StoryPage


@pytest.mark.parametrize(
    "value", [{}, {"APPROVE_ALONE_PERMISSION": ""}, {"APPROVE_ALONE_PERMISSION": "newsroom.chief"}]
)
def test_right_settings_are_silent(settings, value):
    settings.CHORSU_EDITORIAL = value
    assert check_settings() == []


@pytest.mark.parametrize(
    "value",
    [
        [],
        {"APPROVE_ALONE": "x.y"},
        *({"APPROVE_ALONE_PERMISSION": permission} for permission in ("chief", 7)),
        *({"APPROVER_SHARE": share} for share in (-1, 101, "20", True, None)),
    ],
)
def test_wrong_settings_are_errors(settings, value):
    settings.CHORSU_EDITORIAL = value
    (message,) = check_settings()
    assert (message.id, bool(message.hint)) == ("chorsu_editorial.E001", True)


@pytest.mark.django_db
def test_a_task_doesnt_start_where_anything_latest_would_be_published(settings):
    desk = make_desk()
    page = desk.draft()
    settings.WAGTAIL_FINISH_WORKFLOW_ACTION = "wagtail.workflows.publish_workflow_state"
    with pytest.raises(ImproperlyConfigured, match=r"editorial\.finish"):
        page.get_workflow().start(page, desk.author)
    assert not page.workflow_in_progress


def test_compared_fields_are_listed_with_how_to_make_them_public(monkeypatch):
    (message,) = note_compared_fields()
    assert message.id == "chorsu_editorial.I001"
    assert message.msg.splitlines()[1:] == ["\tstory.StoryPage: subtitle, links.title, voices.words, note"]
    assert "readable_fields" in message.hint
    assert "unread_fields" in message.hint
    monkeypatch.setattr(StoryPage, "readable_fields", ["subtitle", "teaser", "links"])
    monkeypatch.setattr(StoryPage, "unread_fields", ["note", "draft_ideas", "voices"])
    assert list(note_compared_fields()) == []


def test_blocks_that_nobody_knows_are_named_with_the_remedy(monkeypatch):
    (message,) = note_unknown_blocks()
    assert message.id == "chorsu_editorial.I002"
    assert message.msg.splitlines()[1:] == ["\tstory.StoryPage: body.rating (tests.story.models.RatingBlock)"]
    assert all(word in message.hint for word in ("get_searchable_content", "leaf_role = None", '"body"'))
    for role in (None, "body"):
        stored = StoryPage._meta.get_field("body").stream_block.child_blocks["rating"]
        monkeypatch.setattr(stored.meta, "leaf_role", role, raising=False)
        assert list(note_unknown_blocks()) == []


@pytest.mark.parametrize(("options", "count"), [({}, 1), ({"transaction_mode": "immediate"}, 0)])
def test_a_sqlite_that_refuses_who_writes_meanwhile_is_told(monkeypatch, options, count):
    monkeypatch.setitem(connection.settings_dict, "OPTIONS", options)
    found = list(note_transaction_mode())
    assert [note.id for note in found] == ["chorsu_editorial.I003"] * (count if connection.vendor == "sqlite" else 0)
