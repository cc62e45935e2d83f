"""Publications: dates, reading time, normal form, withheld names, previews, structured data."""

from __future__ import annotations

import datetime as dt
import json
import re

import pytest
from django.core.exceptions import ValidationError
from django.db.migrations.writer import MigrationWriter
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone, translation

from chorsu_articles.lists import publications
from chorsu_articles.models import AnalysisPage, Correction, Publication, PublicationAuthor, PublicationTranslator
from chorsu_articles.views import news_article
from tests.factories import make_article, make_event, make_home, make_person, make_picture, make_section

pytestmark = pytest.mark.django_db


def test_the_first_publication_sets_the_date_and_later_ones_keep_it():
    page = make_article(live=False)
    before = timezone.now()
    page.save_revision().publish()
    page.refresh_from_db()
    first = page.published_on
    assert before <= first <= timezone.now()
    page.save_revision().publish()
    page.refresh_from_db()
    assert page.published_on == first
    section = page.get_parent().specific
    chosen = dt.datetime(2025, 3, 1, 12, tzinfo=dt.UTC)
    dated = make_article(section, live=False, published_on=chosen)
    dated.save_revision().publish()
    dated.refresh_from_db()
    assert dated.published_on == chosen, "a date that the newsroom chose stays"
    tajik = make_home("tg")
    section.copy_for_translation(tajik.locale)
    assert page.copy_for_translation(tajik.locale).published_on is None, "a translation has a first one of its own"


def test_reading_time_counts_headline_lead_and_text():
    page = make_article(title="Раз два", lead="три", body=[("paragraph", "<p>" + "слово " * 357 + "</p>")])
    assert page.word_count == 360
    assert page.reading_minutes == 2
    assert make_article(page.get_parent().specific).reading_minutes == 1


def test_drafts_and_inline_rows_are_stored_in_normal_form():
    page = make_article(live=False)
    page.title, page.body = "Край", [("paragraph", "<p>Йод</p>")]
    page.corrections = [Correction(date=dt.date(2026, 1, 2), text="Край")]
    content = page.save_revision(clean=False).content
    assert content["title"] == "Край"
    assert json.loads(content["body"])[0]["value"] == "<p>Йод</p>"
    assert content["corrections"][0]["text"] == "Край"


def test_a_correction_has_a_letter_that_readers_see():
    Correction(text="Было 5, стало 6.").full_clean(exclude=["page"])
    with pytest.raises(ValidationError) as error:
        Correction(text="\u3164").full_clean(exclude=["page"])
    assert list(error.value.message_dict) == ["text"]


def test_an_event_does_not_end_before_it_begins():
    report = make_event(live=False, starts_on=dt.date(2026, 5, 2), ends_on=dt.date(2026, 5, 1))
    with pytest.raises(ValidationError) as error:
        report.full_clean()
    assert list(error.value.message_dict) == ["ends_on"]
    assert make_event(report.get_parent().specific, starts_on=dt.date(2026, 5, 2)).last_day is None


def test_several_withheld_names_become_one_and_keep_their_place():
    people = [make_person(name, name_withheld=name != "Второй") for name in ("Первый", "Второй", "Третий")]
    page = make_article(
        author_links=[PublicationAuthor(person=person) for person in people],
        translator_links=[PublicationTranslator(person=people[0])],
    )
    with translation.override("en"):
        assert [(name.name, bool(name.url)) for name in page.byline] == [("Editorial staff", False), ("Второй", True)]
        assert [name.name for name in page.translator_byline] == ["Editorial staff"]


def test_structured_data_tells_what_when_where_and_by_whom():
    report = make_event(
        starts_on=dt.date(2026, 5, 2),
        ends_on=dt.date(2026, 5, 3),
        city="Душанбе",
        main_picture=make_picture(credit="Редакция", kind="map"),
        published_on=dt.datetime(2026, 5, 4, 7, tzinfo=dt.UTC),
        author_links=[PublicationAuthor(person=make_person("Автор"))],
    )
    with translation.override("ru"):
        data = news_article(report, RequestFactory().get("/"))
    assert data["datePublished"] == "2026-05-04T12:00:00+05:00"
    assert data["author"][0]["name"] == "Автор"
    assert data["author"][0]["url"].startswith("http://testserver/ru/people/")
    assert data["image"][0]["creditText"] == "Карта: Редакция"
    event = data["about"][-1]
    assert (event["startDate"], event["endDate"]) == ("2026-05-02", "2026-05-03")
    assert event["location"]["address"]["addressLocality"] == "Душанбе"


def test_the_description_is_the_lead_unless_there_is_another():
    page = AnalysisPage(lead="Слово " * 60)
    assert len(page.description) <= 160
    page.search_description = "Своё"
    assert page.description == "Своё"


@pytest.mark.parametrize(("code", "direction"), [("tg", "ltr"), ("fa", "rtl")])
def test_the_preview_speaks_the_language_of_the_page(admin, code, direction):
    page = make_article(make_section(make_home(code), slug="analysis"), title="Пешнамоиш")
    page.save_revision()
    html = admin.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk])).content.decode()
    assert "Пешнамоиш" in html
    assert f'lang="{code}"' in html
    assert f'dir="{direction}"' in html


def test_a_list_item_knows_its_event_without_another_query(django_assert_num_queries):
    make_event(city="Душанбе")
    make_article(make_section(slug="articles"))
    article, report = sorted(publications("ru"), key=lambda item: item.card_label)
    with django_assert_num_queries(0), translation.override("en"):
        assert (report.kind_page.city, report.card_label) == ("Душанбе", "Event report")
        assert (type(article), article.card_label) == (Publication, "")


def test_what_migrations_of_other_sites_hold_stays_where_it_is():
    fields = [*Publication._meta.local_fields, *Publication._meta.local_many_to_many]
    source = "".join(MigrationWriter.serialize(field)[0] for field in fields)
    assert set(re.findall(r"chorsu_articles(?:\.\w+){2,}", source)) == {
        "chorsu_articles.blocks.media.WaitingCreditBlock",
        "chorsu_articles.blocks.text.language_choices",
        "chorsu_articles.models.fields.VocabularyField",
    }
