"""Every state of a page with every right: what one press of an editor reaches, and who is refused."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from wagtail.models import Revision

from chorsu_feedback.applying import NotAppliedError
from chorsu_feedback.models import TypoReport
from tests.editorial.desk import Desk, fresh, latest, make_desk
from tests.factories import make_group, make_user
from tests.feedback.test_applying import (
    HTML,
    MENDED,
    apply,
    approved_page,
    body,
    edit,
    in_an_hour,
    make_mending_desk,
    reported,
    right,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_messages_in_english")]
DOUBTFUL = "новая 5"


@pytest.fixture(scope="module")
def approved(kept_in_module: Callable[[], AbstractContextManager[None]]) -> tuple[Desk, Any]:
    """Return a desk and a page that it put live, for all tests here."""
    with kept_in_module():
        desk = make_mending_desk()
        page = approved_page(desk, HTML)
    desk.browsers.clear()
    return desk, page


@pytest.fixture
def desk(approved: tuple[Desk, Any], db: None) -> Desk:
    return deepcopy(approved[0])


@pytest.fixture
def page(approved: tuple[Desk, Any], db: None) -> Any:
    return fresh(approved[1])


def live(desk: Desk, page: Any) -> None:
    """Leave the page as it is."""


def newer_draft(desk: Desk, page: Any) -> None:
    edit(page, desk.author, lead="a longer lead")


def incomplete_draft(desk: Desk, page: Any) -> None:
    edit(page, desk.author, title="")


def new_version_scheduled(desk: Desk, page: Any) -> None:
    draft = edit(page, desk.author, lead="a longer lead", go_live_at=in_an_hour())
    draft.publish(user=desk.author, skip_permission_checks=True)


def draft_above_scheduled(desk: Desk, page: Any) -> None:
    new_version_scheduled(desk, page)
    edit(page, desk.author, lead="another lead", go_live_at=None)


def scheduled(desk: Desk, page: Any) -> None:
    page.unpublish()
    new_version_scheduled(desk, page)


def in_review(desk: Desk, page: Any) -> None:
    edit(page, desk.author, lead="a longer lead")
    desk.press(desk.author, page, "action-submit")
    assert fresh(page).workflow_in_progress


def unpublished(desk: Desk, page: Any) -> None:
    page.unpublish()


def unpublished_in_review(desk: Desk, page: Any) -> None:
    page.unpublish()
    in_review(desk, page)


def locked_by_another(desk: Desk, page: Any) -> None:
    lock(desk.other_editor, page)


def locked_by_oneself(desk: Desk, page: Any) -> None:
    lock(desk.editor, page)


def lock(user: Any, page: Any) -> None:
    page.locked, page.locked_by = True, user
    page.save()


@dataclass(frozen=True)
class Case:
    """A state, where a slip and a doubtful correction go in it (empty: refused), and how many versions get the slip."""

    put: Callable[[Desk, Any], None]
    slip: str
    doubtful: str
    versions: int


CASES = [
    Case(live, "published", "review", 1),
    Case(newer_draft, "published", "draft", 2),
    Case(incomplete_draft, "published", "draft", 2),
    Case(new_version_scheduled, "published", "draft", 2),
    Case(draft_above_scheduled, "published", "draft", 3),
    Case(scheduled, "scheduled", "draft", 1),
    Case(in_review, "published", "review", 2),
    Case(unpublished, "draft", "draft", 1),
    Case(unpublished_in_review, "draft", "review", 1),
    Case(locked_by_another, "", "", 0),
    Case(locked_by_oneself, "published", "review", 1),
]
NAMES = [case.put.__name__ for case in CASES]


def refused(desk: Desk) -> dict[str, Any]:
    """Return people without the right to mend this page, by what they have instead."""
    elsewhere = make_group("elsewhere", make_desk("tg").section, ("change", "publish"))
    elsewhere.permissions.add(right())
    only_mends = make_group("only mends")
    only_mends.permissions.add(right())
    publishes = make_group("publishes", desk.section, ("change", "publish"))
    gone = make_user(desk.editor.groups.first().name)
    gone.is_active = False
    return {
        "changes": desk.author,
        "changes and publishes": make_user(publishes.name),
        "mends and changes in another tree": make_user("elsewhere", desk.author.groups.first().name),
        "mends without a right on pages": make_user("only mends"),
        "is not active": gone,
        "nothing": make_user(),
    }


def facts(page: Any) -> Any:
    return (
        list(Revision.objects.filter(object_id=str(page.pk)).order_by("pk").values_list("pk", "approved_go_live_at")),
        body(fresh(page)),
        list(TypoReport.objects.values_list("status", "applied")),
    )


def held(page: Any, words: str) -> set[int]:
    """Return the versions, live, scheduled and latest, that hold these words."""
    now = fresh(page)
    kept = {revision.pk: revision.as_object() for revision in now.revisions.filter(approved_go_live_at__isnull=False)}
    if now.live:
        kept[now.live_revision_id] = now
    kept[now.latest_revision_id] = latest(page)
    return {pk for pk, version in kept.items() if words in body(version)}


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_who_has_not_the_right_changes_nothing_in_any_state(desk: Desk, page: Any, case: Case) -> None:
    report = reported(page)
    case.put(desk, fresh(page))
    before = facts(page)
    for what, user in refused(desk).items():
        with pytest.raises(PermissionDenied):
            apply(report, user)
        assert facts(page) == before, what


@pytest.mark.parametrize("by_superuser", [False, True], ids=["editor", "superuser"])
@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_a_slip_is_mended_in_every_version(desk: Desk, page: Any, case: Case, by_superuser: bool) -> None:
    report = reported(page)
    user = make_user(superuser=True) if by_superuser else desk.editor
    case.put(desk, fresh(page))
    if by_superuser and case.put is locked_by_oneself:
        lock(user, fresh(page))
    in_review, live = fresh(page).workflow_in_progress, fresh(page).live
    if not case.slip:
        with pytest.raises(NotAppliedError, match="locked") as refusal:
            apply(report, user)
        assert refusal.value.who == desk.other_editor
        return
    assert apply(report, user) == case.slip
    assert len(held(page, "открылась")) == case.versions
    assert not held(page, "откылась")
    assert (fresh(page).workflow_in_progress, fresh(page).live) == (in_review, live)
    assert body(latest(page)) == MENDED
    report.refresh_from_db()
    assert (report.status, report.applied, report.closed_by) == ("fixed", "открылась", user)


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_what_is_doubtful_waits_in_the_latest_version_alone(desk: Desk, page: Any, case: Case) -> None:
    report = reported(page, "новая", DOUBTFUL)
    case.put(desk, fresh(page))
    before = body(fresh(page))
    if not case.doubtful:
        with pytest.raises(NotAppliedError, match="locked"):
            apply(report, desk.editor)
        return
    assert apply(report, desk.editor) == case.doubtful
    now = fresh(page)
    assert held(page, DOUBTFUL) == {now.latest_revision_id}
    assert (body(now), now.workflow_in_progress) == (before, case.doubtful == "review")
    report.refresh_from_db()
    assert report.is_open
