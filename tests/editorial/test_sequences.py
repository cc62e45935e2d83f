"""Whatever people do in whatever order: what goes live was approved by a second pair of eyes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from wagtail.models import Page

from chorsu_editorial.hashing import screen_token
from cms.models import User
from tests.editorial.desk import Desk, action_url, dual, fresh, latest, make_desk, task_state

pytestmark = pytest.mark.django_db
_words = count(1)


@dataclass
class Story:
    """One page and the people around it: ``wrote`` says whose words a headline is, as the test knows it."""

    desk: Desk
    page: Page
    people: list[User]
    template: Any
    wrote: dict[str, User] = field(default_factory=dict)
    submitters: list[User] = field(default_factory=list)
    published: int = 0

    def form(self, title: str, **posted: Any) -> Any:
        revision = fresh(self.page).latest_revision
        data = self.template.copy()
        data["title"] = title
        data["loaded_revision_id"] = str(revision.pk)
        data["loaded_revision_created_at"] = revision.created_at.isoformat()
        data.update(posted)
        return data

    def post(self, user: User, data: Any, *, url: str = "edit/", **options: Any) -> Any:
        return self.desk.browser(user).post(f"/admin/pages/{self.page.pk}/{url}", data, **options)

    def write(self, user: User, **posted: Any) -> None:
        """Send new words with a button; they are this person's wherever they end up."""
        title = f"Words {next(_words)}"
        self.wrote[title] = user
        self.post(user, self.form(title, **posted))

    def keep(self, user: User, **posted: Any) -> None:
        """Press a button without writing."""
        self.post(user, self.form(latest(self.page).title, **posted))


Step = Callable[[Story, User], None]


def save(story: Story, user: User) -> None:
    story.write(user)


def rewrite(story: Story, user: User) -> None:
    """Save by itself into the latest revision, whoever's it is and whatever became of it."""
    title = f"Words {next(_words)}"
    story.wrote[title] = user
    data = story.form(title, overwrite_revision_id=str(fresh(story.page).latest_revision_id))
    story.post(user, data, headers={"accept": "application/json"})


def submits(button: str) -> Step:
    """Return the step of a button that submits."""

    def step(story: Story, user: User) -> None:
        was = fresh(story.page).workflow_in_progress
        story.keep(user, **{button: "1"})
        if not was and fresh(story.page).workflow_in_progress:
            story.submitters.append(user)

    return step


def decides(action: str, *, writes: bool = False, **extra: str) -> Step:
    """Return the step of a button of the review, with or without new words."""
    posted = {"action-workflow-action": "1", "workflow-action-name": action}
    posted |= {"workflow-action-extra-data": json.dumps(extra)} if extra else {}

    def step(story: Story, user: User) -> None:
        send = story.write if writes else story.keep
        send(user, **posted)

    return step


submit, restart = submits("action-submit"), submits("action-restart-workflow")
approve, mend_and_approve = decides("approve"), decides("approve", writes=True)
approve_alone, send_back = decides("approve_alone", reason="Because"), decides("reject", comment="Once more.")


def approve_at_the_dashboard(story: Story, user: User) -> None:
    if not fresh(story.page).workflow_states.exists():
        return
    token = screen_token(latest(story.page), fresh(story.page).latest_revision)
    url = action_url(story.page, "approve", task_state(story.page))
    story.desk.browser(user).post(url, {"screen": str(token), "comment": ""})


def withdraw(story: Story, user: User) -> None:
    story.keep(user, **{"action-cancel-workflow": "1"})


def publish(story: Story, user: User) -> None:
    story.write(user, **{"action-publish": "1"})


def bring_back(story: Story, user: User) -> None:
    """Go back to the first version that there is."""
    first = fresh(story.page).revisions.order_by("pk").first()
    story.post(user, story.form(first.as_object().title), url=f"revisions/{first.pk}/revert/")


APPROVALS: list[Step] = [approve, mend_and_approve, approve_at_the_dashboard]
STEPS: list[Step] = [
    save, rewrite, submit, restart, approve_alone, send_back, withdraw, publish, bring_back, *APPROVALS,
]  # fmt: skip


def check(story: Story, before: Page, step: Step, user: User) -> None:
    """Check that what is live now was live before, or was approved in this step by somebody who may."""
    now = fresh(story.page)
    if now.live_revision_id == before.live_revision_id:
        assert now.live is before.live
        if now.live:
            assert now.title == before.title
            assert now.live_revision.as_object().title == now.title, "the revision that is live was written into"
        return
    story.published += 1
    assert step in {approve, mend_and_approve, approve_at_the_dashboard}
    assert user in story.people[1:], "of the approving group"
    assert story.submitters[-1] != user
    if step is not mend_and_approve:
        mended_in_review = task_state(story.page).submitted.as_object().title != now.title
        assert mended_in_review or story.wrote.get(now.title) != user
    assert story.wrote.get(task_state(story.page).submitted.as_object().title) != user


@pytest.fixture
def story() -> Iterator[Story]:
    desk = make_desk()
    page = desk.draft(body=[])
    told = Story(
        desk, page, [desk.author, dual(desk), dual(desk)], desk.form(desk.author, page), {"Draft": desk.author}
    )
    for person in told.people:
        desk.browser(person)  # signed in for good: each story is rolled back
    yield told
    assert told.published, "stories in which nothing is ever approved prove nothing"


people = st.sampled_from([1, 2, 0])


@settings(
    max_examples=9 + settings.default.max_examples // 10,
    phases=[Phase.explicit, Phase.generate],
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    people, people, st.lists(st.tuples(st.sampled_from(STEPS), people), max_size=4), st.sampled_from(APPROVALS), people
)
@example(0, 0, [], approve, 1)  # of those that are generated, none may be approved
def test_nothing_goes_live_without_a_second_pair_of_eyes(
    story,
    writer,
    submitter,
    steps,
    approval,
    approver,
):
    with transaction.atomic():
        for step, number in [(save, writer), (submit, submitter), *steps, (approval, approver)]:
            before = fresh(story.page)
            step(story, story.people[number])
            check(story, before, step, story.people[number])
        story.submitters.clear()
        transaction.set_rollback(True)
