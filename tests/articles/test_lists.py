"""Lists, sections and pages of vocabularies: what is in them, and that their cost does not grow with them."""

from __future__ import annotations

import pytest
from django.db import connection
from django.http import HttpRequest
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from wagtail.models import Page

from chorsu_articles.lists import (
    in_section,
    narrowed,
    newest_by_section,
    publications,
    published,
    section_facets,
    usual_subjects,
    with_cards,
)
from chorsu_articles.models import Country, Organisation, PublicationAuthor, PublicationTranslator, Topic
from chorsu_articles.services.countries import fill_countries
from tests.factories import days_ago, make_article, make_event, make_home, make_person, make_picture, make_section

pytestmark = pytest.mark.django_db


def get(path: str = "/", **query: str) -> HttpRequest:
    return RequestFactory().get(path, query)


def make_full_event(section, number: int):
    """Make an event report with everything that a card shows."""
    report = make_event(
        section,
        title=f"Круглый стол {number}",
        published_on=days_ago(number),
        main_picture=make_picture(),
        country=Country.objects.get_or_create(code="TJ", defaults={"name_ru": "Таджикистан"})[0],
    )
    report.topics = [Topic.objects.get_or_create(slug="water", defaults={"name_ru": "Вода"})[0]]
    report.countries = [Country.objects.get_or_create(code="UZ", defaults={"name_ru": "Узбекистан"})[0]]
    report.author_links = [PublicationAuthor(person=make_person(f"Автор {number}"))]
    report.save()
    return report


def read_card(publication, request: HttpRequest) -> tuple:
    """Read what a card in a list shows."""
    picture = publication.main_picture
    return (
        publication.get_url(request),
        publication.title,
        publication.lead,
        publication.reading_minutes,
        publication.date,
        picture and picture.get_renditions("max-80x80"),
        [(name.name, name.url) for name in publication.byline],
        [topic.localized_name() for topic in publication.topics.all()],
        publication.card_label,
        (publication.kind_page.starts_on, publication.kind_page.city),
    )


@pytest.mark.thorough
@pytest.mark.sql
def test_lists_cost_the_same_with_3_and_with_12_items():
    section = make_section(kind="events")
    counts = []
    section.get_url(get())  # Wagtail caches the roots of its sites
    for number in range(12):
        make_full_event(section, number).main_picture.get_renditions("max-80x80")
        if number + 1 in {3, 12}:
            request = get()
            with translation.override("ru"), CaptureQueriesContext(connection) as queries:
                cards = [read_card(item, request) for item in with_cards(in_section(section))]
                section_facets(section)
                newest_by_section(make_home(), published("ru"), 50)
                [read_card(item, request) for item in publications("ru")]
            assert len(cards) == number + 1
            counts.append(len(queries))
    assert counts[0] == counts[1]


def test_only_public_pages_of_switched_on_languages_are_published(settings):
    section = make_section()
    shown = make_article(section, title="Видно")
    make_article(section, title="Черновик", live=False)
    assert [page.pk for page in published("ru")] == [shown.pk]
    assert not published("tg")
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
    for number in range(6):
        make_article(analysis, slug=f"a{number}", published_on=days_ago(number))
    make_event(events, slug="e", published_on=days_ago(100))
    slugs = dict(Page.objects.values_list("pk", "slug"))
    found = newest_by_section(make_home(), published("ru"), 4)
    assert [(section.slug, [slugs[key] for key in keys]) for section, keys in found] == [
        ("analysis", ["a0", "a1", "a2", "a3"]),
        ("events", ["e"]),
    ]


def test_a_withheld_name_lists_nothing():
    person = make_person(name_withheld=True)
    page = make_article()
    page.author_links = [PublicationAuthor(person=person)]
    page.save()
    assert not narrowed(publications("ru"), author=person)


def section_with(number: int):
    section = make_section(slug="analysis")
    for day in range(number):
        make_article(section, title=f"Статья {day}", slug=f"a{day}", published_on=days_ago(day))
    return section


def test_an_address_that_leads_nowhere_is_not_found(client):
    section = section_with(1)
    for query in (
        "page=abc page=9999 page=0 page=-1 page= page=1.5 page=%00 country=zz country=%00 topic=none topic=%00 "
        f"year=abc year=99999 year=٢٠٢٦ page={'9' * 5000}"
    ).split():
        assert client.get(f"{section.url}?{query}").status_code == 404, query


