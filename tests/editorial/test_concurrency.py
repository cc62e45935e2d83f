"""Several people at once: nothing is lost, and nothing happens twice."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from wagtail.models import Locale, Page, PageLogEntry

from chorsu_editorial.refusals import Refusal
from chorsu_search.queries import Query
from chorsu_search.results import find
from chorsu_search.writing import sync
from chorsu_translation.pages import TranslationError
from chorsu_translation.starting import start_translation
from cms.models import User
from tests.editorial.desk import fresh, make_desk
from tests.factories import make_article, make_home, make_section, make_user
from tests.threads import at_once

pytestmark = [pytest.mark.sql, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("patience")]

THREADS = 4
PAGES = 40


def publications(page: Page) -> int:
    return PageLogEntry.objects.filter(page_id=page.pk, action="wagtail.publish").count()


def test_forty_pages_are_approved_by_four_editors_at_once() -> None:
    desk = make_desk()
    pages = [desk.draft(title=f"Каналы номер {number}", slug=f"page-{number}") for number in range(PAGES)]
    for page in pages:
        desk.submit(desk.author, page)
    editors = [desk.editor, desk.other_editor, desk.editor, desk.other_editor]

    def approve_all(mine: Sequence[Page], editor: User) -> int:
        for page in mine:
            desk.decide(editor, page)
        return len(mine)

    answers = at_once(
        *(
            lambda number=number: approve_all(pages[number::THREADS], User.objects.get(pk=editors[number].pk))
            for number in range(THREADS)
        )
    )

    assert answers == [PAGES // THREADS] * THREADS
    assert [page.pk for page in pages if not fresh(page).live] == []
    assert [page.pk for page in pages if publications(page) != 1] == []
    assert not any(Page.find_problems())
    sync()
    assert find(Query(text="каналы", languages=("ru",), limit=10)).total == PAGES


def test_two_editors_approve_the_same_page_at_once() -> None:
    desk = make_desk()
    for number in range(5):
        page = desk.draft(slug=f"page-{number}")
        desk.submit(desk.author, page)

        answers = at_once(lambda: desk.decide(desk.editor, page), lambda: desk.decide(desk.other_editor, page))  # noqa: B023

        assert fresh(page).live
        assert publications(page) == 1
        told = [answer for answer in answers if answer is not None]
        assert len(told) == 1
        assert isinstance(told[0], Refusal), told


def test_two_people_start_the_same_translation_at_once() -> None:
    russian, tajik = make_home("ru"), make_home("tg")
    section = make_section(russian)
    section.copy_for_translation(Locale.objects.get(language_code="tg"))
    Page.objects.filter(translation_key=section.translation_key, locale=tajik.locale).update(live=True)
    people = [make_user(superuser=True), make_user(superuser=True)]
    for number in range(5):
        source = make_article(section, slug=f"source-{number}")

        answers = at_once(
            *(
                lambda user=user: start_translation(
                    source=Page.objects.get(pk=source.pk),  # noqa: B023
                    locale=tajik.locale,
                    user=user,
                )
                for user in people
            )
        )

        made = Page.objects.filter(translation_key=source.translation_key, locale=tajik.locale)
        assert made.count() == 1, answers
        assert all(isinstance(answer, (Page, TranslationError)) for answer in answers), answers
        assert any(isinstance(answer, Page) for answer in answers)
