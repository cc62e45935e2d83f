"""What a publication lacks: the list, and the editor's question for it."""

from __future__ import annotations

import pytest
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, rich_text, streamfield

from chorsu_articles.completeness import missing, outline
from chorsu_articles.models import AnalysisPage, EventReportPage, PublicationAuthor, SectionPage, Topic
from tests.articles.conftest import sign_in_journalist
from tests.articles.test_admin_pages import article_data
from tests.factories import make_article, make_home, make_person, make_picture, make_section

pytestmark = pytest.mark.django_db


def whats(page) -> list[str]:
    return [item.what for item in missing(page)]


def test_an_empty_publication_lacks_everything_in_the_order_of_the_form():
    assert whats(AnalysisPage(title="Заголовок")) == ["lead", "body", "picture", "author", "topic"]
    report = EventReportPage(title="Круглый стол", lead="Лид.")
    assert whats(report) == ["body", "picture", "author", "date", "place", "topic"]
    report.venue = "Дом учёных"
    assert "place" not in whats(report)


def test_a_finished_article_lacks_nothing():
    page = make_article(
        body=[("paragraph", "<p>Текст.</p>")],
        main_picture=make_picture(credit="Фото: Редакция"),
        main_picture_alt="Поле",
    )
    page.author_links = [PublicationAuthor(person=make_person())]
    page.topics = [Topic.objects.create(name_ru="Вода")]
    assert missing(page) == []


def test_pictures_of_the_text_need_alternative_text_and_credit_and_say_where():
    with_credit, without = make_picture(credit="Фото: Редакция"), make_picture(title="Канал")
    page = make_article(
        body=[
            ("picture", {"picture": with_credit, "alt": "Поле", "caption": "", "size": "text"}),
            ("picture", {"picture": without, "alt": " ", "caption": "", "size": "text"}),
            ("gallery", {"pictures": [{"picture": with_credit, "alt": "", "caption": ""}]}),
        ]
    )
    page.save_revision()
    page = page.get_latest_revision_as_object()
    found = [item for item in missing(page) if item.path.startswith("body.")]
    second, gallery = page.body[1], page.body[2]
    item = gallery.value["pictures"].bound_blocks[0]
    assert [(one.path, one.what) for one in found] == [
        (f"body.{second.id}.alt", "alternative_text"),
        (f"body.{second.id}.picture", "credit"),
        (f"body.{gallery.id}.pictures.{item.id}.alt", "alternative_text"),
    ]
    assert "Канал" in found[0].message


def test_the_outline_lists_headings_with_their_level():
    page = AnalysisPage(
        body=[
            ("heading", {"text": "Фон", "level": "h2"}),
            ("paragraph", "<p>…</p>"),
            ("heading", {"text": "Цифры", "level": "h3"}),
        ]
    )
    assert [(entry.level, entry.text) for entry in outline(page)] == [(2, "Фон"), (3, "Цифры")]


def test_the_editor_asks_about_what_is_in_the_form_and_nothing_is_saved(admin):
    page = make_article(title="Прежний", lead="Лид.")
    page.save_revision()
    url = reverse("chorsu_articles_admin:check", args=[page.pk])
    answer = admin.post(url, article_data(title="Новый", lead="", slug=page.slug)).json()
    assert answer["valid"]
    assert [item["what"] for item in answer["missing"]] == ["lead", "picture", "author", "topic"]
    author = inline_formset([{"person": make_person().pk}])
    answer = admin.post(url, article_data(slug=page.slug, author_links=author)).json()
    assert [item["what"] for item in answer["missing"]] == ["picture", "topic"]
    assert admin.post(url, article_data(title="", slug="a")).json() == {"valid": False}, "errors are left to Wagtail"
    page.refresh_from_db()
    assert (page.title, page.lead, page.author_links.count()) == ("Прежний", "Лид.", 0)
    assert page.revisions.count() == 1


def test_a_new_page_is_checked_below_its_section(admin):
    section = make_section()
    url = reverse("chorsu_articles_admin:check_new", args=[section.pk])
    body = streamfield([("paragraph", rich_text("<p>Текст.</p>"))])
    answer = admin.post(url, article_data(lead="", body=body)).json()
    assert [item["what"] for item in answer["missing"]] == ["lead", "picture", "author", "topic"]
    assert not AnalysisPage.objects.exists()
    SectionPage.objects.filter(pk=section.pk).update(kind="of an app that is gone")
    assert admin.post(url).status_code == 404


def test_others_do_not_read_a_draft_by_asking_what_it_lacks(client):
    page = make_article(make_section(make_home("tg")))
    sign_in_journalist(client, make_home("ru"))
    answer = client.post(reverse("chorsu_articles_admin:check", args=[page.pk]), article_data())
    assert answer.status_code in {302, 403}


def test_a_draft_is_saved_however_much_it_lacks_and_the_editor_lists_it(admin):
    section = make_section()
    url = reverse("wagtailadmin_pages:add", args=["chorsu_articles", "eventreportpage", section.pk])
    section.kind = "events"
    section.save()
    nothing = {name: streamfield([]) for name in ("body", "participants", "documents")}
    admin.post(url, article_data(lead="", **nothing))
    page = EventReportPage.objects.get()
    assert not page.live
    html = admin.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    assert 'data-articles-missing-count="7"' in html
    assert 'data-articles-path="starts_on"' in html
