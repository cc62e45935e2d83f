"""The admin's home page: what each role finds there, and how many queries that takes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Comment

from chorsu_articles.models import AnalysisPage, HomePage
from chorsu_feedback.reports import submit_report
from chorsu_locales.selectors import enabled_languages
from chorsu_translation.planning import request_translation
from chorsu_translation.starting import start_translation
from cms.models import User
from tests.cms.content import desk_of_newsroom, soup_of
from tests.editorial.desk import Desk, fresh
from tests.factories import make_article, make_home, make_section, make_user, signed_in
from tests.feedback.pages import anchor_in

pytestmark = pytest.mark.usefixtures("db")

WRITE, RETURNED, TO_DECIDE, DRAFTS = "Write", "Came back with remarks", "Awaiting your approval", "My drafts"
MINE, TYPOS = "My assignments and translations", "Typo reports"
SUBMITTED, LIVE = "Awaiting approval by others", "Lately live"


@pytest.fixture(scope="module", autouse=True)
def desk(newsroom_of_module, media_of_module, kept_in_module) -> Iterator[Desk]:
    with kept_in_module():
        author, colleague = make_user("Journalists (ru)"), make_user("Journalists (ru)", first_name="Bakhrom")
        editor, other = make_user("Editors (ru)", first_name="Zarina"), make_user("Editors (ru)")
        yield desk_of_newsroom(author, colleague, editor, other)


@pytest.fixture(autouse=True)
def _new_sessions(desk):
    desk.browsers.clear()


def home(user: User) -> BeautifulSoup:
    return soup_of(signed_in(user), "/admin/")


def panels(user: User) -> dict[str, Tag]:
    """Return the parts of somebody's home page by their headings, in order."""
    found = home(user).select(".w-dashboard section[aria-labelledby]")
    return {section.h2.get_text(strip=True): section for section in found if "w-summary" not in section["class"]}


def titles(panel: Tag) -> list[str]:
    return [title.get_text(strip=True) for title in panel.select(".chorsu-desk__title")]


def went_live(desk: Desk, title: str, **fields: Any) -> AnalysisPage:
    return make_article(desk.section, title=title, first_published_at=timezone.now(), **fields)


def add_one_of_each(desk: Desk) -> None:
    """Give the author and the editor one thing more to do of each sort."""
    desk.draft(title="Draft")
    desk.decide(desk.editor, desk.in_review(title="Sent back"), "reject", comment="Name the source.")
    page = desk.in_review(title="Handed in")
    Comment.objects.create(page=page, user=desk.editor, text="Who?", contentpath="title")
    live = went_live(desk, "Live", owner=desk.author)
    submit_report(page=live, anchor=anchor_in(live, "happened", "lead"), suggestion="took place", comment="Or so.")


def test_a_new_journalist_finds_where_to_write_alone_and_gets_straight_there(desk):
    found = panels(make_user("Journalists (ru)", "Journalists (tg)"))
    assert list(found) == [WRITE]
    offered = [" ".join(each.stripped_strings) for each in found[WRITE].select(".articles-write__offer")]
    assert offered == ["Article Русский", "Event report Русский", "Article Тоҷикӣ", "Event report Тоҷикӣ"]
    address = panels(desk.author)[WRITE].a["href"]
    assert address == f"/admin/pages/add/chorsu_articles/analysispage/{desk.section.pk}/"


def test_of_many_kinds_and_languages_the_two_written_last_stand_open(desk):
    chief = make_user("Chief editors")
    for code in ("tg", "en"):
        home_of_language = HomePage.objects.get(locale__language_code=code)
        make_article(home_of_language.get_children().first().specific, owner=chief)
    write = panels(chief)[WRITE]
    shown = write.select(":not(details) > ul .articles-write__offer")
    open_offers = [" ".join(each.stripped_strings) for each in shown]
    assert open_offers == ["Article English", "Article Тоҷикӣ"]
    assert len(write.select("details.articles-write__more > ul > li")) == 2 * len(enabled_languages()) - 2


def test_the_section_is_asked_for_only_where_there_are_several(desk):
    second = make_section(desk.section.get_parent().specific, title="Opinion")
    article, report = panels(desk.author)[WRITE].select(".articles-write__offers > li")
    sections = [link["href"].split("/")[-2] for link in article.select("details a")]
    assert sections == [str(desk.section.pk), str(second.pk)]
    assert report.details is None


