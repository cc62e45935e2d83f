"""Lists, sections and pages of vocabularies: what is in them. What they cost is counted in tests/cms/test_lists.py."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import translation

from chorsu_articles.lists import (
    narrowed,
    newest_by_section,
    publications,
    published,
    usual_subjects,
)
from chorsu_articles.models import Country, Organisation, PublicationAuthor, PublicationTranslator, Topic
from chorsu_articles.services.countries import fill_countries
from tests.factories import days_ago, make_article, make_event, make_home, make_person, make_section

pytestmark = pytest.mark.django_db


def test_only_public_pages_of_switched_on_languages_are_published(settings):
    section = make_section()
    shown = make_article(section)
    make_article(section, live=False)
    assert [page.pk for page in published("ru")] == [shown.pk]
    settings.WAGTAIL_CONTENT_LANGUAGES = [("tg", "Тоҷикӣ")]
    assert not published("ru")


def test_a_language_with_a_region_is_one_of_its_own(settings):
    settings.LANGUAGES = settings.WAGTAIL_CONTENT_LANGUAGES = [("ru", "Русский"), ("en-gb", "British English")]
    make_home()
    page = make_article(make_section(make_home("en-gb")))
    assert [item.pk for item in published("en-gb")] == [page.pk]
    assert not published("en")


def test_the_front_page_takes_the_newest_of_each_of_its_sections():
    analysis, events = make_section(slug="analysis"), make_section(kind="events", slug="events")
    articles = [make_article(analysis, published_on=days_ago(number)).pk for number in range(6)]
    event = make_event(events, published_on=days_ago(100)).pk
    found = newest_by_section(make_home(), published("ru"), 4)
    assert [(section.slug, keys) for section, keys in found] == [("analysis", articles[:4]), ("events", [event])]


def test_a_withheld_name_lists_nothing():
    person = make_person(name_withheld=True)
    make_article(author_links=[PublicationAuthor(person=person)])
    assert not narrowed(publications("ru"), author=person)


def test_an_address_that_leads_nowhere_is_not_found(client):
    section = make_section()
    for query in (
        "page=abc page=9999 page=0 page=-1 page= page=1.5 page=%00 country=zz country=%00 topic=none topic=%00 "
        f"year=abc year=99999 year=٢٠٢٦ page={'9' * 5000}"
    ).split():
        assert client.get(f"{section.url}?{query}").status_code == 404, query


@pytest.mark.thorough
def test_a_section_shows_its_publications_newest_first_in_numbered_pages(client):
    section = make_section(slug="analysis")
    assert client.get(section.url).context["publications"] == []
    for day in range(22):
        make_article(section, title=f"Статья {day}", slug=f"a{day}", published_on=days_ago(day))
    first, second = (client.get(section.url, {"page": page}).context["publications"] for page in ("1", "2"))
    assert [item.title for item in first][:2] == ["Статья 0", "Статья 1"]
    assert (len(first), len(second)) == (20, 2)


def test_filters_narrow_each_other_and_tell_how_many_there_are(client):
    fill_countries()
    section = make_section(slug="events", kind="events")
    water, roads = (Topic.objects.create(name_ru=name) for name in ("Вода", "Дороги"))
    both = list(Country.objects.filter(code__in=["KG", "TJ"]))
    make_event(
        section, title="В Бишкеке", country_id=pk("KG"), published_on=days_ago(0), topics=[water], countries=both
    )
    make_event(section, title="О дорогах", country_id=pk("TJ"), published_on=days_ago(400), topics=[roads])

    def narrowed_to(**query):
        with translation.override("ru"):
            context = client.get(section.url, query).context
        return [item.title for item in context["publications"]], context

    titles, context = narrowed_to(country="tj")
    assert titles == ["В Бишкеке", "О дорогах"]
    countries = [(value.value, value.count, value.selected) for value in context["facets"]["countries"]]
    assert countries == [("kg", 1, False), ("tj", 2, True)]
    titles, context = narrowed_to(country="kg", year="2026")
    assert titles == ["В Бишкеке"]
    assert [(value.label, value.count) for value in context["facets"]["topics"]] == [("Вода", 1)]
    assert [value.value for value in context["facets"]["years"]] == ["2026"]
    assert (context["filter_query"], context["is_filtered"]) == ("country=kg&year=2026", True)


def pk(code: str) -> int:
    return Country.objects.get(code=code).pk


def test_vocabularies_have_pages_with_what_belongs_to_them(client):
    fill_countries()
    author, translator = make_person("Автор"), make_person("Переводчик")
    organisation, topic = Organisation.objects.create(name_ru="Институт"), Topic.objects.create(name_ru="Вода")
    page, _tajik = (
        make_event(
            make_section(make_home(code), "events", slug="events"),
            country_id=pk("TJ"),
            author_links=[PublicationAuthor(person=author)],
            translator_links=[PublicationTranslator(person=translator)],
            organisers=[organisation],
            topics=[topic],
        )
        for code in ("ru", "tg")
    )
    with translation.override("ru"):
        for name, slug, listed in (
            ("person", author.slug, "publications"), ("person", translator.slug, "translations"),
            ("organisation", organisation.slug, "publications"), ("topic", topic.slug, "publications"),
            ("country", "tj", "publications"),
        ):  # fmt: skip
            url = reverse(f"chorsu_articles:{name}", args=[slug])
            assert [item.pk for item in client.get(url).context[listed]] == [page.pk], name
            assert client.get(url, {"page": "2"}).status_code == 404


def test_usual_is_what_half_of_the_newest_of_a_section_carry():
    section = make_section()
    water, land, rare = (Topic.objects.create(name_ru=name) for name in ("Вода", "Берег", "Рыба"))
    tajikistan = Country.objects.create(code="TJ", name_ru="Таджикистан")

    def add(day, *topics, live=True):
        countries = [tajikistan] if day % 2 else []
        make_article(section, published_on=days_ago(day), live=live, topics=topics, countries=countries)

    for day in range(3):
        add(day, water)
    assert usual_subjects(section) == ([], []), "three tell nothing"
    for day in range(3, 20):
        add(day, water, *([land] if day < 13 else ()), *([rare] if day < 12 else ()))
    # Older ones, drafts and other sections don't count.
    for day in range(20, 24):
        add(day, rare)
    add(0, rare, live=False)
    with translation.override("en"):
        assert usual_subjects(section) == ([land, water], [tajikistan])
    assert usual_subjects(make_section(kind="events")) == ([], [])
