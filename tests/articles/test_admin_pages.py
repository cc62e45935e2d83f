"""The editor's forms through Wagtail's own views."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from chorsu_articles.models import AnalysisPage, EventReportPage
from tests.factories import make_article, make_event, make_home, make_section

pytestmark = pytest.mark.django_db


def article_data(**fields):
    """Return what the browser posts for an article."""
    values = {
        "title": "Заголовок",
        "lead": "Лид.",
        "body": streamfield([("paragraph", rich_text("<p>Текст.</p>"))]),
        "key_points": streamfield([]),
        "references": streamfield([]),
        "author_links": inline_formset([]),
        "translator_links": inline_formset([]),
        "corrections": inline_formset([]),
        "comments": inline_formset([]),
        "main_picture": "",
        "main_picture_caption": "",
        "main_picture_alt": "",
        "slug": "",
        "seo_title": "",
        "search_description": "",
        "published_on": "",
        "go_live_at": "",
        "expire_at": "",
    }
    return nested_form_data({**values, **fields})


def add_url(section, model):
    return reverse("wagtailadmin_pages:add", args=["chorsu_articles", model._meta.model_name, section.pk])


@pytest.mark.parametrize("model", [AnalysisPage, EventReportPage])
def test_the_forms_open_for_new_pages_and_for_old_ones(admin, model):
    kind = "analysis" if model is AnalysisPage else "events"
    section = make_section(kind=kind)
    page = make_article(section) if model is AnalysisPage else make_event(section)
    for url in (add_url(section, model), reverse("wagtailadmin_pages:edit", args=[page.pk])):
        html = admin.get(url).content.decode()
        parts = ["id_title", "id_lead", "body", "id_main_picture", "id_author_links-TOTAL_FORMS", "id_topics"]
        places = [html.index(f'id="{part}"') for part in parts]
        assert places == sorted(places)
        assert "data-articles-completeness" in html
        assert "chorsu_articles/admin/slug.js" in html


def test_a_section_takes_only_the_kind_that_it_lists(admin):
    section = make_section(kind="analysis")
    assert admin.get(add_url(section, AnalysisPage)).status_code == 200
    assert admin.get(add_url(section, EventReportPage)).status_code != 200


def test_a_long_article_of_which_much_was_deleted_while_writing_is_saved(admin):
    kept, deleted = 120, 280
    page = make_article(make_section())
    data = article_data(
        title=page.title,
        slug=page.slug,
        body=streamfield([("paragraph", rich_text(f"<p>{number}</p>")) for number in range(kept + deleted)]),
    )
    for number in range(kept + deleted):
        data[f"body-{number}-id"] = str(uuid4())
        if number >= kept:
            data[f"body-{number}-deleted"] = "1"
    answer = admin.post(
        reverse("wagtailadmin_pages:edit", args=[page.pk]), data, headers={"Accept": "application/json"}
    )
    assert answer.json()["success"]
    page.refresh_from_db()
    assert len(page.get_latest_revision_as_object().body) == kept


@pytest.mark.parametrize(
    ("code", "headline", "slug"),
    [
        ("ru", "Щедрый урожай в Хатлоне", "shchedryy-urozhay-v-khatlone"),
        ("tg", "Ҷумҳурии Тоҷикистон", "jumhurii-tojikiston"),
        ("fa", "گزارش از دوشنبه", None),
    ],
)
def test_a_headline_gives_a_latin_slug_by_its_language(admin, code, headline, slug):
    section = make_section(make_home(code), slug="analysis")
    admin.post(add_url(section, AnalysisPage), article_data(title=headline))
    page = AnalysisPage.objects.get()
    assert page.slug.isascii()
    assert not page.slug.startswith("page-")
    if slug:
        assert page.slug == slug
    answer = admin.get(reverse("chorsu_articles_admin:slug"), {"text": headline, "language": code})
    assert answer.json() == {"slug": page.slug}


@pytest.mark.parametrize(("slug", "found"), [("", 2), ("zagolovok", 2), ("chosen", 1)])
def test_headlines_alike_get_a_number_and_an_address_that_somebody_chose_is_refused(admin, slug, found):
    section = make_section()
    for _ in range(2):
        admin.post(add_url(section, AnalysisPage), article_data(slug=slug))
    expected = ["zagolovok", "zagolovok-2"] if found == 2 else ["chosen"]
    assert sorted(AnalysisPage.objects.values_list("slug", flat=True)) == expected