@pytest.mark.thorough
def test_a_section_shows_its_publications_newest_first_in_numbered_pages(client):
    section = section_with(22)
    first, second = (client.get(section.url, {"page": page}).context for page in ("1", "2"))
    assert [item.title for item in first["publications"]][:2] == ["Статья 0", "Статья 1"]
    assert (len(first["publications"]), len(second["publications"])) == (20, 2)
    assert client.get(make_section(slug="empty").url).context["publications"] == []


def test_filters_narrow_each_other_and_tell_how_many_there_are(client):
    fill_countries()
    section = make_section(slug="events", kind="events")
    water, roads = (Topic.objects.create(name_ru=name) for name in ("Вода", "Дороги"))
    held = make_event(section, slug="one", title="В Бишкеке", country_id=pk("KG"), published_on=days_ago(0))
    held.topics, held.countries = [water], [pk("KG"), pk("TJ")]
    held.save()
    other = make_event(section, slug="two", title="О дорогах", country_id=pk("TJ"), published_on=days_ago(400))
    other.topics = [roads]
    other.save()
    with translation.override("ru"):
        context = client.get(section.url, {"country": "tj"}).context
        assert [item.title for item in context["publications"]] == ["В Бишкеке", "О дорогах"]
        facets = context["facets"]
        assert [(value.value, value.count, value.selected) for value in facets["countries"]] == [
            ("kg", 1, False),
            ("tj", 2, True),
        ]
        context = client.get(section.url, {"country": "kg", "year": "2026"}).context
    assert [item.title for item in context["publications"]] == ["В Бишкеке"]
    assert [(value.label, value.count) for value in context["facets"]["topics"]] == [("Вода", 1)]
    assert [value.value for value in context["facets"]["years"]] == ["2026"]
    assert (context["filter_query"], context["is_filtered"]) == ("country=kg&year=2026", True)


def pk(code: str) -> int:
    return Country.objects.get(code=code).pk


def test_vocabularies_have_pages_with_what_belongs_to_them(client):
    fill_countries()
    section = make_section(slug="events", kind="events")
    page, tajik = make_event(section), make_event(make_section(make_home("tg"), "events", slug="events"))
    author, translator = make_person("Автор"), make_person("Переводчик")
    organisation, topic = Organisation.objects.create(name_ru="Институт"), Topic.objects.create(name_ru="Вода")
    for item in (page, tajik):
        item.country_id = pk("TJ")
        item.author_links = [PublicationAuthor(person=author)]
        item.translator_links = [PublicationTranslator(person=translator)]
        item.organisers, item.topics = [organisation], [topic]
        item.save()
    addresses = {
        "person": author.slug, "organisation": organisation.slug, "topic": topic.slug, "country": "tj",
    }  # fmt: skip
    with translation.override("ru"):
        for name, value in addresses.items():
            url = reverse(f"chorsu_articles:{name}", args=[value])
            assert [item.pk for item in client.get(url).context["publications"]] == [page.pk], name
            assert client.get(url, {"page": "2"}).status_code == 404
        translations = client.get(reverse("chorsu_articles:person", args=[translator.slug])).context["translations"]
        assert [item.pk for item in translations] == [page.pk]


@pytest.mark.thorough
@pytest.mark.sql
def test_pages_cost_the_same_with_3_and_with_23_items(client):
    section, home = make_section(slug="analysis"), make_home()
    topic, person = Topic.objects.create(name_ru="Вода"), make_person()
    with translation.override("ru"):
        addresses = [section.url, home.url, topic.get_absolute_url(), person.get_absolute_url()]
    counts = []
    for number in range(23):
        page = make_article(section, slug=f"a{number}", published_on=days_ago(number))
        page.topics, page.author_links = [topic], [PublicationAuthor(person=person)]
        page.save()
        if number + 1 in {3, 23}:
            for url in addresses:
                client.get(url)
            with CaptureQueriesContext(connection) as queries:
                for url in addresses:
                    assert client.get(url).status_code == 200
            counts.append(len(queries))
    # One more for each of two lists that now have a second page, to count what they list: none depends on the items.
    assert counts[1] == counts[0] + 2


def test_usual_is_what_half_of_the_newest_of_a_section_carry():
    section = make_section()
    water, land, rare = (Topic.objects.create(name_ru=name) for name in ("Вода", "Берег", "Рыба"))
    tajikistan = Country.objects.create(code="TJ", name_ru="Таджикистан")

    def add(day: int, *topics: Topic, live: bool = True) -> None:
        article = make_article(section, published_on=days_ago(day), live=live)
        article.topics, article.countries = topics, [tajikistan] if day % 2 else []
        article.save()

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
