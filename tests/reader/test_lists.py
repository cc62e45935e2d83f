"""Front page, sections and the pages of the vocabularies."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from chorsu_articles.models import Organisation, PublicationAuthor, PublicationTranslator, Topic
from chorsu_search.writing import sync
from tests.factories import days_ago, make_article, make_home, make_person, make_section
from tests.reader.content import make_full_article, make_full_event

pytestmark = pytest.mark.django_db


def soup_of(client: Client, url: str) -> BeautifulSoup:
    response = client.get(url)
    assert response.status_code == 200, url
    return BeautifulSoup(response.content, "html.parser")


def test_an_empty_newsroom_has_a_front_page(client):
    make_section(make_home())
    assert soup_of(client, "/ru/").select_one(".notice")


def test_numbered_pages_keep_the_filters(client):
    section = make_section(make_home())
    for number in range(45):
        make_article(section, title=f"Article {number}", published_on=days_ago(1))
    year = f"{days_ago(1):%Y}"
    pages = soup_of(client, f"{section.url}?year={year}&page=2").select_one(".pagination")
    assert pages.select_one("[aria-current=page]").text.split()[-1] == "2"
    assert [link["href"] for link in pages.select("a[rel]")] == [f"?year={year}", f"?year={year}&page=3"]


def test_filters_are_a_plain_form_that_shows_what_is_chosen(client):
    section = make_section(make_home())
    make_full_article(section)
    make_article(section, title="Other", published_on=days_ago(3))
    soup = soup_of(client, f"{section.url}?country=tj")
    assert soup.select_one("form.filters")["method"] == "get"
    assert soup.select_one("select[name=country] option[selected]")["value"] == "tj"
    assert [tag.text for tag in soup.select(".list .headline")] == ["Headline"]


@pytest.mark.parametrize(
    "make_url",
    [
        lambda article, _report: article.author_links.first().person.get_absolute_url(),
        lambda _article, _report: Topic.objects.get(slug="water").get_absolute_url(),
        lambda _article, report: report.country.get_absolute_url(),
        lambda _article, _report: Organisation.objects.get().get_absolute_url(),
    ],
    ids=["person", "topic", "country", "organisation"],
)
def test_pages_of_the_vocabularies_list_their_publications(client, make_url):
    home = make_home()
    article, report = make_full_article(make_section(home)), make_full_event(make_section(home, "events"))
    soup = soup_of(client, make_url(article, report))
    assert soup.h1.text
    assert soup.select(".page-main .headline")


LISTS = [
    "/ru/",
    "/ru/analysis/",
    "/ru/events/",
    "/ru/topics/water/",
    "/ru/countries/tj/",
    "/ru/organisations/institute/",
]
LISTS += [
    "/ru/people/one/",
    "/ru/feed/",
    "/ru/feed/analysis/",
    "/sitemap.xml",
    "/sitemap-ru.xml",
    "/ru/search/?q=headline",
]


def test_every_list_costs_the_same_for_3_and_9(client):
    home, persian = make_home(), make_home("fa")
    section, events, translated = make_section(home), make_section(home, "events"), make_section(persian)
    person = make_person(slug="one")

    def fill(numbers: range) -> None:
        for number in numbers:
            article = make_full_article(section, pictures=1, title=f"Headline {number}", published_on=days_ago(number))
            article.author_links = [PublicationAuthor(person=person)]
            article.translator_links = [PublicationTranslator(person=person)]
            article.save()
            make_article(translated, title=f"Headline {number}", translation_key=article.translation_key)
            past = {"starts_on": days_ago(number + 9).date(), "ends_on": None}
            make_full_event(events, title=f"Headline event {number}", published_on=days_ago(number), **past)

    def costs() -> dict[str, int]:
        sync(limit=1000)
        found = {}
        for path in LISTS:
            client.get(path)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(path).status_code == 200, path
            found[path] = len(queries)
        return found

    fill(range(3))
    few = costs()
    fill(range(3, 9))
    assert costs() == few


def test_words_that_fall_back_to_another_language_say_so(client):
    russian = make_full_article(make_section(make_home()))
    home = make_home("fa")
    report = make_full_event(make_section(home, "events"))
    article = make_full_article(make_section(home), title="Persian", translation_key=russian.translation_key)
    Topic.objects.update(description_ru="О реках", description_en="Of rivers", name_fa="آب")
    Organisation.objects.update(description_ru="Учит")
    person = article.author_links.first().person
    person.position_ru, person.about_en, person.about_ru = "Обозреватель", "Writes.", "Пишет."
    person.save()

    def marked(url: str, selector: str) -> list[tuple[str, str]]:
        return [(tag["lang"], tag.text) for tag in soup_of(client, url).select(f"main {selector} span[lang]")]

    topic, country = Topic.objects.get(), report.country
    assert marked(topic.get_absolute_url().replace("/ru/", "/fa/"), ".page-head") == [("en", "Of rivers")]
    assert marked("/fa/countries/tj/", "h1") == [("ru", country.name_ru)]
    assert marked("/fa/organisations/institute/", ".page-head") == [("ru", "Институт"), ("ru", "Учит")]
    assert [lang for lang, _text in marked(f"/fa/people/{person.slug}/", ".page-head")] == ["ru", "ru", "en"]
    assert marked(article.url, ".byline .authors") == marked("/fa/analysis/", ".card") == [("ru", "Мадина Рахимова")]
    assert marked(article.url, ".tags") == [("ru", "Таджикистан")]
    assert marked(report.url, ".event-facts") == [("ru", "Таджикистан"), ("ru", "Институт")]
    assert not soup_of(client, russian.url).select(".byline span[lang], .tags span[lang]")