@pytest.mark.thorough
@pytest.mark.sql
def test_an_author_finds_drafts_what_came_back_what_others_have_and_what_is_live(desk):
    add_one_of_each(desk)
    desk.save(desk.author, went_live(desk, "Live, and mended", owner=desk.author), title="Mended")
    went_live(desk, "Of somebody else", owner=desk.colleague)
    desk.draft(user=desk.colleague, title="Draft of somebody else")
    found = panels(desk.author)
    assert list(found) == [RETURNED, WRITE, DRAFTS, TYPOS, SUBMITTED, LIVE]
    assert titles(found[DRAFTS]) == ["Mended", "Draft"]
    assert "Live, with a newer draft" in found[DRAFTS].get_text()
    assert titles(found[RETURNED]) == ["Sent back"]
    assert "Name the source." in found[RETURNED].get_text()
    assert titles(found[SUBMITTED]) == ["Handed in"]
    assert set(titles(found[LIVE])) == {"Live", "Mended"}
    assert "1 open typo report" in found[LIVE].get_text()
    assert titles(found[TYPOS]) == ["happened → took place"]


def test_a_draft_is_one_until_somebody_else_has_it(desk):
    page = desk.draft(title="Mine")
    assert titles(panels(desk.author)[DRAFTS]) == ["Mine"]
    desk.submit(desk.author, page)
    assert DRAFTS not in panels(desk.author)
    fresh(page).current_workflow_state.cancel(user=desk.author)
    assert titles(panels(desk.author)[DRAFTS]) == ["Mine"]
    desk.submit(desk.author, page)
    desk.decide(desk.editor, page, "approve_and_hold")
    assert DRAFTS not in panels(desk.author)


@pytest.mark.thorough
@pytest.mark.sql
def test_an_editor_finds_what_they_may_approve_and_not_their_own(desk):
    desk.in_review(title="Handed in")
    mended = desk.draft(title="Written by the editor too")
    desk.save(desk.editor, mended, lead="Another lead of the editor’s")
    desk.submit(desk.author, mended)
    commented = desk.draft(title="Saved by the editor with a comment alone")
    desk.save(desk.editor, commented)
    desk.submit(desk.author, commented)
    desk.in_review(desk.editor, title="Submitted by the editor")
    assert titles(panels(desk.editor)[TO_DECIDE]) == ["Handed in", "Saved by the editor with a comment alone"]
    assert len(titles(panels(desk.other_editor)[TO_DECIDE])) == 4
    assert len(titles(panels(make_user(superuser=True))[TO_DECIDE])) == 4
    assert TO_DECIDE not in panels(make_user("Editors (tg)"))


@pytest.mark.sql
def test_a_translator_finds_what_is_theirs(desk):
    translator, tajik_editor = make_user("Translators (tg)"), make_user("Editors (tg)")
    tajik = make_home("tg").locale
    asked, begun = (went_live(desk, title) for title in ("Asked for", "Begun"))
    request_translation(page=asked, locale=tajik, user=tajik_editor, assignee=translator)
    start_translation(source=begun, locale=tajik, user=translator)
    found = panels(translator)
    assert list(found) == [WRITE, MINE]
    assert set(titles(found[MINE])) == {"Asked for", "Begun"}
    assert found[MINE].select(f'a[href="{reverse("chorsu_translation:start", args=[asked.pk, "tg"])}"]')


def test_a_translation_that_came_back_stands_once(desk):
    translator, tajik_editor = make_user("Translators (tg)"), make_user("Editors (tg)")
    target = start_translation(source=went_live(desk, "Source"), locale=make_home("tg").locale, user=translator)
    desk.submit(translator, target)
    desk.decide(tajik_editor, target, "reject")
    assert list(panels(translator)) == [RETURNED, WRITE]


def test_whoever_may_do_nothing_finds_nothing(desk):
    add_one_of_each(desk)
    # No worker runs here.
    assert panels(make_user("Chief editors")).keys() == {"Health", WRITE, TO_DECIDE, TYPOS}
    user = make_user()
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    page = home(user)
    assert page.select(".chorsu-desk, .w-summary, .w-panel--dashboard") == []


def test_totals_of_the_site_are_shown_to_administrators_alone():
    assert len(home(make_user(superuser=True)).select(".w-summary li")) == 3
    assert home(make_user("Chief editors")).select(".w-summary") == []


@pytest.mark.thorough
def test_the_number_of_queries_does_not_depend_on_what_there_is_to_do(desk):
    translator = make_user("Translators (tg)")
    people = (desk.author, desk.editor, translator)

    def queries():
        numbers = []
        for user in people:
            with CaptureQueriesContext(connection) as asked:
                home(user)
            numbers.append(len(asked))
        return numbers

    def add_two_of_each():
        for _time in range(2):
            add_one_of_each(desk)
            start_translation(source=went_live(desk, "Begun"), locale=make_home("tg").locale, user=translator)

    add_two_of_each()
    home(desk.author)  # what a process learns once
    few = queries()
    add_two_of_each()
    to_do = {heading: len(titles(panel)) for heading, panel in panels(desk.author).items() if heading != WRITE}
    assert list(to_do.values()) == [4, 4, 4, 4, 4]
    assert queries() == few
