"""The editor's bar: the next act of each role beside saving."""

from __future__ import annotations

import re
from typing import Any

import pytest
from wagtail.models import GroupApprovalTask, WorkflowTask

from cms.models import User
from tests.editorial.desk import Desk
from tests.factories import make_group, make_user

pytestmark = pytest.mark.django_db

SAVE, SUBMIT, APPROVE = "Save draft", "Submit for approval", "Approve and publish"


def bar(desk: Desk, user: User, address: str) -> tuple[list[str], list[str]]:
    """Return the labels of the buttons that stand in the bar, and in its menu; on Enter a browser presses the first."""
    html = desk.browser(user).get(address).text
    actions = re.search(r"<nav class=\"actions.*?</nav>", html, re.DOTALL)
    assert actions
    shown, _toggle, menu = actions.group().partition("w-dropdown__content")
    return labels(shown.replace("More actions", "")), labels(menu)


def labels(html: str) -> list[str]:
    buttons = re.findall(r"<(a|button)\b(.*?)</\1>", html, re.DOTALL)
    texts = [re.sub(r"<[^>]*>|^[^>]*>", " ", text).split() for _tag, text in buttons]
    return [" ".join(words) for words in texts if words]


def edit(page: Any) -> str:
    return f"/admin/pages/{page.pk}/edit/"


def chief(desk: Desk, *groups: Any) -> User:
    rights = make_group(page=desk.section, rights=("add", "change", "publish"))
    return make_user(rights.name, *(group.name for group in groups))


def test_the_bar_has_the_next_act_of_each_role_and_saving(desk):
    new = f"/admin/pages/add/chorsu_articles/analysispage/{desk.section.pk}/"
    assert bar(desk, desk.author, new) == ([SAVE, SUBMIT], [])
    draft, publisher = desk.draft(), chief(desk, *desk.task.groups.all())
    assert bar(desk, desk.author, edit(draft))[0] == [SAVE, SUBMIT]
    assert bar(desk, publisher, edit(draft)) == ([SAVE, SUBMIT], ["Publish"]), "it is an override"

    waiting = desk.in_review()
    assert bar(desk, desk.author, edit(waiting))[0] == ["Withdraw from approval"]
    shown, menu = bar(desk, publisher, edit(waiting))
    assert (shown, "Publish" in menu) == ([SAVE, APPROVE], False)
    assert {"Request changes", "Approve with a comment"} <= set(menu)
    # Who wrote it can't approve it.
    shown, menu = bar(desk, publisher, edit(desk.in_review(publisher)))
    assert (shown, "Publish" in menu) == ([SAVE], True)

    desk.decide(desk.editor, waiting)
    shown, menu = bar(desk, publisher, edit(waiting))
    assert (shown, {"Publish", "Unpublish"} <= set(menu)) == ([SAVE, SUBMIT], True)


def test_wagtails_own_workflow_has_the_same_bar(desk):
    moderators = make_group(page=desk.section, rights=("change",))
    task = GroupApprovalTask.objects.create(name="Moderation")
    task.groups.add(moderators)
    WorkflowTask.objects.filter(task=desk.task.pk).update(task=task)
    publisher = chief(desk, moderators)
    assert bar(desk, publisher, edit(desk.draft())) == ([SAVE, "Publish"], [SUBMIT]), "nobody's approval is passed over"
    shown, menu = bar(desk, publisher, edit(desk.in_review()))
    assert (shown, "Publish" in menu) == ([SAVE, "Approve and Publish"], False)


def test_an_earlier_version_is_not_submitted_or_published_by_mistake(desk):
    draft = desk.draft()
    address = f"/admin/pages/{draft.pk}/revisions/{draft.latest_revision_id}/revert/"
    shown, _menu = bar(desk, chief(desk), address)
    assert shown == ["Replace current draft"]
