"""What waits for one person's approval, in order, and what comes after a decision."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail import hooks
from wagtail.models import Page

from chorsu_editorial import review_queue
from chorsu_editorial.links import review_url
from chorsu_editorial.review_queue import next_to_review, number_waiting, waiting_for
from cms.models import User
from tests.editorial.desk import LEAD, MENDED, Desk, fresh, task_state, text
from tests.factories import make_user

pytestmark = pytest.mark.django_db

QUEUE = "/admin/to-approve/"


@pytest.fixture
def both(desk: Desk, tajik: Desk) -> User:
    """Return an editor of two languages."""
    return make_user(*(group.name for group in (*desk.editor.groups.all(), *tajik.editor.groups.all())))


@pytest.fixture
def waiting(desk: Desk, tajik: Desk, both: User) -> Iterator[dict[str, Any]]:
    """Give the editor of two languages what is due, overdue, and waits; and what they wrote themselves."""
    own = desk.draft(title="Own", slug="own")
    desk.save(both, own, lead="Another lead of the editor’s")
    desk.submit(desk.author, own)
    desk.in_review(submitter=both, title="Submitted", slug="submitted")
    names = {"Tajik": tajik, "First": desk, "Soon": desk, "Late": desk}
    pages = {name: at.in_review(title=name, slug=name.lower()) for name, at in names.items()}
    today = timezone.localdate()
    days = {pages["Soon"].pk: today + dt.timedelta(days=1), pages["Late"].pk: today - dt.timedelta(days=1)}
    with hooks.register_temporarily("chorsu_review_due", lambda keys: {key: days[key] for key in keys if key in days}):
        yield {**pages, "Own": own}


def titles(user: User) -> list[str]:
    """Return what a person may decide, in order."""
    return [each.state.revision.content["title"] for each in waiting_for(user)]


def after(user: User, page: Page) -> str:
    found = next_to_review(user=user, after=page)
    return found.title if found else ""


@pytest.mark.thorough
@pytest.mark.sql
def test_what_is_due_soonest_comes_first_then_what_waits_longest(both: User, waiting: dict[str, Any]) -> None:
    assert titles(both) == ["Late", "Soon", "Tajik", "First"]


@pytest.mark.thorough
def test_the_queue_goes_on_behind_the_text_that_was_decided(
    desk: Desk, both: User, waiting: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [after(both, waiting[name]) for name in ("Late", "Soon", "Tajik", "First", "Own")] == [
        *("Soon", "Tajik", "First", "Late", "Late")
    ]
    assert after(desk.author, waiting["Late"]) == ""
    # Beyond so many texts that somebody saved a version of, the screen says why they may not approve it.
    monkeypatch.setattr(review_queue, "MOST_ASKED", 0)
    assert "Own" in titles(both)


@pytest.mark.thorough
def test_the_page_lists_the_queue_without_what_somebody_else_approves(
    desk: Desk, both: User, waiting: dict[str, Any]
) -> None:
    shown = desk.browser(both).get(QUEUE)
    order = [shown.text.index(f">{name}<") for name in ("Late", "Soon", "Tajik", "First")]
    assert order == sorted(order)
    said = text(shown)
    assert ("Overdue: " in said, "Due: " in said, "New text" in said, "Submitted" in said) == (True, True, True, False)
    assert ">Own<" not in shown.text
    assert f'href="{review_url(waiting["Late"])}"' in shown.text


@pytest.mark.thorough
def test_the_menu_has_the_number_and_only_for_who_approves_somewhere(
    desk: Desk, both: User, waiting: dict[str, Any]
) -> None:
    assert "To approve (4)" in desk.browser(both).get("/admin/").text
    ContentType.objects.get_for_model(Page)
    with CaptureQueriesContext(connection) as asked:
        assert number_waiting(both) == 4
    assert len(asked) == 1, "every screen of the admin asks for it"
    assert QUEUE not in desk.browser(desk.author).get("/admin/").text
    assert "Nothing waits for your approval." in text(desk.browser(desk.author).get(QUEUE))


@pytest.mark.thorough
def test_the_number_of_queries_does_not_depend_on_how_many_wait(desk: Desk) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            desk.browser(desk.editor).get(QUEUE)
        return len(asked)

    for number in range(2):
        desk.in_review(title=f"Text {number}", slug=f"text-{number}")
    queries()  # what a process learns once
    few = queries()
    for number in range(2, 8):
        desk.in_review(title=f"Text {number}", slug=f"text-{number}")
    assert queries() == few


@pytest.mark.thorough
def test_who_came_from_the_queue_goes_on_to_the_next_text_until_there_is_none(desk: Desk) -> None:
    first, second, third = (desk.in_review(title=f"{n}", slug=f"t{n}", lead=LEAD) for n in range(3))
    at_queue = {"next": QUEUE}
    form = desk.form(desk.editor, first, **at_queue)
    desk.save(desk.other_editor, first, lead=MENDED)
    refused = desk.act(desk.editor, first, "approve", data=form)
    assert (refused.status_code, f'href="{review_url(first)}"' in refused.text) == (409, True)
    sent_back = desk.act(desk.editor, first, "reject", extra={"comment": "No."}, **at_queue)
    assert sent_back.redirect_chain == [(review_url(second), 302)]
    assert "You sent “0” back" in sent_back.text
    held = desk.act(desk.editor, second, "approve_and_hold", **at_queue)
    assert (held.redirect_chain, "Next:" in held.text) == ([(review_url(third), 302)], False)
    approved = desk.act(desk.editor, third, "approve", **at_queue, lead=MENDED)
    assert (approved.redirect_chain, fresh(third).live) == ([(QUEUE, 302)], True)
    assert "Nothing waits for your approval." in text(desk.browser(desk.editor).get(QUEUE))


def test_who_came_from_elsewhere_is_offered_the_next_text(desk: Desk) -> None:
    page, other = desk.in_review(), desk.in_review(title="Russian", slug="russian")
    answer = desk.act(desk.editor, page, "approve")
    assert "Next: “Russian”" in answer.text
    assert answer.redirect_chain == [(f"/admin/pages/{desk.section.pk}/", 302)]
    assert next_to_review(user=make_user(superuser=True), after=page) == Page.objects.get(pk=other.pk)
    assert task_state(other).status == "in_progress"
