"""What an editor sees of one report and can do, and what helps to judge it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.coreutils import get_content_languages
from wagtail.models import PageViewRestriction

from chorsu_articles.models import PublicationAuthor, Topic
from chorsu_editorial.links import editor_url
from chorsu_feedback.anchors import Anchor
from chorsu_feedback.models import TypoReport
from chorsu_feedback.registry import register_shown
from chorsu_feedback.reports import submit_report
from tests.counted_lines import count_queries
from tests.factories import make_person, make_picture, make_user, signed_in
from tests.feedback.pages import (
    PARAGRAPH,
    RUSSIAN,
    admin_url,
    detail_url,
    make_article,
    make_editor,
    publish_text,
    reported,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(article) -> TypoReport:
    return reported(article, comment="<b>две</b>")


def test_a_report_shows_the_words_marked_in_their_paragraph_and_who_edited_last(report):
    user = make_editor(report.page)
    text = shown(report, user).text
    paragraph = "Вчера в городе <mark>откылась</mark> новая библиотека. Туда пришли читатели со всех районов.</blockq"
    assert paragraph in text
    assert "Второй абзац" not in text
    assert f"{reverse('wagtailadmin_pages:edit', args=[report.page_id])}#:w:contentpath={PARAGRAPH}" in text
    assert "&lt;b&gt;две&lt;/b&gt;" in text
    assert "Страница последний раз изменена:" in text
    user.first_name, user.last_name = "Зарина", "Каримова"
    user.save()
    report.page.specific.save_revision(user=user)
    assert "Последняя правка страницы — Зарина Каримова" in shown(report, user).text


def test_a_number_in_a_table_is_named_by_row_and_column(report):
    path = f"{PARAGRAPH}.rows.2.values.1"
    cell = submit_report(page=report.page.specific, anchor=Anchor("16", path=path, offset=0), suggestion="17")
    text = shown(cell, make_editor(report.page)).text
    assert "строка 3, столбец 2" in text
    assert f'#:w:contentpath={PARAGRAPH}"' in text


def test_words_that_are_mended_in_a_draft_and_then_live_are_said_to_be(report):
    user, page = make_editor(report.page), report.page.specific
    page.body[0].value.source = page.body[0].value.source.replace("откылась", "открылась")
    revision = page.save_revision()
    before = shown(report, user).context_data
    assert (before["is_mended_in_draft"], bool(before["found"])) == (True, True)
    revision.publish()
    report.refresh_from_db()
    assert (report.status, report.closed_by) == ("changed", None)
    text = shown(report, user).text
    for words in (
        "<mark>откылась</mark>",
        "Возможно, они стояли здесь",
        "Закрыто само, когда были опубликованы другие слова",
        "Вчера в городе <mark>открылась</mark> новая",
    ):
        assert words in text


def test_other_quotation_marks_in_the_paragraph_are_said(article):
    source, reports = article.body[0].value.source, []
    for name in ("«новая»", "„новая“"):
        publish_text(article, source.replace("новая", name))
        reports.append(reported(article))
    text = shown(reports[0], make_editor(article)).text
    assert "Похоже, они стоят здесь" in text
    assert "<mark>откылась</mark> „новая“" in text


def test_closing_and_reopening(report):
    user = make_editor(report.page)
    client, url = signed_in(user), admin_url("close", report)
    assert client.get(url).status_code == 405
    client.post(url, {"status": "open"})
    report.refresh_from_db()
    assert report.is_open
    response = client.post(url, {"status": "not_a_mistake"})
    assert response.headers["Location"] == f"{reverse('chorsu_feedback_admin:index')}?status=open"
    again = client.post(url, {"status": "fixed"}, follow=True)
    report.refresh_from_db()
    assert (report.status, report.closed_by) == ("not_a_mistake", user)
    assert "editor" in "".join(str(message) for message in again.context["messages"])
    client.post(admin_url("reopen", report))
    report.refresh_from_db()
    assert report.is_open


def test_who_may_not_edit_the_page_sees_and_changes_nothing(report):
    stranger = signed_in(make_editor(make_article("tg"), name="stranger"))
    for name in ("close", "reopen"):
        assert stranger.post(admin_url(name, report), {"status": "fixed"}, follow=True).status_code == 404
    nobody = signed_in(make_editor(name="nobody"))
    for url in (reverse("chorsu_feedback_admin:index"), detail_url(report)):
        assert nobody.get(url).status_code in {302, 404}
    assert Client().get(detail_url(report)).status_code == 302
    forged = signed_in(make_editor(report.page), enforce_csrf_checks=True)
    assert forged.post(admin_url("close", report), {"status": "fixed"}).status_code == 403
    report.refresh_from_db()
    assert report.is_open


def translated(page: Any, language: str, html: str, **fields: Any) -> Any:
    body = [{**RUSSIAN[0], "value": html}]
    return make_article(language, body=body, translation_key=page.translation_key, title=language, **fields)


def shown(report: TypoReport, user: Any) -> Any:
    return signed_in(user).get(detail_url(report))


def test_the_same_paragraph_is_shown_in_the_other_languages(article, settings):
    report = reported(article, "довольны", "довольный")
    tajik = translated(article, "tg", "<p>Дирӯз китобхона кушода шуд.</p><p>Ҳама хурсанданд.</p>")
    english = translated(article, "en", "<p>All three sentences in one paragraph.</p>")
    translated(article, "fa", "<p>متن</p><p>متن</p>", live=False)
    private = translated(article, "kk", "<p>Жасырын.</p><p>Жасырын.</p>")
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    user = make_editor(article, tajik)
    response = shown(report, user)
    found = response.context["other_languages"]
    assert [(each["page"], each["text"], each["edit_url"]) for each in found] == [
        (english, "All three sentences in one paragraph.", ""),
        (tajik, "Ҳама хурсанданд.", editor_url(tajik, PARAGRAPH)),
    ]
    assert 'lang="tg" dir="auto">Ҳама хурсанданд.</span>' in response.text
    settings.WAGTAIL_CONTENT_LANGUAGES = [("ru", "ru"), ("en", "en")]
    get_content_languages.cache_clear()
    assert [each["page"] for each in shown(report, user).context["other_languages"]] == [english]
    get_content_languages.cache_clear()


def test_more_languages_and_reports_cost_no_more_queries(report):
    client = signed_in(make_user(superuser=True))
    html = "<p>One.</p><p>Two.</p>"
    counts = []
    for languages in (["en"], ["tg", "kk", "ky"]):
        for language in languages:
            translated(report.page, language, html)
            submit_report(page=report.page.specific, anchor=report.anchor, suggestion=f"word {language}")
        assert len(client.get(detail_url(report)).context["other_languages"]) >= len(languages)
        counts.append(count_queries(lambda: client.get(detail_url(report))))
    assert counts[0] == counts[1]


def test_words_that_are_a_name_or_a_credit_lead_to_its_editor(report):
    page = report.page.specific
    picture = make_picture(credit="Агентсво новостей")
    topic = Topic.objects.create(name_ru="Водные ресурсы", slug="water")
    page.main_picture, page.topics = picture, [topic]
    page.author_links = [PublicationAuthor(person=make_person("Саёҳат Раҳимова"))]
    page.save_revision().publish()
    chief = make_user(superuser=True)
    for words, thing, url in [
        ("Саёҳат", page.author_links.get().person, "wagtailsnippets_chorsu_articles_person:edit"),
        ("Фото: Агентсво новостей", picture, "wagtailimages:edit"),
        ("Водные ресурсы", topic, "wagtailsnippets_chorsu_articles_topic:edit"),
    ]:
        other = submit_report(page=page, anchor=Anchor(words), suggestion="иначе")
        (found,) = shown(other, chief).context["things"]
        assert (found["thing"], found["edit_url"]) == (thing, reverse(url, args=[thing.pk]))
        (found,) = shown(other, make_editor(page, name=words)).context["things"]
        assert found["edit_url"] is None
    assert not shown(report, chief).context["things"]


def test_a_withheld_name_leads_nowhere():
    person = make_person("Кодовое имя", name_withheld=True)
    page = make_article(author_links=[PublicationAuthor(person=person)])
    other = submit_report(page=page, anchor=Anchor("Кодовое имя"), suggestion="иначе")
    assert not shown(other, make_user(superuser=True)).context["things"]


def test_one_function_tells_of_a_type():
    with pytest.raises(ValueError, match="has such texts already"):
        register_shown(type(make_article()).__mro__[1], lambda _page: ())
