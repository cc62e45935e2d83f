"""Addresses that nobody should ask for: a page that says so, never an error, and nothing that is private."""

from __future__ import annotations

from itertools import cycle, product

import pytest
from bs4 import BeautifulSoup
from django.test import Client, override_settings

from chorsu_articles.models import Country, Topic
from tests.factories import make_article, make_home, make_section

pytestmark = pytest.mark.django_db


@pytest.mark.sql  # which takes no NUL
def test_an_address_with_nul_or_without_end_is_not_found(client: Client) -> None:
    make_home()
    for address in ("/ru/%00", "/ru/feed/%00/", "/sitemap-%00.xml", "/documents/1/%00", "/media/%00",
                    "/ru/" + "a" * 5000, f"/documents/{'9' * 5000}/x.pdf"):  # fmt: skip
        assert client.get(address, follow=True).status_code == 404, address


GARBAGE = [
    "%00",
    "%FF",
    "%ED%A0%80",
    "%F0%9F%92%A9",
    "..%2F..",
    "%0D%0AX:1",
    "%27%20OR%201=1--",
    "9" * 400,
    "-1",
    "%E2%80%AE",
]
PATHS = ["/{}", "/ru/{}/", "/ru/analysis/{}/", "/ru/people/{}/", "/ru/organisations/{}/", "/ru/topics/{}/"]
PATHS += [
    "/ru/countries/{}/",
    "/ru/feed/{}/",
    "/sitemap-{}.xml",
    "/language/{}/",
    "/{}/feed/",
    "/{}/search/",
    "/feedback/report/{}/",
]
QUERIES = ["/?{}", "/ru/?{}={}", "/ru/analysis/?page={}", "/ru/analysis/?country={}", "/ru/analysis/?topic={}"]
QUERIES += [
    "/ru/analysis/?year={}",
    "/ru/topics/water/?page={}",
    "/ru/search/?q={}",
    "/ru/search/?q=a&page={}",
    "/ru/feed/?{}",
]
QUERIES += [f"/ru/search/?q=a&{name}={{}}" for name in ("section", "country", "topic", "year", "language", "person")]
QUERIES += [
    "/sitemap-ru.xml?p={}",
    "/sitemap.xml?p={}",
    "/language/ru/?next={}",
    "/language/ru/?next=/ru/{}",
    "/ru/nothing/?page={}",
]


# Every place and every kind of garbage is tried, and each in each place in `make slow`.
SOME = [(place, GARBAGE[number % len(GARBAGE)]) for number, place in enumerate(2 * (PATHS + QUERIES))]


@pytest.mark.sql
@pytest.mark.parametrize(
    "pairs",
    [SOME, pytest.param([*product(PATHS + QUERIES, GARBAGE)], marks=pytest.mark.slow)],
    ids=["some", "all"],
)
def test_no_address_is_an_error(client: Client, pairs: list[tuple[str, str]]) -> None:
    make_article(make_section(make_home()), topics=[Topic.objects.create(slug="water", name_ru="Вода")])
    for template, garbage in pairs:
        status = client.get(template.replace("{}", garbage)).status_code
        assert status in ({404} if template in PATHS else {200, 302, 404}), (template, garbage)


def test_a_number_that_no_page_has_is_not_found(client: Client) -> None:
    make_article(make_section(make_home()), topics=[Topic.objects.create(slug="water", name_ru="Вода")])
    numbers = ["", "abc", "0", "-1", "9999", "1e3", "%00", "+1", "%2B1", "1_0", "%D9%A1", "%201", "9" * 5000]
    for path, number in zip(cycle(["/ru/analysis/", "/ru/topics/water/", "/ru/search/"]), 2 * numbers, strict=False):
        assert client.get(f"{path}?q=headline&page={number}").status_code == 404, (path, number)


def test_nothing_is_left_of_a_language_that_is_switched_off(client: Client) -> None:
    paths = ["", "feed/", "feed/analysis/", "search/", "topics/water/", "countries/tj/", "analysis/"]
    make_home()
    Topic.objects.create(slug="water", name_ru="Вода")
    Country.objects.get_or_create(code="TJ", defaults={"name_ru": "Таджикистан"})
    make_section(make_home("en"))
    assert {client.get(f"/en/{path}").status_code for path in paths} == {200}
    enabled = [("ru", "Русский"), ("tg", "Тоҷикӣ")]
    with override_settings(WAGTAIL_CONTENT_LANGUAGES=enabled, LANGUAGES=enabled):
        assert {client.get(f"/en/{path}").status_code for path in paths} == {404}
        assert client.get("/language/en/").status_code == 404
        assert client.get("/", headers={"accept-language": "en"}).headers["Location"] == "/ru/"


def test_what_is_not_found_is_not_offered_in_other_languages_and_answered_in_its_own(client: Client) -> None:
    make_section(make_home())
    make_home("tg")
    for path in ("/ru/people/nobody/", "/ru/topics/nothing/", "/ru/analysis/?page=9", "/ru/nothing/"):
        response = client.get(path)
        soup = BeautifulSoup(response.content, "html.parser")
        assert response.status_code == 404
        assert not soup.select("link[rel=canonical], link[hreflang], meta[property='og:url']")
        assert "/tg/" in {link["href"] for link in soup.select(".languages-list a")}
    response = client.get("/tg/%00")
    assert response.status_code == 404
    assert response.headers["Content-Language"] == "tg"
    assert '<html lang="tg"' in response.content.decode()
