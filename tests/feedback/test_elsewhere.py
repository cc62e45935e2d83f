"""The same mistake on other pages: found by search or in the database, mended where an editor chooses."""

from __future__ import annotations

from typing import Any

import pytest

from chorsu_feedback import registry
from chorsu_feedback.elsewhere import Elsewhere, elsewhere
from chorsu_feedback.models import TypoReport
from chorsu_search.writing import sync
from tests.counted_lines import count_queries
from tests.editorial.desk import Desk, fresh, latest, make_desk
from tests.feedback.pages import HTML, MENDED, admin_url, body, edit, live_page, publish_text, reported

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_messages_in_english")]


@pytest.fixture(params=["search", "database"])
def _found_by(request, monkeypatch):
    if request.param == "database":
        monkeypatch.setattr(registry, "_finders", [])


def post(desk: Desk, report: TypoReport, user: Any, places: list[Elsewhere], words: str = "открылась") -> list[str]:
    """Choose places on the page that lists them, and return what is answered."""
    data = {"place": [place.key for place in places], "words": words}
    done = desk.browser(user).post(admin_url("elsewhere", report), data, follow=True)
    return [str(message).strip() for message in done.context["messages"]]


@pytest.mark.usefixtures("_found_by")
def test_the_same_words_are_found_on_pages_that_one_may_edit_and_nowhere_else(desk):
    page = live_page(desk, HTML + "<p>И школа откылась.</p>", title="First")
    live_page(desk, title="Second", lead="Она откылась вчера.")
    live_page(desk, HTML.replace("откылась", "приоткылась"), title="Part of a word")
    live_page(desk, MENDED, title="Right")
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


def test_chosen_places_are_mended_each_by_its_own_state(desk):
    report = reported(live_page(desk, title="First"))
    edited, locked, kept = (live_page(desk, title=title) for title in ("Edited", "Locked", "Kept"))
    edit(edited, desk.author, lead="a longer lead")
    locked.locked, locked.locked_by = True, desk.other_editor
    locked.save()
    sync()
    places = [place for place in elsewhere(report, desk.editor) if place.page.pk != kept.pk]
    mended, left = post(desk, report, desk.editor, places)
    assert (mended, left[:22]) == ("1 place mended.", "1 place was left as it")
    assert [body(fresh(page)) for page in (edited, locked, kept)] == [MENDED, HTML, HTML]
    assert (body(latest(edited)), latest(edited).lead) == (MENDED, "a longer lead")
    found = TypoReport.objects.exclude(pk=report.pk).get()
    assert (found.page_id, found.status, found.by_editor, found.applied) == (edited.pk, "fixed", True, "открылась")
    assert found.closed_by == desk.editor


def test_what_is_doubtful_there_is_listed_and_not_applied(desk):
    report = reported(live_page(desk, title="First"), "новая", "новая 5")
    other = live_page(desk, title="Second")
    sync()
    (answer,) = post(desk, report, desk.editor, elsewhere(report, desk.editor), "новая 5")
    assert answer.startswith("1 place stands in the list now")
    found = TypoReport.objects.get(page=other)
    assert (found.is_open, found.flags, found.suggestion) == (True, "number", "новая 5")
    assert not fresh(other).has_unpublished_changes


def test_only_who_may_mend_and_only_what_was_shown(desk):
    report = reported(live_page(desk, title="First"))
    other = live_page(desk, title="Second")
    sync()
    places = elsewhere(report, desk.editor)
    assert "left as it is" in post(desk, report, desk.author, places)[0]
    publish_text(other, HTML.replace("области", "страны"))
    assert "left as it is" in post(desk, report, desk.editor, places)[0]
    assert "откылась" in body(fresh(other))


def test_the_page_lists_places_with_what_would_change_and_counts_them(desk):
    report = reported(live_page(desk, title="First"))
    for title in ("Second", "Third"):
        live_page(desk, f"{HTML}<p>И школа откылась.</p>", title=title)
    sync()
    browser, url = desk.browser(desk.editor), admin_url("elsewhere", report)
    shown = browser.get(url).text
    assert shown.count("<del>откылась</del><ins>открылась</ins>") == 4
    assert "Also 4 places on 2 pages" in shown
    assert browser.get(f"{url}?count").json() == {"text": "Also 4 places on 2 pages"}
    nowhere = admin_url("elsewhere", reported(live_page(desk, title="Fourth"), "со", "из"))
    assert browser.get(f"{nowhere}?count").json() == {"text": ""}
    assert "These words stand nowhere else." in browser.get(nowhere).text


@pytest.mark.thorough
@pytest.mark.usefixtures("_found_by")
def test_more_pages_of_a_kind_cost_no_more_queries(desk):
    report = reported(live_page(desk, title="First"))
    elsewhere(report, desk.editor)
    counts = []
    for more in (1, 4):
        for number in range(more):
            live_page(desk, title=f"Page {more} {number}")
        sync()
        assert len(elsewhere(report, desk.editor)) >= more
        counts.append(count_queries(lambda: elsewhere(report, desk.editor)))
    assert counts[0] == counts[1]


def test_there_is_one_finder():
    with pytest.raises(ValueError, match="There is a finder already"):
        registry.register_finder(lambda _words, _language: None)
