"""Addresses that are no more: where they lead, and what is offered where they lead nowhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import PageViewRestriction

from chorsu_articles.models import AnalysisPage, Organisation, Topic
from chorsu_search.writing import sync
from tests.factories import make_article, make_home, make_person, make_section

pytestmark = pytest.mark.django_db


type Rename = Callable[[Any, str], None]


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Any) -> Callable[[Callable[[], Any]], None]:
    """Return a function that does something and what follows its transaction."""

    def run(act: Callable[[], Any]) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            act()

    return run


@pytest.fixture
def rename(committed: Callable[[Callable[[], Any]], None]) -> Rename:
    """Return a function that publishes a page with another slug."""

    def run(page: Any, slug: str) -> None:
        page.slug = slug
        committed(page.save_revision().publish)
        page.refresh_from_db()

    return run


@pytest.fixture
def article() -> AnalysisPage:
    page = make_article(make_section(make_home()), slug="first")
    page.save_revision().publish()
    page.refresh_from_db()
    return page


def leads(client: Client, path: str) -> tuple[int, str]:
    response = client.get(path)
    return response.status_code, response.headers.get("Location", "")


def test_every_former_address_leads_to_the_last_at_once(client: Client, article: AnalysisPage, rename: Rename) -> None:
    rename(article, "second")
    rename(article, "third")
    for slug in ("first", "second"):
        assert leads(client, f"/ru/analysis/{slug}/") == (301, "/ru/analysis/third/")
        assert leads(client, f"/ru/analysis/{slug}/?utm_source=x") == (301, "/ru/analysis/third/")
    answer = client.get("/ru/analysis/first/")
    assert answer.headers["Cache-Control"].startswith("public, max-age=0")
    assert not answer.cookies


def test_a_page_that_got_its_first_address_back_leads_nowhere_in_circles(
    client: Client, article: AnalysisPage, rename: Rename
) -> None:
    rename(article, "second")
    rename(article, "first")
    assert leads(client, "/ru/analysis/second/") == (301, "/ru/analysis/first/")
    assert leads(client, "/ru/analysis/first/") == (200, "")
    article.unpublish()
    assert leads(client, "/ru/analysis/first/") == leads(client, "/ru/analysis/second/") == (404, "")


def test_the_pages_of_a_section_go_with_it(
    client: Client, article: AnalysisPage, rename: Rename, committed: Any
) -> None:
    rename(article.get_parent().specific, "research")
    assert leads(client, "/ru/analysis/") == (301, "/ru/research/")
    assert leads(client, "/ru/analysis/first/") == (301, "/ru/research/first/")
    other = make_section(make_home(), title="Other", slug="other")
    committed(lambda: AnalysisPage.objects.get(pk=article.pk).move(other, pos="last-child"))
    for path in ("/ru/analysis/first/", "/ru/research/first/"):
        assert leads(client, path) == (301, "/ru/other/first/")


def test_each_language_has_its_own_addresses(client: Client, article: AnalysisPage, rename: Rename) -> None:
    section = make_section(make_home("tg"), slug="tahlil")
    translated = make_article(section, slug="yak", translation_key=article.translation_key)
    translated.save_revision().publish()
    rename(translated, "du")
    assert leads(client, "/tg/tahlil/yak/") == (301, "/tg/tahlil/du/")
    assert leads(client, "/ru/tahlil/yak/") == (404, "")
    assert leads(client, article.url) == (200, "")


HIDDEN = {
    "private": lambda page: PageViewRestriction.objects.create(page=page, restriction_type="login"),
    "in a private section": lambda page: PageViewRestriction.objects.create(
        page=page.get_parent(), restriction_type="password", password="x"
    ),
    "withdrawn": lambda page: page.unpublish(),
    "deleted": lambda page: page.delete(),
}


@pytest.mark.parametrize("state", HIDDEN)
def test_the_new_address_of_what_nobody_may_read_is_not_told(
    client: Client, article: AnalysisPage, state: str, rename: Rename
) -> None:
    rename(article, "secretwords")
    assert leads(client, "/ru/analysis/first/")[0] == 301
    HIDDEN[state](article)
    response = client.get("/ru/analysis/first/")
    assert (response.status_code, "secretwords" in response.text + str(response.headers)) == (404, False)


def test_what_took_over_an_address_is_shown_there(client: Client, article: AnalysisPage, rename: Rename) -> None:
    rename(article, "second")
    successor = make_article(article.get_parent().specific, title="Successor", slug="first")
    successor.save_revision().publish()
    assert leads(client, "/ru/analysis/first/") == (200, "")


def test_a_topic_that_gets_another_address_leads_to_it_in_every_language(client: Client) -> None:
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
    institute = Organisation.objects.create(name_ru="Институт", slug="institute")
    institute.slug = "university"
    institute.save()
    assert leads(client, "/ru/organisations/institute/") == (301, "/ru/organisations/university/")
    topic.delete()
    assert leads(client, "/ru/topics/waters/")[0] == 301
    assert leads(client, "/ru/topics/water/") == (404, "")


def test_what_a_person_was_called_before_leads_nowhere(client: Client) -> None:
    make_home()
    person = make_person(slug="real-name")
    person.slug = "another-name"
    person.save()
    assert leads(client, "/ru/people/real-name/") == (404, "")
    assert not Redirect.objects.exists()


def offered(client: Client, path: str) -> list[str]:
    response = client.get(path)
    assert response.status_code == 404
    soup = BeautifulSoup(response.content, "html.parser")
    return [link["href"] for link in soup.select(".message-page section a")]


@pytest.fixture
def water() -> AnalysisPage:
    section = make_section(make_home())
    make_article(make_section(make_home("tg")), title="Вода и ледники")
    page = make_article(section, title="Вода и ледники Памира", slug="voda")
    make_article(section, title="Школы", slug="shkoly")
    sync()
    return page


@pytest.mark.parametrize(
    "path", ["voda-i-ledniki/", "analysis/ledniki-pamira/", "analysis/%D0%92%D0%BE%D0%B4%D0%B0/", "2024/01/voda/"]
)
def test_a_404_offers_what_its_address_speaks_of(client: Client, water: AnalysisPage, path: str) -> None:
    assert offered(client, f"/ru/{path}") == [water.url]


def test_a_404_offers_nothing_private(client: Client, water: AnalysisPage) -> None:
    PageViewRestriction.objects.create(page=water, restriction_type="login")
    assert offered(client, "/ru/analysis/voda-i-ledniki/") == []


@pytest.mark.parametrize(
    "path",
    ["/ru/wp-login.php", "/voda/", f"/ru/{'voda-' * 60}/", "/ru/people/voda/", "/ru/12/", "/ru/a-b/", "/admin/x/"],
)
def test_programs_and_what_has_no_words_start_no_search(
    client: Client, water: AnalysisPage, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cms.reader.routing.find", lambda *_args, **_kwargs: pytest.fail("It searched."))
    assert client.get(path).status_code in {302, 404}
    assert client.post("/ru/voda-i-ledniki/").status_code in {403, 404, 405}


def test_a_404_costs_the_same_for_long_and_short_addresses(client: Client, water: AnalysisPage) -> None:
    def cost(path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        return len(queries)

    client.get("/ru/voda/")
    assert cost(f"/ru/{'-'.join(['voda', 'ledniki', 'pamira', 'gory'] * 6)}/") <= cost("/ru/voda-i-ledniki/") + 12 <= 42


def test_a_404_is_there_when_no_engine_is(client: Client, water: AnalysisPage, settings: Any) -> None:
    engine = {"ENGINE": "chorsu_search.engines.elasticsearch.ElasticsearchEngine", "URL": ["http://localhost:9"]}
    settings.CHORSU_SEARCH = {**settings.CHORSU_SEARCH, "ENGINES": {"elasticsearch": engine}}
    assert offered(client, "/ru/voda-i-ledniki/") == []
