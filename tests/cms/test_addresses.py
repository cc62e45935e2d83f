"""Addresses that are no more, or never were: where they lead, what is offered, and never an error or what is private.

An article that stands in a second section as an alias is the same article.
"""

from __future__ import annotations

from itertools import cycle, product
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.actions.create_alias import CreatePageAliasAction
from wagtail.contrib.redirects.models import Redirect

from chorsu_articles.models import AnalysisPage, Organisation, Topic
from chorsu_search.writing import sync
from tests.cms.content import make_full_article, restrict, soup_of
from tests.factories import days_ago, make_article, make_home, make_person, make_section

pytestmark = pytest.mark.django_db


@pytest.fixture
def article() -> AnalysisPage:
    page = make_article(make_section(make_home()), slug="first")
    page.save_revision().publish()
    page.refresh_from_db()
    return page


def leads(client: Client, path: str) -> tuple[int, str]:
    response = client.get(path)
    return response.status_code, response.headers.get("Location", "")


@pytest.mark.thorough
def test_every_former_address_leads_to_the_last_at_once_and_never_in_circles(client, article, rename):
    rename(article, "second")
    rename(article, "third")
    for former in ("first/", "second/", "second/?utm_source=x"):
        assert leads(client, f"/ru/analysis/{former}") == (301, "/ru/analysis/third/")
    assert client.get("/ru/analysis/first/").headers["Cache-Control"].startswith("public, max-age=0")
    # It gets its first address back.
    rename(article, "first")
    assert leads(client, "/ru/analysis/second/") == (301, "/ru/analysis/first/")
    assert leads(client, "/ru/analysis/first/") == (200, "")


def test_the_pages_of_a_section_go_with_it(client, article, rename, django_capture_on_commit_callbacks):
    rename(article.get_parent().specific, "research")
    assert leads(client, "/ru/analysis/") == (301, "/ru/research/")
    assert leads(client, "/ru/analysis/first/") == (301, "/ru/research/first/")
    other = make_section(make_home(), title="Other", slug="other")
    with django_capture_on_commit_callbacks(execute=True):
        AnalysisPage.objects.get(pk=article.pk).move(other, pos="last-child")
    for path in ("/ru/analysis/first/", "/ru/research/first/"):
        assert leads(client, path) == (301, "/ru/other/first/")


@pytest.mark.thorough
@pytest.mark.parametrize("hide", [lambda page: restrict(page.get_parent()), AnalysisPage.delete])
def test_the_new_address_of_what_nobody_may_read_is_not_told(client, article, hide, rename):
    rename(article, "secretwords")
    assert leads(client, "/ru/analysis/first/")[0] == 301
    hide(article)
    response = client.get("/ru/analysis/first/")
    assert (response.status_code, "secretwords" in response.text + str(response.headers)) == (404, False)


def test_a_topic_that_gets_another_address_leads_to_it_in_every_language(client):
    make_home()
    topic = Topic.objects.create(name_ru="Вода", slug="water")
    for slug in ("waters", "rivers"):
        topic.slug = slug
        topic.save()
    for code in ("ru", "fa"):
        for slug in ("water", "waters"):
            assert leads(client, f"/{code}/topics/{slug}/") == (301, f"/{code}/topics/rivers/")
    topic.slug = "water"
    topic.save()
    assert leads(client, "/ru/topics/water/") == (200, "")
    assert leads(client, "/ru/topics/waters/") == leads(client, "/ru/topics/rivers/") == (301, "/ru/topics/water/")
    topic.delete()
    assert leads(client, "/ru/topics/water/") == (404, "")
    institute = Organisation.objects.create(name_ru="Институт", slug="institute")
    institute.slug = "university"
    institute.save()
    assert leads(client, "/ru/organisations/institute/") == (301, "/ru/organisations/university/")


def test_what_a_person_was_called_before_leads_nowhere(client):
    make_home()
    person = make_person(slug="real-name")
    person.slug = "another-name"
    person.save()
    assert leads(client, "/ru/people/real-name/") == (404, "")
    assert not Redirect.objects.exists()


def offered(client: Client, path: str) -> list[str]:
    return [link["href"] for link in soup_of(client, path, 404).select(".message-page section a")]


@pytest.fixture
def water() -> AnalysisPage:
    section = make_section(make_home())
    make_article(make_section(make_home("tg")), title="Вода и ледники")
    page = make_article(section, title="Вода и ледники Памира", slug="voda")
    make_article(section, title="Школы", slug="shkoly")
    sync()
    return page


def test_a_404_offers_what_its_address_speaks_of_and_nothing_private(client, water):
    for path in ("voda-i-ledniki/", "analysis/ledniki-pamira/", "analysis/%D0%92%D0%BE%D0%B4%D0%B0/", "2024/01/voda/"):
        assert offered(client, f"/ru/{path}") == [water.url], path
    restrict(water)
    assert offered(client, "/ru/analysis/voda-i-ledniki/") == []


