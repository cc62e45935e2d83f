"""A slip that an editor mends from a reader's report leaves the translations up to date."""

from __future__ import annotations

from typing import Any

import pytest

from chorsu_feedback.applying import correction_of, undo_correction
from chorsu_feedback.models import TypoReport
from chorsu_translation.baselines import link_translation
from chorsu_translation.selectors import State, outdated_paths, page_state
from tests.editorial.desk import Desk, fresh, make_desk
from tests.factories import make_article, make_home, make_section
from tests.feedback.pages import HTML, MENDED, apply, body, live_page, reported, right
from tests.translation.desk_of_two import publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    desk = make_desk()
    desk.editor.groups.first().permissions.add(right())
    return desk


def mend(page: Any, desk: Desk) -> TypoReport:
    report = reported(page)
    correction = correction_of(report, report.suggestion)
    assert correction
    assert not correction.flags
    apply(report, desk.editor)
    report.refresh_from_db()
    return report


def test_a_mended_slip_and_its_undoing_leave_a_translation_as_it_is(desk):
    page = live_page(desk)
    target = make_article(make_section(make_home("tg")), translation_key=page.translation_key)
    link_translation(source=page, target=target)
    report = mend(page, desk)
    assert body(fresh(page)) == MENDED
    assert page_state(target) == State.LIVE
    undo_correction(report=report, user=desk.editor)
    assert body(fresh(page)) == HTML
    assert page_state(target) == State.LIVE
    publish(fresh(page), lead="Another lead")
    mend(fresh(page), desk)
    assert page_state(target) == State.OUTDATED, "it says nothing about what else changed"
    assert "lead" in outdated_paths(target)
