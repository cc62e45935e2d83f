"""The list of reports: who sees which, filters, several rows at once, spam and duplicates."""

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

from chorsu_feedback.applying import NotAppliedError, apply_correction, seen_token, undo_correction
from chorsu_feedback.models import TypoReport
from chorsu_feedback.reports import (
    AlreadyClosedError,
    close_duplicate,
    close_report,
    reopen_report,
    reports_beside,
)
from chorsu_feedback.wagtail_hooks import register_reports_menu_item
from tests.counted_lines import count_queries
from tests.editorial.desk import Desk, fresh
from tests.factories import make_user, signed_in
from tests.feedback.pages import (
    HTML,
    MENDED,
    admin_url,
    body,
    edit,
    live_page,
    make_article,
    make_editor,
    reported,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_messages_in_english")]


def listed(desk: Desk, user: Any, query: str = "") -> Any:
    return desk.browser(user).get(reverse("chorsu_feedback_admin:index") + query)


def rows(desk: Desk, user: Any, query: str = "") -> dict[int, Any]:
    return {report.pk: report.row for report in listed(desk, user, query).context["object_list"]}


def bulk(desk: Desk, user: Any, action: str, chosen: dict[int, Any]) -> list[str]:
    values = [f"{pk}:{row['token']}" for pk, row in chosen.items()]
    data = {"action": action, "row": values}
    done = desk.browser(user).post(reverse("chorsu_feedback_admin:bulk"), data, follow=True)
    return [str(message).strip() for message in done.context["messages"]]


@pytest.mark.thorough
def test_the_list_applies_and_undoes_what_it_shows_to_who_may(desk, page):
    report = reported(page)
    response = listed(desk, desk.editor)
    (row,) = [each.row for each in response.context["object_list"]]
    assert (row["state"], row["flags"], row["apply"]) == ("Live", set(), "открылась")
    assert "Вчера в городе <del>откылась</del><ins>открылась</ins> новая" in response.text
    assert "<kbd>a</kbd> Apply" in response.text
    for user, may in ((desk.author, False), (desk.editor, True)):
        assert bool(rows(desk, user)[report.pk]["apply"]) is may
        assert ("typo-mend" in desk.browser(user).get(admin_url("detail", report)).text) is may
    browser = desk.browser(desk.editor)
    done = browser.post(admin_url("apply", report), {"words": row["apply"], "token": row["token"]}, follow=True)
    assert (body(fresh(page)), done.context["applied"]) == (MENDED, report)
    assert "The words are as they were" in browser.post(admin_url("undo", report), follow=True).text
    assert body(fresh(page)) == HTML


def test_two_suggestions_for_one_spot_are_one_row_and_nobody_applies_one_blindly(desk, page):
    first = reported(page)
    for new in ("открылась", "отворилась", "отворилась"):
        reported(page, new=new)
    other = reported(page, "новая", "новая 5")
    found = rows(desk, desk.editor)
    assert set(found) == {first.pk, other.pk}
    proposed = [(each["words"], each["count"]) for each in found[first.pk]["proposed"]]
    assert proposed == [("открылась", 2), ("отворилась", 2)]
    assert found[first.pk]["apply"] == ""
    assert found[other.pk]["flags"] == {"number"}


def test_the_list_costs_the_same_for_five_and_fifty(desk, page, settings):
    settings.CACHES = settings.CACHES | {
        "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "newsroom_cache"}
    }
    browser, url = desk.browser(desk.author), reverse("chorsu_feedback_admin:index_results")
    report = reported(page)
    browser.get(url)
    counts = []
    for total in (5, 50):
        for number in range(TypoReport.objects.count(), total):
            report.pk, report.suggestion, report.spot = None, f"s{number}", str(number % 25)
            report.save()
        counts.append(count_queries(lambda: browser.get(url)))
    assert counts[0] == counts[1]


def test_slips_of_several_pages_are_applied_at_once_and_doubtful_ones_left(desk, page):
    pages = [page, live_page(desk, title="Second")]
    slips = {reported(each).pk for each in pages}
    doubtful = reported(page, "новая", "новая 5")
    done, left = bulk(desk, desk.editor, "apply", rows(desk, desk.editor))
    assert (done, left[:23]) == ("2 rows done.", "1 row was left as it is")
    assert [body(fresh(each)) for each in pages] == [MENDED, MENDED]
    assert list(TypoReport.objects.filter(status="open")) == [doubtful]
    assert set(TypoReport.objects.filter(closed_by=desk.editor).values_list("pk", flat=True)) == slips


def test_the_reports_beside_one_are_the_rows_of_the_list(desk, page):
    first = reported(page, "районов", "районам")
    twice = [reported(page), reported(page, new="отворилась")]
    last = reported(page, "новая", "новыя")
    TypoReport.objects.filter(pk=first.pk).update(last_reported_at=timezone.now() + timedelta(minutes=5))
    first.refresh_from_db()
    places = [reports_beside(report, desk.editor) for report in (first, last, *twice)]
    assert places == [(None, last), (first, twice[0]), (last, None), (last, None)]
    assert [*rows(desk, desk.editor)] == [first.pk, last.pk, twice[0].pk]
    close_report(report=first, user=desk.editor, status="fixed")
    first.refresh_from_db()
    assert reports_beside(first, desk.editor) == (None, last)
    assert reports_beside(last, desk.colleague)[1] == twice[0]


def test_the_history_of_a_page_says_the_words_that_were_mended(desk):
    long = "которую в городе ждали много лет и на которую собирали"
    page = live_page(desk, f"<p>Вчера откылась &lt;i&gt; новая библиотека.</p><p>Это школа, {long} денги.</p>")
    slip = reported(page, "откылась <i>", "открылась <i>")
    reported(page, f"{long} денги", f"{long} деньги")
    assert bulk(desk, desk.editor, "apply", rows(desk, desk.editor)) == ["2 rows done."]
    slip.refresh_from_db()
    undo_correction(report=slip, user=desk.editor)
    slip.refresh_from_db()
    close_report(report=slip, user=desk.editor, status="not_a_mistake")
    told = desk.browser(desk.editor).get(reverse("wagtailadmin_pages:history", args=[page.pk])).text
    told = " ".join(told.replace("\u2068", "").replace("\u2069", "").split())
    for entry in (
        "correction applied: откылась &lt;i&gt; → открылась &lt;i&gt;",
        f"correction applied: {long} денги → {long} деньги",
        "correction undone: открылась &lt;i&gt; → откылась &lt;i&gt;",
        "Typo report closed: откылась &lt;i&gt;",
    ):
        assert entry in told, entry


def test_what_is_doubtful_only_within_its_sentence_is_left_too(desk):
    page = live_page(desk, "<p>Это длинное предложение стоит перед другим. Дом стоит тут.</p>")
    report = reported(page, "Дом стоит тут", "Сад цветёт там")
    TypoReport.objects.update(flags="")
    token = seen_token(report, report.suggestion)
    with pytest.raises(NotAppliedError, match="doubtful"):
        apply_correction(report=report, user=desk.editor, words=report.suggestion, token=token, only_slips=True)
    assert not bulk(desk, desk.editor, "apply", rows(desk, desk.editor))[0].startswith("1 row done")
    assert not fresh(page).has_unpublished_changes


def test_what_wasnt_shown_isnt_applied_and_nobody_applies_elsewhere(desk, page):
    report = reported(page)
    assert "left" in bulk(desk, desk.editor, "apply", {report.pk: {"token": ""}})[0]
    token = seen_token(report, report.suggestion)
    assert "left" in bulk(desk, desk.author, "apply", {report.pk: {"token": token}})[0]
    assert bulk(desk, desk.editor, "nonsense", {report.pk: {"token": token}, 2**40: {"token": ""}})[0].startswith("2")
    assert body(fresh(page)) == HTML


@pytest.mark.parametrize("status", ["not_a_mistake", "spam"])
def test_rows_are_closed_with_all_their_reports(desk, page, status):
    for wrong, new in (("откылась", "открылась"), ("откылась", "отворилась"), ("районов", "районам")):
        reported(page, wrong, new)
    assert bulk(desk, desk.author, status, rows(desk, desk.author)) == ["2 rows done."]
    assert set(TypoReport.objects.values_list("status", "closed_by")) == {(status, desk.author.pk)}
    assert bool(rows(desk, desk.author)) is (status != "spam")
    assert rows(desk, desk.author, f"?status={status}")


def test_a_duplicate_is_closed_at_the_spot_of_the_other_and_leaves_it_again(desk, page):
    report, other = reported(page), reported(page, "откылась новая", "открылась новая")
    closed, elsewhere = reported(page, "новая", "нова"), reported(live_page(desk))
    close_report(report=closed, user=desk.editor, status="fixed")
    closed.refresh_from_db()
    for wrong in (report, closed, elsewhere):
        with pytest.raises(ValueError, match="duplicate"):
            close_duplicate(report=report, other=wrong, user=desk.editor)
    with pytest.raises(PermissionDenied):
        close_duplicate(report=report, other=elsewhere, user=make_user())
    own, browser = report.spot, desk.browser(desk.editor)
    assert list(browser.get(admin_url("detail", report)).context["other_spots"]) == [other]
    url = admin_url("duplicate", report)
    assert "Choose an open report" in browser.post(url, {"other": closed.pk}, follow=True).text
    done = browser.post(url, {"other": other.pk}, follow=True)
    assert list(done.context["others"]) == [report]
    report.refresh_from_db()
    assert (report.status, report.spot, report.closed_by) == ("duplicate", other.spot, desk.editor)
    with pytest.raises(AlreadyClosedError):
        close_duplicate(report=report, other=other, user=desk.editor)
    reopen_report(report=report, user=desk.editor)
    report.refresh_from_db()
    assert (report.is_open, report.spot) == (True, own)


@pytest.mark.thorough
def test_the_list_is_filtered_searched_and_exported_for_whose_pages_they_are(desk, page):
    edited = live_page(desk, title="Second")
    edit(edited, desk.author, lead="a longer lead")
    tajik = make_article("tg", title="Китобхона")
    slip, doubtful = reported(page), reported(edited, "новая", "новая 5")
    assert reported(page, new="не открылась").flags == "length negation"
    other = reported(tajik, "читатели", "хонандагон")
    fixed = reported(page, "районов", "раёнов")
    close_report(report=fixed, user=desk.editor, status="fixed")
    TypoReport.objects.filter(pk=doubtful.pk).update(last_reported_at=timezone.now() - timedelta(days=8))
    for query, expected in {
        "?status=open&flags=none": [],
        "?flags=any": [slip, doubtful],
        "?flags=negation": [slip],
        "?status=open&age=week": [slip],
        "?age=over_week": [doubtful],
        "?status=open&state=live": [slip],
        "?state=draft": [doubtful],
        "?status=fixed": [fixed],
        "?q=раёнов": [fixed],
        "?flags=nonsense&age=x&status=nonsense": [slip, doubtful, fixed],
        f"?locale={tajik.locale_id}": [],
    }.items():
        assert set(rows(desk, desk.editor, query)) == {each.pk for each in expected}, query
    assert set(rows(desk, make_editor(page, tajik), f"?locale={tajik.locale_id}")) == {other.pk}
    assert desk.browser(desk.editor).get(admin_url("detail", other), follow=True).status_code == 404
    TypoReport.objects.update(comment='=HYPERLINK("https://evil.example")', flags="")
    export = listed(desk, desk.editor, "?export=csv").getvalue().decode()
    assert "открылась" in export
    assert "'=HYPERLINK" in export
    # Reports from before they had flags.
    import_module("chorsu_feedback.migrations.0007_fill_flags").fill_flags(apps, connection.schema_editor())
    doubtful.refresh_from_db()
    assert doubtful.flags == "number"


def test_menu_and_home_page_count_open_reports(article, rf):
    report = reported(article)
    request = rf.get("/admin/")
    request.user = make_editor(article)
    item = register_reports_menu_item()
    assert item.is_shown(request)
    assert item.render_component(request).label.endswith("(1)")
    home = signed_in(request.user).get(reverse("wagtailadmin_home")).text
    assert f'href="{reverse("chorsu_feedback_admin:index")}?status=open"' in home
    close_report(report=report, user=request.user, status="fixed")
    assert "(" not in item.render_component(request).label
    other = rf.get("/admin/")
    other.user = make_editor(name="nobody")
    assert not item.is_shown(other)
