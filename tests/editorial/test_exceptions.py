"""Publication without a second person: every way asks for a reason, stands in the report and is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone
from wagtail.log_actions import LogContext
from wagtail.models import GroupPagePermission, Page, PageLogEntry

from chorsu_editorial import signals
from chorsu_editorial.exceptions import ExceptionsReport
from chorsu_editorial.refusals import OwnWork
from cms.models import User
from tests.editorial.desk import (
    AJAX,
    LEAD,
    MENDED,
    Desk,
    assert_untouched,
    dual,
    fresh,
    latest,
    make_lone_chief,
    sent_by,
    task_state,
    text,
)
from tests.factories import make_group, make_section, make_user

pytestmark = pytest.mark.django_db

BULK = "/admin/bulk/wagtailcore/page/publish/"
REPORT = "/admin/reports/exceptions/"
REASON = "Nobody else is awake, and the river rises."
QUESTION = "Nobody else has approved this text. Why does it go live all the same?"


@pytest.fixture
def chief(desk) -> User:
    group = make_group("Chiefs", desk.section, ("add", "change", "publish"))
    return make_user(group.name, first_name="Lola")


@pytest.fixture
def told(listen) -> Any:
    return listen(signals.exception_made)


def entries(page: Page) -> list[tuple[Any, str, str, int]]:
    found = PageLogEntry.objects.filter(page=page.pk, action="chorsu_editorial.published_by_right").order_by("pk")
    return [(entry.user, entry.data["how"], entry.data["reason"], entry.data["words"]) for entry in found]


@pytest.mark.thorough
@pytest.mark.sql
def test_the_publish_button_asks_keeps_what_was_typed_and_publishes_for_a_reason(desk, chief, told):
    page = desk.in_review()
    desk.task.groups.add(chief.groups.get())
    for reason in ({}, {"publish_reason": "\0"}, {"publish_reason": "\u3164"}):
        asked = desk.press(chief, page, "action-publish", lead=MENDED, **reason)
        assert asked.status_code == 403, reason
        assert QUESTION in text(asked)
        assert MENDED in asked.text
    assert (fresh(page).live, latest(page).lead) == (False, LEAD), "nothing is saved before the answer"
    desk.press(chief, page, "action-publish", lead=MENDED, publish_reason=f" {REASON} ")
    assert (fresh(page).live, fresh(page).lead, task_state(page).status) == (True, MENDED, "cancelled")
    assert PageLogEntry.objects.filter(page=page.pk, action="wagtail.publish", user=chief).exists()
    assert entries(page) == [(chief, "published", REASON, 15)]
    assert [(facts["user"], facts["how"], facts["reason"], facts["words"]) for _signal, facts in told] == entries(page)


def in_bulk(desk: Desk, user: User, page: Page, reason: str) -> None:
    without_workflow = make_section(live=False)
    make_group("Chiefs", without_workflow, ("publish",))
    desk.browser(user).post(f"{BULK}?id={page.pk}&id={without_workflow.pk}", {"reason": reason})


def below_a_section(desk: Desk, user: User, _page: Page, reason: str) -> None:
    desk.browser(user).post(f"{BULK}?id={desk.section.pk}", {"reason": reason, "include_descendants": "on"})


def by_the_api(desk: Desk, user: User, page: Page, reason: str) -> None:
    url = f"/admin/api/main/pages/{page.pk}/action/publish/"
    answer = desk.browser(user).post(url, {"reason": reason}, content_type="application/json")
    assert reason == REASON or (answer.status_code, list(answer.json())) == (400, ["reason"])


def at_its_time(desk: Desk, user: User, page: Page, reason: str) -> None:
    at = (timezone.localtime() + timedelta(hours=3)).strftime("%Y-%m-%d %H:%M")
    answer = desk.press(user, page, "action-publish", publish_reason=reason, go_live_at=at)
    assert reason == REASON or "Schedule with this reason" in text(answer)


@pytest.mark.parametrize("way", [in_bulk, below_a_section, by_the_api, at_its_time])
def test_every_way_asks(desk, chief, way):
    page = desk.draft()
    for reason in ("", "..."):
        way(desk, chief, page, reason)
        assert not fresh(page).live, reason
        assert not fresh(page).approved_schedule, reason
    way(desk, chief, page, REASON)
    assert entries(page) == [(chief, "scheduled" if way is at_its_time else "published", REASON, 15)]
    assert fresh(page).approved_schedule if way is at_its_time else fresh(page).live


@pytest.mark.thorough
def test_an_earlier_version_asks_too(desk, chief):
    page = desk.in_review()
    first = page.latest_revision
    desk.save(desk.editor, page, lead=MENDED)
    desk.decide(desk.editor, page)
    url = f"/admin/pages/{page.pk}/revisions/{first.pk}/revert/"
    data = desk.form(chief, page)
    data.update({"lead": LEAD, "action-publish": "1"})
    assert desk.browser(chief).post(url, data).status_code == 403
    assert fresh(page).lead == MENDED
    data["publish_reason"] = REASON
    desk.browser(chief).post(url, data)
    assert fresh(page).lead == LEAD
    assert entries(page) == [(chief, "reverted", REASON, 1)]


def test_a_new_page_is_published_for_a_reason_only(desk, chief):
    url = reverse("wagtailadmin_pages:add", args=["chorsu_articles", "analysispage", desk.section.pk])
    browser = desk.browser(chief)
    data = sent_by(browser.get(url).text)
    streams = {f"{name}-count": "0" for name in ("body", "key_points", "references")}
    data.update({"title": "New", "slug": "new", "lead": "new", "action-publish": "1", **streams})
    assert QUESTION in text(browser.post(url, data))
    assert not Page.objects.filter(slug="new").exists()
    data["publish_reason"] = REASON
    browser.post(url, data)
    page = Page.objects.get(slug="new")
    assert page.live
    assert entries(page) == [(chief, "published", REASON, 2)]


def test_a_copy_is_a_draft_and_an_alias_made_live_by_who_may_publish_only(desk, chief, told):
    page = desk.in_review()
    desk.decide(desk.editor, page)
    assert (entries(page), told) == ([], []), "an approval is no exception"
    copy = reverse("wagtailadmin_pages:copy", args=[page.pk])
    form = {"new_title": "Other", "new_slug": "other", "new_parent_page": desk.section.pk}
    desk.browser(chief).post(copy, {**form, "publish_copies": "on"})
    assert not Page.objects.get(slug="other").live
    url = f"/admin/api/main/pages/{page.pk}/action/copy/"
    data = {"title": "Third", "slug": "third", "keep_live": True}
    assert desk.browser(chief).post(url, data, content_type="application/json").status_code == 201
    assert not Page.objects.get(slug="third").live
    for user, slug, live in ((desk.author, "by-author", False), (chief, "by-chief", True)):
        desk.browser(user).post(copy, {**form, "new_slug": slug, "alias": "on"})
        assert Page.objects.get(slug=slug).live == live


def test_where_nobody_has_to_approve_publishing_is_wagtails_own(desk, chief):
    desk.task.workflows.get().workflow_pages.all().delete()
    page = desk.draft()
    desk.press(chief, page, "action-publish")
    assert fresh(page).live
    assert entries(page) == []


def test_a_way_that_nobody_thought_of_is_reported_without_a_reason(desk, chief, told):
    page = desk.draft()
    with LogContext(user=chief):
        page.latest_revision.publish(user=chief)
    assert entries(page) == [(chief, "published", "", 15)]
    assert len(told) == 1


@pytest.mark.thorough
@pytest.mark.sql
def test_the_report_lists_all_of_it(desk, chief):
    chief.user_permissions.add(Permission.objects.get(codename="approve_alone"))
    first = desk.in_review(title="Approved alone")
    desk.act(chief, first, "approve_alone", extra={"reason": "At night."})
    second = desk.draft(title="By right", slug="by-right")
    desk.press(chief, second, "action-publish", publish_reason=REASON)
    browser = desk.browser(chief)
    report = browser.get(REPORT)
    for words in ("Approved alone", "At night.", "By right", "Published without approval", REASON, "Lola", "16"):
        assert words in text(report)
    assert f"/admin/pages/{first.pk}/edit/" in report.text
    assert REPORT in browser.get("/admin/").text
    fresh(first).delete()
    assert "Approved alone" in text(browser.get(REPORT))
    assert REASON in b"".join(browser.get(f"{REPORT}?export=csv")).decode()  # type: ignore[call-overload]
    for field in ("label", "reason"):
        assert ExceptionsReport().get_preprocess_function(field, "=1+1", "csv")("=1+1") == "'=1+1", field
    GroupPagePermission.objects.filter(group__user=chief, permission__codename="publish_page").delete()
    for person in (chief, desk.editor):
        assert desk.browser(person).get(REPORT).status_code == 302


# The desk of one person


@pytest.mark.sql
def test_approving_alone_needs_a_reason(desk):
    alone = make_lone_chief()
    page = desk.in_review()
    state = task_state(page)
    url, data = desk.dialogue(alone, page, "approve_alone")
    for reason in ("", "\u3164"):
        response = desk.act(alone, page, "approve_alone", extra={"reason": reason})
        assert "Write why nobody else could look at this text." in text(response), reason
        answer = desk.browser(alone).post(url, {**data.dict(), "reason": reason}, headers=AJAX)
        assert answer.json()["step"] == "action", reason
    assert_untouched(page, state)
    desk.act(alone, page, "approve_alone", extra={"reason": REASON})
    assert (fresh(page).live, task_state(page).alone_reason) == (True, REASON)
    entry = PageLogEntry.objects.get(page=page.pk, action="chorsu_editorial.approved_alone")
    assert (entry.user, entry.comment) == (alone, REASON)
    assert entry.data == {"how": "alone", "reason": REASON, "words": 15}


@pytest.mark.thorough
def test_approving_alone_needs_the_right(desk, settings):
    both = dual(desk)
    page = desk.in_review(submitter=both)
    state = task_state(page)
    response = desk.act(both, page, "approve_alone", extra={"reason": "I want to."})
    assert "You don't have the right to approve alone." in text(response)
    both.user_permissions.add(Permission.objects.get(codename="approve_alone"))
    both = User.objects.get(pk=both.pk)
    offered = [name for name, _label, _dialogue in desk.task.get_actions(page, both)]
    assert offered == ["reject", "approve_alone"], "in place of the approval"
    with pytest.raises(OwnWork):
        desk.decide(both, page)
    settings.CHORSU_EDITORIAL = {"APPROVE_ALONE_PERMISSION": ""}
    alone = make_user(superuser=True)
    assert desk.act(alone, page, "approve_alone", extra={"reason": "I want to."}).status_code == 403
    assert_untouched(page, state)
