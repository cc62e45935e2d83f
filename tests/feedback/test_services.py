"""Storing, merging and closing reports."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from wagtail.models import PageLogEntry

from chorsu_feedback.anchors import Anchor, make_anchor, read_page
from chorsu_feedback.models import TypoReport
from chorsu_feedback.reports import (
    AlreadyClosedError,
    close_report,
    find_now,
    reopen_report,
    reports_for,
    same_spot,
    submit_report,
)
from chorsu_feedback.signals import report_closed, report_received
from tests.feedback.pages import PARAGRAPH, SECOND, make_article, make_editor

pytestmark = pytest.mark.django_db


def anchor_in(page: Any, words: str, path: str = PARAGRAPH) -> Anchor:
    leaf = next(leaf for leaf in read_page(page) if leaf.path == path)
    start = leaf.text.index(words)
    return make_anchor(leaf, start, start + len(words))


def test_a_report_is_stored_with_its_place_and_live_revision() -> None:
    page = make_article()
    report = submit_report(page=page, anchor=anchor_in(page, "откылась"), suggestion="открылась")
    report.refresh_from_db()
    assert (report.page_id, report.locale, report.revision_id) == (page.pk, page.locale, page.live_revision_id)
    assert (report.path, report.offset, report.step) == (PARAGRAPH, 15, "A")
    assert report.before == "Вчера в городе "
    assert report.after.startswith(" новая библиотека. Туда")
    assert (report.status, report.count, report.closed_at) == ("open", 1, None)


def test_words_without_a_path_get_their_place_on_the_page_that_the_reader_saw() -> None:
    page = make_article()
    yesterday, whole = page.live_revision, anchor_in(page, "откылась")
    bare = Anchor(whole.selected, whole.before, whole.after)
    report = submit_report(page=page, anchor=bare, suggestion="открылась", revision=yesterday)
    assert (report.path, report.offset, report.step) == (PARAGRAPH, 15, "B")
    page.body[0].value.source = page.body[0].value.source.replace("откылась", "открылась")
    page.save_revision().publish()
    page.refresh_from_db()
    late = submit_report(page=page, anchor=bare, suggestion="отворилась", revision=yesterday)
    assert (late.step, late.path, late.offset) == ("", PARAGRAPH, 15)


def test_words_outside_the_text_are_kept_as_the_reader_saw_them() -> None:
    page = make_article()
    report = submit_report(page=page, anchor=Anchor("Иван Иваноф", "Автор: ", ""), suggestion="Иван Иванов")
    assert (report.path, report.step, report.before) == ("", "", "Автор: ")
    assert find_now(report, page, revision_id=page.live_revision_id) is None


def test_the_same_report_is_counted_until_it_is_closed_and_another_suggestion_kept_beside_it() -> None:
    page = make_article()
    anchor = anchor_in(page, "откылась")
    first, again = (submit_report(page=page, anchor=anchor, suggestion="открылась") for _ in range(2))
    other = submit_report(page=page, anchor=anchor, suggestion="отворилась", comment="лучше так")
    assert (again.pk, again.count) == (first.pk, 2)
    assert list(same_spot(first)) == [other]
    commented = submit_report(page=page, anchor=anchor, suggestion="открылась", comment="две буквы")
    assert commented.pk != first.pk
    close_report(report=first, user=make_editor(page), status="not_a_mistake")
    assert submit_report(page=page, anchor=anchor, suggestion="открылась").pk != first.pk


def test_equal_words_elsewhere_are_another_spot_and_not_found_once_theirs_are_mended() -> None:
    page = make_article()
    first = submit_report(page=page, anchor=anchor_in(page, "районов"), suggestion="областей")
    second = submit_report(page=page, anchor=anchor_in(page, "районов", SECOND), suggestion="областей")
    assert first.spot != second.spot
    page.body[0].value.source = page.body[0].value.source.replace("районов", "областей")
    page.save_revision().publish()
    page.refresh_from_db()
    assert "районов" in " ".join(leaf.text for leaf in read_page(page))
    assert find_now(first, page, revision_id=page.live_revision_id) is None


TWICE = "<p>Паром ходит раз в день, и места на нём берут с вечера те, кому утром на рынок в город за рекой.</p>"
TWO_EQUAL = [
    {"type": "paragraph", "id": PARAGRAPH.removeprefix("body."), "value": TWICE},
    {"type": "paragraph", "id": SECOND.removeprefix("body."), "value": TWICE},
]


def test_a_page_kept_since_yesterday_reports_nothing_about_an_equal_paragraph() -> None:
    page = make_article(body=TWO_EQUAL)
    yesterday, anchor = page.live_revision, anchor_in(page, "вечера")
    page.body[0].value.source = TWICE.replace("вечера", "вечере")
    page.save_revision().publish()
    page.refresh_from_db()
    late = submit_report(page=page, anchor=anchor, suggestion="утра", revision=yesterday)
    assert (late.step, late.path, late.revision) == ("", PARAGRAPH, yesterday)
    other = submit_report(page=page, anchor=anchor_in(page, "вечера", SECOND), suggestion="утра", revision=yesterday)
    assert (other.step, other.path) == ("", SECOND)
    assert find_now(other, page, revision_id=page.live_revision_id) is None


def test_equal_places_in_one_leaf_are_different_spots() -> None:
    page = make_article(body=[{**TWO_EQUAL[0], "value": TWICE + TWICE}])
    leaf = next(leaf for leaf in read_page(page) if leaf.path == PARAGRAPH)
    places = [leaf.text.index("вечера"), leaf.text.rindex("вечера")]
    reports = [
        submit_report(page=page, anchor=make_anchor(leaf, at, at + 6), suggestion="утра", revision=page.live_revision)
        for at in places
    ]
    assert [report.offset for report in reports] == places
    assert not same_spot(reports[0]).exists()
    matches = [find_now(report, page, revision_id=page.live_revision_id) for report in reports]
    assert [match.start for match in matches if match] == places


def test_a_short_heading_mended_in_the_draft_is_not_found_in_another_block_of_it() -> None:
    headings = [
        {"type": "heading", "id": block.removeprefix("body."), "value": {"text": text, "level": "h2"}}
        for block, text in ((PARAGRAPH, "Итги"), (SECOND, "Дорога"))
    ]
    page = make_article(body=headings)
    report = submit_report(page=page, anchor=anchor_in(page, "Итги", f"{PARAGRAPH}.text"), suggestion="Итоги")
    page.body[0].value["text"], page.body[1].value["text"] = "Итоги", "Итги"
    draft = page.save_revision()
    page.refresh_from_db()
    assert find_now(report, page, revision_id=page.live_revision_id) is not None
    assert find_now(report, draft.as_object(), revision_id=draft.pk) is None


def test_closing_writes_who_when_and_the_page_history_and_tells_the_receivers() -> None:
    page = make_article()
    user = make_editor(page)
    told: list[tuple[str, Any]] = []

    def note(*, report: TypoReport, user: Any, **_kwargs: Any) -> None:
        told.append((report.status, user))

    report = submit_report(page=page, anchor=anchor_in(page, "откылась"), suggestion="открылась")
    report_closed.connect(note)
    try:
        with pytest.raises(ValueError, match="doesn't close"):
            close_report(report=report, user=user, status="open")
        assert close_report(report=report, user=user, status="fixed") == 1
        report.refresh_from_db()
        assert (report.status, report.closed_by, bool(report.closed_at)) == ("fixed", user, True)
        entry = PageLogEntry.objects.get(action="chorsu_feedback.close")
        assert (entry.page_id, entry.user, entry.data["report"]) == (page.pk, user, report.pk)
        assert entry.data["status"] == "fixed"
        with pytest.raises(AlreadyClosedError):
            close_report(report=report, user=user, status="not_a_mistake")
        reopen_report(report=report, user=user)
    finally:
        report_closed.disconnect(note)
    report.refresh_from_db()
    assert (report.status, report.closed_by, report.closed_at) == ("open", None, None)
    assert told == [("fixed", user), ("open", user)]


def test_closing_can_take_the_other_reports_of_the_spot_along() -> None:
    page = make_article()
    user = make_editor(page)
    anchor = anchor_in(page, "откылась")
    first = submit_report(page=page, anchor=anchor, suggestion="открылась")
    submit_report(page=page, anchor=anchor, suggestion="отворилась")
    elsewhere = submit_report(page=page, anchor=anchor_in(page, "районов"), suggestion="областей")
    assert close_report(report=first, user=user, status="fixed", with_same_spot=True) == 2
    assert list(TypoReport.objects.filter(status="open")) == [elsewhere]


def test_only_who_may_edit_the_page_may_close() -> None:
    page = make_article()
    stranger = make_editor(make_article("tg"), name="stranger")
    report = submit_report(page=page, anchor=anchor_in(page, "откылась"), suggestion="открылась")
    for change in (
        lambda: close_report(report=report, user=stranger, status="fixed"),
        lambda: reopen_report(report=report, user=stranger),
    ):
        with pytest.raises(PermissionDenied):
            change()
    report.refresh_from_db()
    assert report.is_open
    assert not PageLogEntry.objects.filter(action__startswith="chorsu_feedback").exists()
    assert not reports_for(stranger).exists()


def test_a_receiver_that_raises_refuses_the_report() -> None:
    page = make_article()

    def refuse(**_kwargs: Any) -> None:
        raise RuntimeError("no room")

    report_received.connect(refuse)
    try:
        with pytest.raises(RuntimeError):
            submit_report(page=page, anchor=anchor_in(page, "откылась"), suggestion="открылась")
    finally:
        report_received.disconnect(refuse)
    assert not TypoReport.objects.exists()


@pytest.mark.parametrize(
    ("source", "status"),
    [
        ("<p>Вчера в городе открылась новая библиотека. Туда пришли читатели со всех районов.</p>", "changed"),
        ("<p>Совсем другой текст.</p>", "changed"),
        ("<p>Вчера у нас в городе откылась новая библиотека. Туда пришли читатели со всех районов.</p>", "open"),
        ("<p>В городе – откылась новая библиотека, и туда пришли читатели.</p>", "open"),
        ("<p>Вчера в городе откылась новая библиотека. Туда пришли читатели со всех районов.</p>" * 2, "open"),
        ("<p>Где-то тоже откылась школа.</p>", "open"),
    ],
)
def test_a_publication_closes_what_is_mended_and_nothing_else(source: str, status: str) -> None:
    page = make_article()
    report = submit_report(page=page, anchor=anchor_in(page, "откылась"), suggestion="открылась")
    nowhere = submit_report(page=page, anchor=Anchor("Иван Иваноф", "Автор: ", ""), suggestion="Иван Иванов")
    page.body = [("paragraph", source)]
    revision = page.save_revision()
    report.refresh_from_db()
    assert report.is_open
    revision.publish()
    report.refresh_from_db()
    nowhere.refresh_from_db()
    assert (report.status, nowhere.status) == (status, "open")
