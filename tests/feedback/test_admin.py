"""The reports in the admin: who sees which, and what an editor can do."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chorsu_feedback.anchors import Anchor
from chorsu_feedback.models import TypoReport
from chorsu_feedback.reports import close_report, submit_report
from chorsu_feedback.wagtail_hooks import register_reports_menu_item
from tests.feedback.pages import PARAGRAPH, make_article, make_editor
from tests.feedback.test_services import anchor_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def report() -> TypoReport:
    page = make_article()
    return submit_report(page=page, anchor=anchor_in(page, "откылась"), suggestion="открылась", comment="<b>две</b>")


def sign_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def detail_url(report: TypoReport) -> str:
    return reverse("chorsu_feedback_admin:detail", args=[report.pk])


def test_the_list_holds_what_the_editor_may_edit(report: TypoReport) -> None:
    tajik = make_article("tg", title="Китобхона")
    other = submit_report(page=tajik, anchor=anchor_in(tajik, "читатели"), suggestion="хонандагон")
    client = sign_in(make_editor(report.page))
    text = client.get(reverse("chorsu_feedback_admin:index")).content.decode()
    assert detail_url(report) in text
    assert detail_url(other) not in text
    assert client.get(detail_url(other), follow=True).status_code == 404
    both = sign_in(make_editor(report.page, tajik, name="chief")).get(reverse("chorsu_feedback_admin:index"))
    assert detail_url(other) in both.content.decode()


def test_the_list_is_filtered_by_status_and_language_and_searched(report: TypoReport) -> None:
    tajik = make_article("tg", title="Китобхона")
    other = submit_report(page=tajik, anchor=anchor_in(tajik, "читатели"), suggestion="хонандагон")
    user = make_editor(report.page, tajik)
    close_report(report=other, user=user, status="fixed")
    client = sign_in(user)
    url = reverse("chorsu_feedback_admin:index_results")

    def shown(query: str) -> list[bool]:
        text = client.get(url + query).content.decode()
        return [detail_url(each) in text for each in (report, other)]

    assert shown("") == [True, True]
    assert shown("?status=open") == [True, False]
    assert shown("?status=fixed") == [False, True]
    assert shown(f"?locale={tajik.locale_id}") == [False, True]
    assert shown("?q=открылась") == [True, False]
    assert shown("?status=nonsense") == [True, True]
    TypoReport.objects.update(comment='=HYPERLINK("https://evil.example")')
    export = client.get(reverse("chorsu_feedback_admin:index") + "?export=csv").getvalue().decode()
    assert "открылась" in export
    assert "'=HYPERLINK" in export


def test_the_list_costs_the_same_for_five_and_fifty(report: TypoReport, settings: Any) -> None:
    settings.CACHES = settings.CACHES | {
        "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "newsroom_cache"}
    }
    client = sign_in(make_editor(report.page))
    url = reverse("chorsu_feedback_admin:index_results")
    client.get(url)
    counts = []
    for total in (5, 50):
        for number in range(TypoReport.objects.count(), total):
            submit_report(
                page=report.page.specific, anchor=anchor_in(report.page.specific, "районов"), suggestion=f"s{number}"
            )
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_report_shows_the_words_marked_in_their_paragraph(report: TypoReport) -> None:
    text = sign_in(make_editor(report.page)).get(detail_url(report)).content.decode()
    assert (
        "Вчера в городе <mark>откылась</mark> новая библиотека. Туда пришли читатели со всех районов.</blockq" in text
    )
    assert "Второй абзац" not in text
    assert f"{reverse('wagtailadmin_pages:edit', args=[report.page_id])}#:w:contentpath={PARAGRAPH}" in text
    assert "&lt;b&gt;две&lt;/b&gt;" in text


def test_a_number_in_a_table_is_named_by_row_and_column(report: TypoReport) -> None:
    path = f"{PARAGRAPH}.rows.2.values.1"
    cell = submit_report(page=report.page.specific, anchor=Anchor("16", path=path, offset=0), suggestion="17")
    text = sign_in(make_editor(report.page)).get(detail_url(cell)).content.decode()
    assert "строка 3, столбец 2" in text
    assert f'#:w:contentpath={PARAGRAPH}"' in text


def test_words_that_are_mended_in_a_draft_and_then_live_are_said_to_be(report: TypoReport) -> None:
    client = sign_in(make_editor(report.page))
    page = report.page.specific
    page.body[0].value.source = page.body[0].value.source.replace("откылась", "открылась")
    revision = page.save_revision()
    response = client.get(detail_url(report))
    assert response.context_data["is_mended_in_draft"]
    assert response.context_data["found"]
    revision.publish()
    response = client.get(detail_url(report))
    assert response.context_data["found"] is None
    report.refresh_from_db()
    assert (report.status, report.closed_by) == ("changed", None)
    text = response.content.decode()
    assert "<mark>откылась</mark>" in text
    assert "Возможно, они стояли здесь" in text
    assert "Закрыто само, когда были опубликованы другие слова" in text
    assert "Вчера в городе <mark>открылась</mark> новая" in text


def test_other_quotation_marks_in_the_paragraph_are_said(report: TypoReport) -> None:
    page = report.page.specific
    source = page.body[0].value.source
    page.body[0].value.source = source.replace("новая", "«новая»")
    page.save_revision().publish()
    other = submit_report(page=page, anchor=anchor_in(page, "откылась"), suggestion="открылась")
    page.body[0].value.source = source.replace("новая", "„новая“")
    page.save_revision().publish()
    text = sign_in(make_editor(page)).get(detail_url(other)).content.decode()
    assert "Похоже, они стоят здесь" in text
    assert "<mark>откылась</mark> „новая“" in text


def test_closing_and_reopening(report: TypoReport) -> None:
    user = make_editor(report.page)
    client = sign_in(user)
    url = reverse("chorsu_feedback_admin:close", args=[report.pk])
    assert client.get(url).status_code == 405
    assert client.post(url, {"status": "open"}).status_code == 302
    report.refresh_from_db()
    assert report.is_open
    response = client.post(url, {"status": "not_a_mistake"})
    assert response.headers["Location"] == f"{reverse('chorsu_feedback_admin:index')}?status=open"
    report.refresh_from_db()
    assert (report.status, report.closed_by) == ("not_a_mistake", user)
    again = client.post(url, {"status": "fixed"}, follow=True)
    report.refresh_from_db()
    assert report.status == "not_a_mistake"
    assert "editor" in "".join(str(message) for message in again.context["messages"])
    client.post(reverse("chorsu_feedback_admin:reopen", args=[report.pk]))
    report.refresh_from_db()
    assert report.is_open


def test_who_may_not_edit_the_page_sees_and_changes_nothing(report: TypoReport) -> None:
    stranger = sign_in(make_editor(make_article("tg"), name="stranger"))
    for name in ("close", "reopen"):
        url = reverse(f"chorsu_feedback_admin:{name}", args=[report.pk])
        assert stranger.post(url, {"status": "fixed"}, follow=True).status_code == 404
    nobody = sign_in(make_editor(name="nobody"))
    for url in (reverse("chorsu_feedback_admin:index"), detail_url(report)):
        assert nobody.get(url).status_code in {302, 404}
    assert Client().get(detail_url(report)).status_code == 302
    forged = Client(enforce_csrf_checks=True)
    forged.force_login(make_editor(report.page))
    url = reverse("chorsu_feedback_admin:close", args=[report.pk])
    assert forged.post(url, {"status": "fixed"}).status_code == 403
    report.refresh_from_db()
    assert report.is_open


def test_menu_and_home_page_count_open_reports(report: TypoReport, rf: Any) -> None:
    request = rf.get("/admin/")
    request.user = make_editor(report.page)
    item = register_reports_menu_item()
    assert item.is_shown(request)
    assert item.render_component(request).label.endswith("(1)")
    home = sign_in(request.user).get(reverse("wagtailadmin_home")).content.decode()
    assert f'href="{reverse("chorsu_feedback_admin:index")}?status=open"' in home
    close_report(report=report, user=request.user, status="fixed")
    assert "(" not in item.render_component(request).label
    other = rf.get("/admin/")
    other.user = make_editor(name="nobody")
    assert not item.is_shown(other)
