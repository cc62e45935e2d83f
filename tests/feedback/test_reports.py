"""Storing, merging, closing and deleting reports, who is told of it, and what is stored of readers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail import hooks
from wagtail.models import PageLogEntry

from chorsu_feedback.anchors import Anchor, make_anchor, read_page
from chorsu_feedback.applying import apply_correction, seen_token
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
from chorsu_feedback.retention import delete_old_reports
from chorsu_feedback.signals import report_received
from tests.feedback.pages import PARAGRAPH, SECOND, anchor_in, make_article, make_editor, publish_text, reported

pytestmark = pytest.mark.django_db
Told = list[tuple[str, dict[str, Any]]]


def test_words_without_a_path_get_their_place_on_the_page_that_the_reader_saw(article):
    yesterday, whole = article.live_revision, anchor_in(article, "откылась")
    bare = Anchor(whole.selected, whole.before, whole.after)
    report = submit_report(page=article, anchor=bare, suggestion="открылась", revision=yesterday)
    assert (report.path, report.offset, report.step) == (PARAGRAPH, 15, "B")
    publish_text(article, article.body[0].value.source.replace("откылась", "открылась"))
    late = submit_report(page=article, anchor=bare, suggestion="отворилась", revision=yesterday)
    assert (late.step, late.path, late.offset) == ("", PARAGRAPH, 15)


def test_words_outside_the_text_are_kept_as_the_reader_saw_them(article):
    report = submit_report(page=article, anchor=Anchor("Иван Иваноф", "Автор: ", ""), suggestion="Иван Иванов")
    assert (report.path, report.step, report.before) == ("", "", "Автор: ")
    assert find_now(report, article, revision_id=article.live_revision_id) is None


def test_the_same_report_is_counted_until_it_is_closed_and_another_suggestion_kept_beside_it(article):
    first, again = reported(article), reported(article)
    other = reported(article, new="отворилась", comment="лучше так")
    assert (again.pk, again.count, again.revision) == (first.pk, 2, article.live_revision)
    assert list(same_spot(first)) == [other]
    assert reported(article, comment="две буквы").pk != first.pk
    close_report(report=first, user=make_editor(article), status="not_a_mistake")
    assert reported(article).pk != first.pk


def test_equal_words_elsewhere_are_another_spot_and_not_found_once_theirs_are_mended(article):
    first = reported(article, "районов", path=PARAGRAPH)
    assert first.spot != reported(article, "районов", path=SECOND).spot
    publish_text(article, article.body[0].value.source.replace("районов", "областей"))
    assert find_now(first, article, revision_id=article.live_revision_id) is None


TWICE = "<p>Паром ходит раз в день, и места на нём берут с вечера те, кому утром на рынок в город за рекой.</p>"
TWO_EQUAL = [
    {"type": "paragraph", "id": PARAGRAPH.removeprefix("body."), "value": TWICE},
    {"type": "paragraph", "id": SECOND.removeprefix("body."), "value": TWICE},
]


def test_a_page_kept_since_yesterday_reports_nothing_about_an_equal_paragraph():
    page = make_article(body=TWO_EQUAL)
    yesterday, anchors = page.live_revision, [anchor_in(page, "вечера", path) for path in (PARAGRAPH, SECOND)]
    publish_text(page, TWICE.replace("вечера", "вечере"))
    late, other = (submit_report(page=page, anchor=each, suggestion="утра", revision=yesterday) for each in anchors)
    assert (late.step, late.path, late.revision) == ("", PARAGRAPH, yesterday)
    assert (other.step, other.path) == ("", SECOND)
    assert find_now(other, page, revision_id=page.live_revision_id) is None


def test_equal_places_in_one_leaf_are_different_spots():
    page = make_article(body=[{**TWO_EQUAL[0], "value": TWICE + TWICE}])
    leaf = next(leaf for leaf in read_page(page) if leaf.path == PARAGRAPH)
    reports = [
        submit_report(page=page, anchor=make_anchor(leaf, at, at + 6), suggestion="утра", revision=page.live_revision)
        for at in (leaf.text.index("вечера"), leaf.text.rindex("вечера"))
    ]
    assert not same_spot(reports[0]).exists()
    matches = [find_now(report, page, revision_id=page.live_revision_id) for report in reports]
    assert [match and match.start for match in matches] == [report.offset for report in reports]


def test_closing_writes_who_when_and_the_page_history(article):
    user, report = make_editor(article), reported(article)
    with pytest.raises(ValueError, match="doesn't close"):
        close_report(report=report, user=user, status="open")
    assert close_report(report=report, user=user, status="fixed") == 1
    report.refresh_from_db()
    assert (report.status, report.closed_by, bool(report.closed_at)) == ("fixed", user, True)
    entry = PageLogEntry.objects.get(action="chorsu_feedback.close")
    assert (entry.page_id, entry.user) == (article.pk, user)
    assert (entry.data["report"], entry.data["status"]) == (report.pk, "fixed")
    with pytest.raises(AlreadyClosedError):
        close_report(report=report, user=user, status="not_a_mistake")
    reopen_report(report=report, user=user)
    report.refresh_from_db()
    assert (report.status, report.closed_by, report.closed_at) == ("open", None, None)


def test_closing_can_take_the_other_reports_of_the_spot_along(article):
    first, _other, elsewhere = reported(article), reported(article, new="отворилась"), reported(article, "районов")
    assert close_report(report=first, user=make_editor(article), status="fixed", with_same_spot=True) == 2
    assert list(TypoReport.objects.filter(status="open")) == [elsewhere]


def test_only_who_may_edit_the_page_may_close(article):
    stranger, report = make_editor(make_article("tg"), name="stranger"), reported(article)
    with pytest.raises(PermissionDenied):
        close_report(report=report, user=stranger, status="fixed")
    with pytest.raises(PermissionDenied):
        reopen_report(report=report, user=stranger)
    report.refresh_from_db()
    assert report.is_open
    assert not PageLogEntry.objects.filter(action__startswith="chorsu_feedback").exists()
    assert not reports_for(stranger).exists()


def test_a_receiver_that_raises_refuses_the_report(article):

    def refuse(**_kwargs):
        raise RuntimeError("no room")

    report_received.connect(refuse)
    try:
        with pytest.raises(RuntimeError):
            reported(article)
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
def test_a_publication_closes_what_is_mended_and_nothing_else(article, source, status):
    report = reported(article)
    nowhere = submit_report(page=article, anchor=Anchor("Иван Иваноф", "Автор: ", ""), suggestion="Иван Иванов")
    article.body = [("paragraph", source)]
    revision = article.save_revision()
    report.refresh_from_db()
    assert report.is_open
    revision.publish()
    report.refresh_from_db()
    nowhere.refresh_from_db()
    assert (report.status, nowhere.status) == (status, "open")


@pytest.fixture
def told() -> Iterator[Told]:
    """Note what the hooks are told, each behind a function that raises."""
    calls: Told = []

    def broken(**_facts):
        raise RuntimeError("chat is down")

    with ExitStack() as stack:
        for name in ("report_received", "report_applied", "report_closed"):

            def working(name=name, **facts):
                calls.append((name, {**facts, "status": facts["report"].status}))

            stack.enter_context(hooks.register_temporarily(name, broken, order=-1))
            stack.enter_context(hooks.register_temporarily(name, working))
        yield calls


def test_each_is_called_after_commit_and_a_broken_one_stops_nothing(
    article, told, django_capture_on_commit_callbacks, caplog
):
    user = make_editor(article, superuser=True)
    with django_capture_on_commit_callbacks(execute=True):
        report = reported(article)
        assert told == []
    assert told == [("report_received", {"report": report, "merged": False, "status": "open"})]
    told.clear()
    with django_capture_on_commit_callbacks(execute=True):
        token = seen_token(report, "открылась")
        apply_correction(report=report, user=user, words="открылась", token=token)
        assert told == []
    closed = {"report": report, "user": user, "status": "fixed"}
    applied = {**closed, "words": "открылась", "where": "published"}
    assert told == [("report_closed", closed), ("report_applied", applied)]
    assert told[1][1]["report"].applied == "открылась"
    told.clear()
    with django_capture_on_commit_callbacks(execute=True):
        reopen_report(report=TypoReport.objects.get(), user=user)
    assert told == [("report_closed", {**closed, "status": "open"})]
    assert caplog.text.count("failed for typo report") == 4
    assert "under Reports" in caplog.text


@pytest.mark.sql
def test_the_place_is_stored_and_nothing_that_tells_who_reported_or_at_which_second(article):
    place = {"page": article.pk, "revision": article.live_revision_id, "path": PARAGRAPH, "offset": 15}
    words = {
        "selected": "откылась",
        "before": "Вчера в городе ",
        "after": " новая библиотека. Туда пришли читатели со всех ",
    }
    client = Client(enforce_csrf_checks=True, REMOTE_ADDR="203.0.113.77")
    headers = {"user-agent": "Brauser/77", "referer": "http://testserver/x77x", "x-forwarded-for": "203.0.113.9"}
    for _ in range(2):
        answer = client.post(
            reverse("chorsu_feedback:report"),
            json.dumps({**place, **words, "suggestion": "открылась"}),
            content_type="application/json",
            headers=headers,
        )
        assert (answer.status_code, bool(answer.json()["message"])) == (201, True)
    assert not answer.cookies
    report = TypoReport.objects.get()
    assert (report.page_id, report.locale, report.revision_id) == (article.pk, article.locale, article.live_revision_id)
    assert (report.path, report.offset, report.step, report.suggestion) == (PARAGRAPH, 15, "A", "открылась")
    assert (report.before, report.after[:24]) == ("Вчера в городе ", " новая библиотека. Туда ")
    for moment in (report.created_at, report.last_reported_at):
        assert (moment.second, moment.microsecond) == (0, 0)
        assert timezone.now() - moment < timedelta(minutes=2)
    traces = ("203.0.113", "Brauser", "x77x")
    assert not [trace for trace in traces if trace in str(cache._cache)]  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            stored = str(cursor.fetchall())
            assert not [trace for trace in traces if trace in stored], table


@pytest.mark.sql
@pytest.mark.parametrize(
    "sweep", [delete_old_reports, lambda: call_command("delete_expired"), lambda: call_command("feedback_sweep")]
)
def test_what_was_dealt_with_goes_after_a_while_and_what_waits_stays(article, sweep, settings):
    settings.CHORSU_FEEDBACK = {"KEEP_DAYS": 30}
    user = make_editor(article)
    names = ("open", "closed lately", "closed long ago", "opened again", "held lately", "held long ago")
    reports = {}
    for name in names:
        reports[name] = reported(article, new=name, held=name.startswith("held"))
    for name in names[1:4]:
        close_report(report=reports[name], user=user, status="fixed")
    reopen_report(report=reports["opened again"], user=user)
    long_ago = timezone.now() - timedelta(days=31)
    old = TypoReport.objects.exclude(suggestion__endswith="lately")
    old.update(created_at=long_ago, last_reported_at=long_ago)
    old.filter(closed_at__isnull=False).update(closed_at=long_ago)
    sweep()
    left = set(TypoReport.objects.values_list("suggestion", flat=True))
    assert left == set(names) - {"closed long ago", "held long ago"}
