"""A clock that ran ahead for a while and is right again: what was written meanwhile stops nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.utils import timezone

from chorsu_delivery.models import OutgoingMessage
from chorsu_delivery.services import messages_are_held_up
from chorsu_search.models import IndexWriter
from chorsu_search.writing import due_rebuilds
from cms.models import ReaderStamp
from cms.reader.cache_version import OPEN, current_version, make_all_old
from tests.editorial.desk import fresh, make_desk

AHEAD = timedelta(days=3)

pytestmark = [pytest.mark.sql, pytest.mark.django_db]


@contextmanager
def ahead(by: timedelta = AHEAD) -> Iterator[None]:
    """Let the machine's clock run ahead."""
    now, seconds = timezone.now, time.time
    with (
        patch("django.utils.timezone.now", lambda: now() + by),
        patch("time.time", lambda: seconds() + by.total_seconds()),
    ):
        yield


def test_a_text_that_was_saved_ahead_is_edited_submitted_approved_and_published():
    desk = make_desk()
    with ahead():
        page = desk.in_review()
    desk.act(desk.editor, page, "approve")
    assert fresh(page).live
    with ahead():
        desk.press(desk.author, page, "action-save", title="Ahead")
    desk.press(desk.author, page, "action-submit", title="Right")
    assert fresh(page).workflow_in_progress
    desk.act(desk.editor, page, "approve")
    assert (fresh(page).title, fresh(page).has_unpublished_changes) == ("Right", False)


def test_a_text_that_an_editor_mended_ahead_while_it_waited_is_approved():
    desk = make_desk()
    page = desk.draft()
    with ahead():
        desk.press(desk.author, page, "action-save", title="Ahead")
    desk.press(desk.author, page, "action-submit", title="Right")
    with ahead():
        desk.press(desk.editor, page, "action-save", title="Right too")
    desk.act(desk.other_editor, page, "approve")
    assert (fresh(page).live, fresh(page).title) == (True, "Right too")


def test_pages_are_kept_after_a_process_died_in_a_save_ahead():
    make_all_old()
    ReaderStamp.objects.create(value=f"{OPEN}{int(time.time() + AHEAD.total_seconds())}-x")
    assert current_version()


def test_a_rebuild_of_an_index_that_failed_ahead_is_tried_again():
    with ahead():
        IndexWriter.objects.update_or_create(
            engine="embedded", defaults={"rebuild": True, "attempts": 1, "not_before": timezone.now()}
        )
    assert due_rebuilds() == ["embedded"]


def test_messages_that_stand_still_are_told_of_after_one_was_sent_ahead():
    for fields in ({"key": "sent", "sent_at": timezone.now() + AHEAD}, {"attempts": 1, "last_error": "away"}):
        OutgoingMessage.objects.create(channel="mail", recipient="a@example.org", subject="S", body="B", **fields)
    assert messages_are_held_up()
