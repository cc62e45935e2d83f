"""Several people at once: nothing is lost, and nothing happens twice."""

from __future__ import annotations

from functools import partial

import pytest
from wagtail.models import Page, PageLogEntry

from chorsu_editorial.refusals import Refusal
from chorsu_search.queries import Query
from chorsu_search.results import find
from chorsu_search.writing import sync
from tests.editorial.desk import fresh, make_desk
from tests.threads import at_once

pytestmark = [pytest.mark.sql, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("patience")]

PAGES = 40


def publications(page: Page) -> int:
    return PageLogEntry.objects.filter(page_id=page.pk, action="wagtail.publish").count()


def test_forty_pages_are_approved_by_four_editors_at_once():
    desk = make_desk()
    pages = [desk.in_review(title=f"Каналы номер {number}", slug=f"page-{number}") for number in range(PAGES)]
    editors = [desk.editor, desk.other_editor, desk.editor, desk.other_editor]

    def approve_all(mine, editor):
        for page in mine:
            desk.decide(editor, page)

    jobs = [partial(approve_all, pages[number::4], editor) for number, editor in enumerate(editors)]
    assert at_once(*jobs) == [None] * 4
    assert [page.pk for page in pages if (fresh(page).live, publications(page)) != (True, 1)] == []
    assert not any(Page.find_problems())
    sync()
    assert find(Query(text="каналы", languages=("ru",), limit=10)).total == PAGES


def test_two_editors_approve_the_same_page_at_once():
    desk = make_desk()
    for number in range(5):
        page = desk.in_review(slug=f"page-{number}")
        answers = at_once(*(partial(desk.decide, editor, page) for editor in (desk.editor, desk.other_editor)))
        assert (fresh(page).live, publications(page)) == (True, 1)
        (refused,) = [answer for answer in answers if answer is not None]
        assert isinstance(refused, Refusal), refused
