"""Several rows of the list at once, spam and duplicates, and the list's filters."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from chorsu_feedback.applying import NotAppliedError, apply_correction, seen_token
from chorsu_feedback.models import TypoReport
from chorsu_feedback.reports import AlreadyClosedError, close_duplicate, close_report, reopen_report
from tests.editorial.desk import Desk, fresh
from tests.feedback.test_applying import HTML, MENDED, body, desk, edit, live_page, reported

__all__ = ["desk"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_messages_in_english")]


def rows(desk: Desk, user: Any, query: str = "") -> dict[int, Any]:
    response = desk.browser(user).get(reverse("chorsu_feedback_admin:index") + query)
    return {report.pk: report.row for report in response.context["object_list"]}


def bulk(desk: Desk, user: Any, action: str, chosen: dict[int, Any]) -> list[str]:
    values = [f"{pk}:{row['token']}" for pk, row in chosen.items()]
    data = {"action": action, "row": values}
    done = desk.browser(user).post(reverse("chorsu_feedback_admin:bulk"), data, follow=True)
    return [str(message).strip() for message in done.context["messages"]]


def test_slips_of_several_pages_are_applied_at_once_and_doubtful_ones_left(desk: Desk) -> None:
    pages = [live_page(desk, title="First"), live_page(desk, title="Second")]
    slips = [reported(page) for page in pages]
    doubtful = reported(pages[0], "новая", "новая 5")
    shown = rows(desk, desk.editor)
    done, left = bulk(desk, desk.editor, "apply", shown)
    assert (done, left[:23]) == ("2 rows done.", "1 row was left as it is")
    assert [body(fresh(page)) for page in pages] == [MENDED, MENDED]
    doubtful.refresh_from_db()
    assert doubtful.is_open
    for slip in slips:
        slip.refresh_from_db()
        assert (slip.status, slip.closed_by) == ("fixed", desk.editor)


def test_what_is_doubtful_only_within_its_sentence_is_left_too(desk: Desk) -> None:
    words = "Дом стоит тут"
    page = live_page(desk, f"<p>Это длинное предложение стоит перед другим. {words}.</p>")
    report = reported(page, words, "Сад цветёт там")
    TypoReport.objects.update(flags="")
    with pytest.raises(NotAppliedError, match="doubtful"):
        apply_correction(
            report=report,
            user=desk.editor,
            words=report.suggestion,
            token=seen_token(report, report.suggestion),
            only_slips=True,
        )
    assert not bulk(desk, desk.editor, "apply", rows(desk, desk.editor))[0].startswith("1 row done")
    assert not fresh(page).has_unpublished_changes


def test_what_wasnt_shown_isnt_applied_and_nobody_applies_elsewhere(desk: Desk) -> None:
    page = live_page(desk)
    report = reported(page)
    assert "left" in bulk(desk, desk.editor, "apply", {report.pk: {"token": ""}})[0]
    token = seen_token(report, report.suggestion)
    assert "left" in bulk(desk, desk.author, "apply", {report.pk: {"token": token}})[0]
    assert bulk(desk, desk.editor, "nonsense", {report.pk: {"token": token}, 2**40: {"token": ""}})[0].startswith("2")
    assert body(fresh(page)) == HTML


@pytest.mark.parametrize("status", ["not_a_mistake", "spam"])
def test_rows_are_closed_with_all_their_reports(desk: Desk, status: str) -> None:
    page = live_page(desk)
    reported(page)
    reported(page, new="отворилась")
    reported(page, "районов", "районам")
    assert bulk(desk, desk.author, status, rows(desk, desk.author)) == ["2 rows done."]
    assert set(TypoReport.objects.values_list("status", "closed_by")) == {(status, desk.author.pk)}
    assert bool(rows(desk, desk.author)) is (status != "spam")
    assert rows(desk, desk.author, f"?status={status}")


def test_a_duplicate_is_closed_at_the_spot_of_the_other_and_leaves_it_again(desk: Desk) -> None:
    page = live_page(desk)
    report, other = reported(page), reported(page, "откылась новая", "открылась новая")
    own = report.spot
    detail = reverse("chorsu_feedback_admin:detail", args=[report.pk])
    assert list(desk.browser(desk.editor).get(detail).context["other_spots"]) == [other]
    url = reverse("chorsu_feedback_admin:duplicate", args=[report.pk])
    done = desk.browser(desk.editor).post(url, {"other": other.pk}, follow=True)
    assert "Closed as a duplicate." in done.content.decode()
    assert list(done.context["others"]) == [report]
    report.refresh_from_db()
    assert (report.status, report.spot, report.closed_by) == ("duplicate", other.spot, desk.editor)
    with pytest.raises(AlreadyClosedError):
        close_duplicate(report=report, other=other, user=desk.editor)
    reopen_report(report=report, user=desk.editor)
    report.refresh_from_db()
    assert (report.is_open, report.spot) == (True, own)


def test_a_duplicate_is_of_an_open_report_about_the_same_page(desk: Desk) -> None:
    page = live_page(desk)
    report, closed, elsewhere = reported(page), reported(page, "новая", "нова"), reported(live_page(desk))
    close_report(report=closed, user=desk.editor, status="fixed")
    closed.refresh_from_db()
    for other in (report, closed, elsewhere):
        with pytest.raises(ValueError, match="duplicate"):
            close_duplicate(report=report, other=other, user=desk.editor)
    with pytest.raises(PermissionDenied):
        close_duplicate(report=report, other=elsewhere, user=type(desk.editor)(username="x", is_active=False))
    url = reverse("chorsu_feedback_admin:duplicate", args=[report.pk])
    response = desk.browser(desk.editor).post(url, {"other": closed.pk}, follow=True)
    assert "Choose an open report" in response.content.decode()


def test_the_list_is_filtered_by_flags_age_and_the_pages_state(desk: Desk) -> None:
    page, edited = live_page(desk, title="First"), live_page(desk, title="Second")
    edit(edited, desk.author, lead="a longer lead")
    slip, doubtful = reported(page), reported(edited, "новая", "новая 5")
    second = reported(page, new="не открылась")
    TypoReport.objects.filter(pk=doubtful.pk).update(last_reported_at=timezone.now() - timedelta(days=8))
    assert second.flags == "length negation"
    assert list(rows(desk, desk.editor, "?flags=none")) == []
    assert set(rows(desk, desk.editor, "?flags=any")) == {slip.pk, doubtful.pk}
    assert set(rows(desk, desk.editor, "?flags=negation")) == {slip.pk}
    assert set(rows(desk, desk.editor, "?age=week")) == {slip.pk}
    assert set(rows(desk, desk.editor, "?age=over_week")) == {doubtful.pk}
    assert set(rows(desk, desk.editor, "?state=live")) == {slip.pk}
    assert set(rows(desk, desk.editor, "?state=draft")) == {doubtful.pk}
    assert set(rows(desk, desk.editor, "?flags=nonsense&age=x")) == {slip.pk, doubtful.pk}


def test_reports_from_before_get_their_flags(desk: Desk) -> None:
    doubtful = reported(live_page(desk), "новая", "новая 5")
    TypoReport.objects.update(flags="")
    module = import_module("chorsu_feedback.migrations.0007_fill_flags")
    module.fill_flags(apps, connection.schema_editor())
    doubtful.refresh_from_db()
    assert doubtful.flags == "number"
