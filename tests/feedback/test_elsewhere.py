"""The same mistake on other pages: found by search or in the database, mended where an editor chooses."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chorsu_feedback import registry
from chorsu_feedback.elsewhere import elsewhere
from chorsu_feedback.models import TypoReport
from chorsu_search.writing import sync
from tests.editorial.desk import Desk, fresh, latest, make_desk
from tests.feedback.pages import HTML, MENDED, body, edit, live_page, reported

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_messages_in_english")]


@pytest.fixture(params=["search", "database"])
def _found_by(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "database":
        monkeypatch.setattr(registry, "_finders", [])


def url_of(report: TypoReport) -> str:
    return reverse("chorsu_feedback_admin:elsewhere", args=[report.pk])


def choose(desk: Desk, report: TypoReport, user: Any, words: str = "открылась") -> list[str]:
    keys = [place.key for place in elsewhere(report, desk.editor)]
    done = desk.browser(user).post(url_of(report), {"place": keys, "words": words}, follow=True)
    return [str(message).strip() for message in done.context["messages"]]


@pytest.mark.usefixtures("_found_by")
def test_the_same_words_are_found_on_pages_that_one_may_edit_and_nowhere_else(desk: Desk) -> None:
    page = live_page(desk, HTML + "<p>И школа откылась.</p>", title="First")
    other = live_page(desk, title="Second", lead="Она откылась вчера.")
    live_page(desk, HTML.replace("откылась", "приоткылась"), title="Part of a word")
    live_page(desk, HTML.replace("откылась", "открылась"), title="Right")
    desk.draft(body=[("paragraph", HTML)], title="Not live")
    live_page(make_desk("tg"), title="Another language")
    report = reported(page)
    sync()
    found = elsewhere(report, desk.editor)
    assert [(place.page.title, place.anchor.path.partition(".")[0], place.mends) for place in found] == [
        ("First", "body", True),
        ("Second", "lead", True),
        ("Second", "body", True),
    ]
    assert not any(place.mends for place in elsewhere(report, desk.author))
    assert other.pk == found[1].page.pk


def test_chosen_places_are_mended_each_by_its_own_state(desk: Desk) -> None:
    report = reported(live_page(desk, title="First"))
    edited, locked, kept = (live_page(desk, title=title) for title in ("Edited", "Locked", "Kept"))
    edit(edited, desk.author, lead="a longer lead")
    locked.locked, locked.locked_by = True, desk.other_editor
    locked.save()
    sync()
    keys = [place.key for place in elsewhere(report, desk.editor) if place.page.pk != kept.pk]
    data = {"place": keys, "words": "открылась"}
    done = desk.browser(desk.editor).post(url_of(report), data, follow=True)
    mended, left = [str(message).strip() for message in done.context["messages"]]
    assert (mended, left[:22]) == ("1 place mended.", "1 place was left as it")
    assert [body(fresh(page)) for page in (edited, locked, kept)] == [MENDED, HTML, HTML]
    assert (body(latest(edited)), latest(edited).lead) == (MENDED, "a longer lead")
    found = TypoReport.objects.get(page=edited)
    assert (found.status, found.by_editor, found.applied, found.closed_by) == ("fixed", True, "открылась", desk.editor)
    assert not TypoReport.objects.filter(page__in=[locked, kept]).exists()


def test_what_is_doubtful_there_is_listed_and_not_applied(desk: Desk) -> None:
    report = reported(live_page(desk, title="First"), "новая", "новая 5")
    other = live_page(desk, title="Second")
    sync()
    assert choose(desk, report, desk.editor, "новая 5")[0].startswith("1 place stands in the list now")
    found = TypoReport.objects.get(page=other)
    assert (found.is_open, found.flags, found.suggestion) == (True, "number", "новая 5")
    assert not fresh(other).has_unpublished_changes


def test_only_who_may_mend_and_only_what_was_shown(desk: Desk) -> None:
    report = reported(live_page(desk, title="First"))
    other = live_page(desk, title="Second")
    sync()
    assert "left as it is" in choose(desk, report, desk.author)[0]
    (place,) = elsewhere(report, desk.editor)
    other.body[0].value.source = HTML.replace("области", "страны")
    other.save_revision().publish()
    data = {"place": [place.key], "words": "открылась"}
    done = desk.browser(desk.editor).post(url_of(report), data, follow=True)
    assert "left as it is" in str(next(iter(done.context["messages"])))
    assert "откылась" in body(fresh(other))


def test_the_page_lists_places_with_what_would_change_and_counts_them(desk: Desk) -> None:
    report = reported(live_page(desk, title="First"))
    for title in ("Second", "Third"):
        live_page(desk, f"{HTML}<p>И школа откылась.</p>", title=title)
    sync()
    browser = desk.browser(desk.editor)
    text = browser.get(url_of(report)).content.decode()
    assert text.count("<del>откылась</del><ins>открылась</ins>") == 4
    assert "Also 4 places on 2 pages" in text
    assert browser.get(url_of(report) + "?count").json() == {"text": "Also 4 places on 2 pages"}
    short = reported(live_page(desk, title="Fourth"), "со", "из")
    assert browser.get(url_of(short) + "?count").json() == {"text": ""}
    assert "These words stand nowhere else." in browser.get(url_of(short)).content.decode()


@pytest.mark.thorough
@pytest.mark.usefixtures("_found_by")
def test_more_pages_of_a_kind_cost_no_more_queries(desk: Desk) -> None:
    report = reported(live_page(desk, title="First"))
    elsewhere(report, desk.editor)
    counts = []
    for more in (1, 4):
        for number in range(more):
            live_page(desk, title=f"Page {more} {number}")
        sync()
        with CaptureQueriesContext(connection) as queries:
            assert len(elsewhere(report, desk.editor)) >= more
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_there_is_one_finder() -> None:
    with pytest.raises(ValueError, match="There is a finder already"):
        registry.register_finder(lambda _words, _language: None)
