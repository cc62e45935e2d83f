"""What a page shows of other objects: a change between the screen and the approval voids the approval."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from chorsu_articles.models import Person, Picture
from chorsu_editorial.hashing import approval_hash, content_hash, shown_facts
from cms.publishing import publish_due
from tests.editorial.desk import (
    AJAX,
    Desk,
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
def picture() -> Picture:
    return make_picture(title="Market", credit="Agency", licence="CC BY 4.0")


@pytest.fixture
def person() -> Person:
    return make_person("Автор Первый")


@pytest.fixture
def page(desk: Desk, picture: Picture, person: Person) -> Any:
    """Return a page in review with a picture and a byline."""
    page = desk.draft(main_picture=picture)
    version = latest(page)
    version.author_links.create(person=person)
    version.save_revision(user=desk.author)
    fresh(page).get_workflow().start(fresh(page), desk.author)
    return fresh(page)


def credit(picture: Picture, _person: Person) -> None:
    Picture.objects.filter(pk=picture.pk).update(credit="Somebody else")


def named_by_its_credit(_picture: Picture, _person: Person) -> None:
    make_person("Агентство", name_en="Agency")


def licence(picture: Picture, _person: Person) -> None:
    Picture.objects.filter(pk=picture.pk).update(licence="")


def past_the_guards(picture: Picture, _person: Person) -> None:
    Picture.objects.filter(pk=picture.pk).update(file="original_images/other.png")


def name(_picture: Picture, person: Person) -> None:
    person.name_ru = "Автор Второй"
    person.save()


def withheld(_picture: Picture, person: Person) -> None:
    Person.objects.filter(pk=person.pk).update(name_withheld=True)


CHANGES = [
    *((change, "Market") for change in (credit, named_by_its_credit, licence, past_the_guards)),
    *((change, "Person") for change in (name, withheld)),
]


@pytest.mark.thorough
def test_a_change_since_the_editor_was_opened_is_refused_and_named(
    desk: Desk, page: Any, picture: Picture, person: Person
) -> None:
    state, form = task_state(page), desk.form(desk.editor, page)
    desk.browser(desk.editor)  # signed in for good
    for change, named in CHANGES:
        with transaction.atomic():
            change(picture, person)
            response = desk.act(desk.editor, page, "approve", data=form.copy())
            assert response.status_code == 409, change
            assert named in text(response).split("Changed after you opened this text")[1][:80]
            assert_untouched(page, state)
            transaction.set_rollback(True)


@pytest.mark.thorough
@pytest.mark.sql
def test_a_refused_screen_stays_refused_and_opened_again_it_is_approved(
    desk: Desk, page: Any, picture: Picture, person: Person
) -> None:
    form = desk.form(desk.editor, page, opened=True)
    nothing = form.copy()
    del nothing["shown-facts"]
    assert "known what your screen showed" in text(desk.act(desk.editor, page, "approve", data=nothing))
    credit(picture, person)
    response = desk.act(desk.editor, page, "approve", data=form)
    assert form["shown-facts"] in response.text
    assert desk.act(desk.editor, page, "approve", data=form).status_code == 409
    assert not fresh(page).live
    again = desk.form(desk.editor, page)
    person.name_en = "First Author"  # the name in another language is no change
    person.save()
    assert desk.act(desk.editor, page, "approve", data=again).status_code == 200
    assert fresh(page).live


def test_a_change_since_the_dialogue_was_opened_is_refused_and_named(desk: Desk, page: Any, picture: Picture) -> None:
    url, form = desk.dialogue(desk.editor, page, "approve")
    credit(picture, Person())
    response = desk.browser(desk.editor).post(url, form, headers=AJAX)
    assert "Changed after you opened this text: Picture “Market”." in json.loads(response.content)["html"]
    assert not fresh(page).live


def test_what_the_approver_takes_out_is_no_change(desk: Desk, page: Any, picture: Picture) -> None:
    # A picture is more than an approver may change, but who approves alone may take it out.
    alone = make_lone_chief()
    form = desk.form(alone, page, main_picture="")
    credit(picture, Person())
    desk.act(alone, page, "approve_alone", data=form, extra={"reason": "At night."})
    assert fresh(page).live


def test_a_credit_that_changes_later_leaves_a_scheduled_page_valid(desk: Desk, page: Any, picture: Picture) -> None:
    version = latest(page)
    version.go_live_at = timezone.now() + timedelta(hours=3)
    version.save_revision(user=desk.author)
    desk.decide(desk.editor, page)
    scheduled = page.revisions.exclude(approved_go_live_at=None)
    assert scheduled.count() == 1
    credit(picture, Person())
    revision = scheduled.get()
    revision.content["go_live_at"] = timezone.now().isoformat()
    revision.approved_go_live_at = timezone.now() - timedelta(minutes=1)
    revision.save()
    publish_due()
    assert fresh(page).live


def test_the_content_hash_knows_none_of_it(page: Any, picture: Picture, person: Person) -> None:
    """It decides who had a share in a text, and is kept."""
    before = content_hash(latest(page)), approval_hash(latest(page))
    credit(picture, person)
    assert content_hash(latest(page)) == before[0]
    assert approval_hash(latest(page)) != before[1]


@pytest.mark.sql
def test_it_asks_once_for_each_kind_of_object(desk: Desk, django_assert_num_queries: Any) -> None:
    document = make_document()
    pictures = [make_picture() for _number in range(3)]
    body = [("picture", {"picture": one, "caption": "", "alt": "", "size": "text"}) for one in pictures]
    version = latest(desk.draft(body=[*body, ("file", {"document": document, "title": ""})], main_picture=pictures[0]))
    assert len(shown_facts(version)) == 4
    with django_assert_num_queries(2):
        shown_facts(version)
