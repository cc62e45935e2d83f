"""A slip that an editor mends from a reader's report leaves the translations up to date."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission

from chorsu_feedback.anchors import make_anchor
from chorsu_feedback.applying import apply_correction, correction_of, undo_correction
from chorsu_feedback.models import TypoReport
from chorsu_feedback.services import submit_report
from chorsu_feedback.text import read_page
from chorsu_translation.selectors import State, outdated_paths, page_state
from chorsu_translation.services import link_translation
from tests.editorial.desk import Desk, fresh, make_desk
from tests.factories import make_article, make_home, make_section

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    desk = make_desk()
    desk.editor.groups.first().permissions.add(Permission.objects.get(codename="mend_live"))
    return desk


def live_page(desk: Desk) -> Any:
    page = desk.draft(body=[("paragraph", "<p>Вчера откылась библиотека.</p><p>Пришли читатели.</p>")])
    page.get_latest_revision().publish()
    return fresh(page)


def translated(page: Any) -> Any:
    target = make_article(make_section(make_home("tg")), translation_key=page.translation_key)
    link_translation(source=page, target=target)
    return target


def mend(page: Any, desk: Desk) -> TypoReport:
    leaf = next(leaf for leaf in read_page(page) if "откылась" in leaf.text)
    start = leaf.text.index("откылась")
    report = submit_report(page=page, anchor=make_anchor(leaf, start, start + 8), suggestion="открылась")
    correction = correction_of(report, report.suggestion)
    assert correction
    assert not correction.flags
    apply_correction(report=report, user=desk.editor, words=report.suggestion, token=correction.token)
    return TypoReport.objects.get(pk=report.pk)


def test_a_mended_slip_and_its_undoing_leave_a_translation_up_to_date(desk: Desk) -> None:
    page = live_page(desk)
    target = translated(page)
    report = mend(page, desk)
    assert "открылась" in str(fresh(page).body)
    assert page_state(target) == State.LIVE
    undo_correction(report=report, user=desk.editor)
    assert "откылась" in str(fresh(page).body)
    assert page_state(target) == State.LIVE


def test_a_mended_slip_says_nothing_about_what_else_changed(desk: Desk) -> None:
    page = live_page(desk)
    target = translated(page)
    page.lead = "Another lead"
    page.save_revision().publish()
    assert page_state(target) == State.OUTDATED
    mend(fresh(page), desk)
    assert page_state(target) == State.OUTDATED
    assert "lead" in outdated_paths(target)


def test_the_same_change_by_hand_makes_it_outdated(desk: Desk) -> None:
    page = live_page(desk)
    target = translated(page)
    page.body[0].value.source = page.body[0].value.source.replace("откылась", "открылась")
    page.save_revision().publish()
    assert page_state(target) == State.OUTDATED
