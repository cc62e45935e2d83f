"""What a page shows of other objects: a change between the screen and the approval voids the approval."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from chorsu_articles.models import Person, Picture
from chorsu_editorial.hashing import approval_hash, content_hash, shown_facts
from cms.publishing import publish_due
from tests.editorial.desk import (
    AJAX,
    assert_untouched,
    fresh,
    latest,
    make_lone_chief,
    task_state,
    text,
)
from tests.editorial.test_file_usage import make_document
from tests.factories import make_person, make_picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(desk) -> Any:
    """Return a page in review with a picture and a byline."""
    page = desk.draft(main_picture=make_picture(title="Market", credit="Agency", licence="CC BY 4.0"))
    version = latest(page)
    version.author_links.create(person=make_person("Автор Первый"))
    version.save_revision(user=desk.author)
    desk.submit(desk.author, page)
    return fresh(page)


def change_credit() -> None:
    Picture.objects.update(credit="Somebody else")


CHANGES: list[tuple[Any, dict[str, Any]]] = [
    (Picture, {"credit": "Somebody else"}),
    (Picture, {"licence": ""}),
    (Picture, {"file": "original_images/other.png"}),
    (Person, {"name_ru": "Автор Второй"}),
    (Person, {"name_withheld": True}),
]


@pytest.mark.thorough
def test_a_change_since_the_editor_was_opened_is_refused_and_named(desk, page):
    state, form = task_state(page), desk.form(desk.editor, page)
    desk.browser(desk.editor)  # signed in for good
    named = {Picture: "Market", Person: "Person"}
    jobs = [(partial(model.objects.update, **change), named[model]) for model, change in CHANGES]
    # The picture's credit is now somebody's name.
    for job, what in (*jobs, (partial(make_person, "Агентство", name_en="Agency"), "Market")):
        with transaction.atomic():
            job()
            response = desk.act(desk.editor, page, "approve", data=form.copy())
            assert response.status_code == 409, job
            assert what in text(response).split("Changed after you opened this text")[1][:80]
            assert_untouched(page, state)
            transaction.set_rollback(True)


@pytest.mark.thorough
@pytest.mark.sql
def test_a_refused_screen_stays_refused_and_opened_again_it_is_approved(desk, page):
    form = desk.form(desk.editor, page, opened=True)
    nothing = form.copy()
    del nothing["shown-facts"]
    assert "known what your screen showed" in text(desk.act(desk.editor, page, "approve", data=nothing))
    change_credit()
    response = desk.act(desk.editor, page, "approve", data=form)
    assert form["shown-facts"] in response.text
    assert desk.act(desk.editor, page, "approve", data=form).status_code == 409
    again = desk.form(desk.editor, page)
    Person.objects.update(name_en="First Author")  # the name in another language is no change
    assert desk.act(desk.editor, page, "approve", data=again).status_code == 200
    assert fresh(page).live


def test_a_change_since_the_dialogue_was_opened_is_refused_and_named(desk, page):
    url, form = desk.dialogue(desk.editor, page, "approve")
    change_credit()
    response = desk.browser(desk.editor).post(url, form, headers=AJAX)
    assert "Changed after you opened this text: Picture “Market”." in response.json()["html"]
    assert not fresh(page).live


def test_what_the_approver_takes_out_is_no_change(desk, page):
    # A picture is more than an approver may change, but who approves alone may take it out.
    alone = make_lone_chief()
    form = desk.form(alone, page, main_picture="")
    change_credit()
    desk.act(alone, page, "approve_alone", data=form, extra={"reason": "At night."})
    assert fresh(page).live


def test_a_credit_that_changes_later_leaves_a_scheduled_page_valid(desk, page):
    desk.save(desk.author, page, go_live_at=timezone.now() + timedelta(hours=3))
    desk.decide(desk.editor, page)
    change_credit()
    revision = fresh(page).scheduled_revision
    revision.content["go_live_at"] = timezone.now().isoformat()
    revision.approved_go_live_at = timezone.now() - timedelta(minutes=1)
    revision.save()
    publish_due()
    assert fresh(page).live


def test_the_content_hash_knows_none_of_it(page):
    """It decides who had a share in a text, and is kept."""
    before = content_hash(latest(page)), approval_hash(latest(page))
    change_credit()
    assert content_hash(latest(page)) == before[0]
    assert approval_hash(latest(page)) != before[1]


@pytest.mark.sql
def test_it_asks_once_for_each_kind_of_object(desk, django_assert_num_queries):
    document = make_document()
    pictures = [make_picture() for _number in range(3)]
    body = [("picture", {"picture": one, "caption": "", "alt": "", "size": "text"}) for one in pictures]
    version = latest(desk.draft(body=[*body, ("file", {"document": document, "title": ""})], main_picture=pictures[0]))
    assert len(shown_facts(version)) == 4
    with django_assert_num_queries(2):
        shown_facts(version)
