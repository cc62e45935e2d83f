"""Lists of publications: what is in them, and that their cost does not grow with them."""

from __future__ import annotations

import pytest
from django.db import connection
from django.http import HttpRequest
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from wagtail.models import Page

from chorsu_articles.lists import (
    by_person,
    in_section,
    newest_by_section,
    publications,
    published,
    section_facets,
    with_cards,
)
from chorsu_articles.models import Country, PublicationAuthor, Topic
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


@pytest.mark.sql
def test_lists_cost_the_same_with_5_and_with_25_items():
    section = make_section(kind="events")
    counts = []
    section.get_url(get())  # Wagtail caches the roots of its sites
    for number in range(25):
        make_full_event(section, number).main_picture.get_renditions("max-80x80")
        if number + 1 in {5, 25}:
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
    assert not by_person(person, "ru")
