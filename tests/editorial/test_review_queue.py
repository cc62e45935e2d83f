"""What waits for one person's approval, in order, and what comes after a decision."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from wagtail import hooks
from wagtail.models import Page

from chorsu_editorial import review_queue
from chorsu_editorial.links import review_url
from chorsu_editorial.review_queue import next_to_review, number_waiting, waiting_for
from cms.models import User
from tests.counted_lines import count_queries
from tests.editorial.desk import MENDED, fresh, like, text
from tests.factories import make_user

pytestmark = pytest.mark.django_db

QUEUE = "/admin/to-approve/"


@pytest.fixture
def both(desk, tajik) -> User:
    """Return an editor of two languages."""
    return like(desk.editor, tajik.editor)


@pytest.fixture
def waiting(desk, tajik, both) -> Iterator[dict[str, Any]]:
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
def test_what_is_due_soonest_comes_first_then_what_waits_longest(desk, both, waiting, monkeypatch):
    assert titles(both) == ["Late", "Soon", "Tajik", "First"]
    assert [after(both, waiting[name]) for name in ("Late", "Soon", "Tajik", "First", "Own")] == [
        *("Soon", "Tajik", "First", "Late", "Late")
    ]
    assert after(desk.author, waiting["Late"]) == ""
    # Beyond so many texts that somebody saved a version of, the screen says why they may not approve it.
    monkeypatch.setattr(review_queue, "MOST_ASKED", 0)
    assert "Own" in titles(both)


@pytest.mark.thorough
def test_the_page_lists_the_queue_and_the_menu_its_number_for_who_approves_somewhere(desk, both, waiting):
    shown = desk.browser(both).get(QUEUE)
    order = [shown.text.index(f">{name}<") for name in ("Late", "Soon", "Tajik", "First")]
    assert order == sorted(order)
    assert ">Own<" not in shown.text
    for words in ("Overdue: ", "Due: ", "New text", "To approve (4)"):
        assert words in text(shown)
    assert f'href="{review_url(waiting["Late"])}"' in shown.text
    ContentType.objects.get_for_model(Page)
    assert number_waiting(both) == 4
    assert count_queries(lambda: number_waiting(both)) == 1, "every screen of the admin asks for it"
    author = desk.browser(desk.author)
    assert QUEUE not in author.get("/admin/").text
    assert "Nothing waits for your approval." in text(author.get(QUEUE))


@pytest.mark.thorough
def test_the_number_of_queries_does_not_depend_on_how_many_wait(desk):
    counts = []
    for number in (2, 6):
        for _text in range(number):
            desk.in_review()
        desk.browser(desk.editor).get(QUEUE)  # what a process learns once
        counts.append(count_queries(lambda: desk.browser(desk.editor).get(QUEUE)))
    assert counts[0] == counts[1]


@pytest.mark.thorough
def test_who_came_from_the_queue_goes_on_to_the_next_text_until_there_is_none(desk):
    first, second, third = (desk.in_review(title=f"{n}", slug=f"t{n}") for n in range(3))
    at_queue = {"next": QUEUE}
    form = desk.form(desk.editor, first, **at_queue)
    desk.save(desk.other_editor, first, lead=MENDED)
    refused = desk.act(desk.editor, first, "approve", data=form)
    assert (refused.status_code, f'href="{review_url(first)}"' in refused.text) == (409, True)
    sent_back = desk.act(desk.editor, first, "reject", extra={"comment": "No."}, **at_queue)
    assert sent_back.redirect_chain == [(review_url(second), 302)]
    held = desk.act(desk.editor, second, "approve_and_hold", **at_queue)
    assert (held.redirect_chain, "Next:" in held.text) == ([(review_url(third), 302)], False)
    approved = desk.act(desk.editor, third, "approve", **at_queue, lead=MENDED)
    assert (approved.redirect_chain, fresh(third).live) == ([(QUEUE, 302)], True)


def test_who_came_from_elsewhere_is_offered_the_next_text(desk):
    page = desk.in_review()
    desk.in_review(title="Russian", slug="russian")
    answer = desk.act(desk.editor, page, "approve")
    assert "Next: “Russian”" in answer.text
    assert answer.redirect_chain == [(f"/admin/pages/{desk.section.pk}/", 302)]
    assert after(make_user(superuser=True), page) == "Russian"