def test_programs_and_what_has_no_words_start_no_search(client, water, monkeypatch):
    monkeypatch.setattr("cms.reader.routing.find", lambda *_args, **_kwargs: pytest.fail("It searched."))
    paths = ("/ru/wp-login.php", "/voda/", f"/ru/{'voda-' * 60}/", "/ru/people/voda/", "/ru/12/", "/ru/a-b/")
    for path in (*paths, "/admin/x/"):
        assert client.get(path).status_code in {302, 404}
    assert client.post("/ru/voda-i-ledniki/").status_code in {403, 404, 405}


def test_a_404_costs_the_same_for_long_and_short_addresses(client, water):
    def cost(path):
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        return len(queries)

    client.get("/ru/voda/")
    assert cost(f"/ru/{'-'.join(['voda', 'ledniki', 'pamira', 'gory'] * 6)}/") <= cost("/ru/voda-i-ledniki/") + 12 <= 42


def test_a_404_is_there_when_no_engine_is(client, water, settings):
    engine = {"ENGINE": "chorsu_search.engines.elasticsearch.ElasticsearchEngine", "URL": ["http://localhost:9"]}
    settings.CHORSU_SEARCH = {**settings.CHORSU_SEARCH, "ENGINES": {"elasticsearch": engine}}
    assert offered(client, "/ru/voda-i-ledniki/") == []


@pytest.mark.sql  # which takes no NUL
def test_an_address_with_nul_or_without_end_is_not_found(client):
    make_home()
    for address in ("/ru/%00", "/documents/1/%00", "/media/%00", "/ru/" + "a" * 5000, f"/documents/{'9' * 5000}/x.pdf"):
        # Where a redirect would be as long as that, it is too long.
        assert client.get(address, follow=True).status_code in {404, 414}, address


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
def test_no_address_is_an_error(client, pairs):
    make_article(make_section(make_home()), topics=[Topic.objects.create(slug="water", name_ru="Вода")])
    for template, garbage in pairs:
        status = client.get(template.replace("{}", garbage)).status_code
        assert status in ({404} if template in PATHS else {200, 302, 404}), (template, garbage)


@pytest.mark.thorough
def test_a_number_that_no_page_has_is_not_found(client):
    make_article(make_section(make_home()), topics=[Topic.objects.create(slug="water", name_ru="Вода")])
    numbers = ["", "abc", "0", "-1", "9999", "1e3", "%00", "+1", "%2B1", "1_0", "%D9%A1", "%201", "9" * 5000]
    for path, number in zip(cycle(["/ru/analysis/", "/ru/topics/water/", "/ru/search/"]), 2 * numbers, strict=False):
        assert client.get(f"{path}?q=headline&page={number}").status_code == 404, (path, number)


def test_what_is_not_found_is_not_offered_in_other_languages(client):
    make_section(make_home())
    make_home("tg")
    for path in ("/ru/people/nobody/", "/ru/topics/nothing/", "/ru/analysis/?page=9", "/ru/nothing/"):
        soup = soup_of(client, path, 404)
        assert not soup.select("link[rel=canonical], link[hreflang], meta[property='og:url']")
        assert "/tg/" in {link["href"] for link in soup.select(".languages-list a")}
    assert soup_of(client, "/tg/%00", 404).html["lang"] == "tg"


def headlines(client: Client, path: str) -> list[str]:
    return [tag.text for tag in soup_of(client, path).select(".headline")]


@pytest.mark.thorough
@pytest.mark.sql
def test_an_article_in_two_sections_is_one_to_readers_and_machines(client):
    section = make_section(make_home())
    make_full_article(section, title="Another", published_on=days_ago(3))
    article = make_full_article(section, published_on=days_ago(2))
    parent = make_section(make_home(), title="Second", slug="second")
    alias: Any = CreatePageAliasAction(article, parent=parent, user=None).execute(skip_permission_checks=True)
    # It is listed in both sections, and once elsewhere.
    assert headlines(client, "/ru/analysis/") == ["Headline", "Another"]
    assert headlines(client, "/ru/second/") == ["Headline"]
    assert headlines(client, "/ru/topics/water/").count("Headline") == 1
    assert headlines(client, "/ru/").count("Headline") == 1
    assert client.get("/ru/feed/").text.count("<item>") == 2
    # Machines know one address, and neither is related to the other.
    for page in (article, alias):
        assert headlines(client, page.url).count("Headline") == 0
        canonical = soup_of(client, page.url).head.select_one("link[rel=canonical]")
        assert canonical["href"] == f"http://testserver{article.url}"
    assert f"{alias.url}<" not in client.get("/sitemap-ru.xml").text
    # Withdrawn, it is withdrawn everywhere.
    article.unpublish()
    assert [client.get(page.url).status_code for page in (article, alias)] == [404, 404]
