"""What a report shows beside its own paragraph: other languages, who edited, and things with editors of their own."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.coreutils import get_content_languages
from wagtail.models import PageViewRestriction

from chorsu_articles.models import PublicationAuthor, Topic
from chorsu_editorial.links import editor_url
from chorsu_feedback.anchors import Anchor
from chorsu_feedback.models import TypoReport
from chorsu_feedback.registry import register_shown
from chorsu_feedback.reports import submit_report
from tests.factories import make_person, make_picture, make_user
from tests.feedback.pages import PARAGRAPH, RUSSIAN, make_article, make_editor
from tests.feedback.test_admin import detail_url, sign_in
from tests.feedback.test_services import anchor_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def report() -> TypoReport:
    page = make_article(author_links=[PublicationAuthor(person=make_person("Саёҳат Раҳимова"))])
    return submit_report(page=page, anchor=anchor_in(page, "довольны"), suggestion="довольный")


def translated(page: Any, language: str, html: str, **fields: Any) -> Any:
    body = [{**RUSSIAN[0], "value": html}]
    return make_article(language, body=body, translation_key=page.translation_key, title=language, **fields)


def shown(report: TypoReport, user: Any) -> Any:
    return sign_in(user).get(detail_url(report))


def test_the_same_paragraph_is_shown_in_the_other_languages(report: TypoReport, settings: Any) -> None:
    page = report.page
    tajik = translated(page, "tg", "<p>Дирӯз китобхона кушода шуд.</p><p>Ҳама хурсанданд.</p>")
    english = translated(page, "en", "<p>All three sentences in one paragraph.</p>")
    translated(page, "fa", "<p>متن</p><p>متن</p>", live=False)
    private = translated(page, "kk", "<p>Жасырын.</p><p>Жасырын.</p>")
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    user = make_editor(page, tajik)
    response = shown(report, user)
    found = response.context["other_languages"]
    assert [(each["page"], each["text"], each["edit_url"]) for each in found] == [
        (english, "All three sentences in one paragraph.", ""),
        (tajik, "Ҳама хурсанданд.", editor_url(tajik, PARAGRAPH)),
    ]
    text = response.content.decode()
    assert '<span class="typo-report__text" lang="tg" dir="auto">Ҳама хурсанданд.</span>' in text
    settings.WAGTAIL_CONTENT_LANGUAGES = [("ru", "ru"), ("en", "en")]
    get_content_languages.cache_clear()
    assert [each["page"] for each in shown(report, user).context["other_languages"]] == [english]
    get_content_languages.cache_clear()


def test_more_languages_and_reports_cost_no_more_queries(report: TypoReport) -> None:
    client = sign_in(make_user(superuser=True))
    html = "<p>One.</p><p>Two.</p>"
    counts = []
    for languages in (["en"], ["tg", "kk", "ky"]):
        for language in languages:
            translated(report.page, language, html)
            submit_report(page=report.page.specific, anchor=report.anchor, suggestion=f"word {language}")
        client.get(detail_url(report))
        with CaptureQueriesContext(connection) as queries:
            assert len(client.get(detail_url(report)).context["other_languages"]) >= len(languages)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_who_edited_last_is_named_as_the_account_is(report: TypoReport) -> None:
    user = make_editor(report.page)
    assert "Страница последний раз изменена:" in shown(report, user).content.decode()
    user.first_name, user.last_name = "Зарина", "Каримова"
    user.save()
    report.page.specific.save_revision(user=user)
    assert "Последняя правка страницы — Зарина Каримова" in shown(report, user).content.decode()


def test_words_that_are_a_name_or_a_credit_lead_to_its_editor(report: TypoReport) -> None:
    page = report.page.specific
    picture = make_picture(credit="Агентсво новостей")
    topic = Topic.objects.create(name_ru="Водные ресурсы", slug="water")
    page.main_picture, page.topics = picture, [topic]
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


def test_a_withheld_name_leads_nowhere(report: TypoReport) -> None:
    person = make_person("Кодовое имя", name_withheld=True)
    page = make_article(author_links=[PublicationAuthor(person=person)])
    other = submit_report(page=page, anchor=Anchor("Кодовое имя"), suggestion="иначе")
    assert not shown(other, make_user(superuser=True)).context["things"]


def test_one_function_tells_of_a_type() -> None:
    with pytest.raises(ValueError, match="has such texts already"):
        register_shown(type(make_article()).__mro__[1], lambda _page: ())
