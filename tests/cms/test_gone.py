"""What readers and machines get at the address of a page that was public: 410, and what may be said of it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone, translation
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from chorsu_articles.models import AnalysisPage
from chorsu_translation import gone
from tests.cms.cached import pages
from tests.cms.content import restrict
from tests.cms.retracting import bring_back, retract
from tests.factories import make_article, make_home, make_section
from tests.languages import newsroom_languages

pytestmark = pytest.mark.django_db
__all__ = ["pages"]


def publish(page: Any, **fields: Any) -> AnalysisPage:
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()
    return AnalysisPage.objects.get(pk=page.pk)


@pytest.fixture
def article() -> AnalysisPage:
    page = make_article(make_section(make_home()), title="Secretwords", lead="Secretwords", slug="secretwords")
    return publish(page)


def shown(response: HttpResponse) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def assert_says_nothing(response: HttpResponse) -> None:
    """Only what was asked may be there: the address of the light version."""
    soup = shown(response)
    for link in soup.select('a[href*="lite="], .languages a'):
        link.decompose()
    assert "secretwords" not in (str(soup) + str(response.headers)).lower()


def assert_is_gone(response: HttpResponse, headline: str) -> BeautifulSoup:
    """Whatever the page says, programs learn that it is no page, and nothing else."""
    soup = shown(response)
    assert response.status_code == 410
    assert (soup.h1.text.strip(), soup.title.text.startswith(headline)) == (headline, True)
    assert response.headers["X-Robots-Tag"] == soup.select_one("meta[name=robots]")["content"] == "noindex"
    assert not soup.select("script[type='application/ld+json'], link[rel=canonical], article, main img, [data-page-id]")
    assert not soup.select("[property='og:description'], [name=description], [property='og:image']")
    return soup


@pytest.mark.thorough
def test_a_page_that_was_taken_down_says_so_in_its_language_and_nothing_of_it(client):
    page = publish(make_article(make_section(make_home("fa")), title="Secretwords", lead="Secretwords", slug="seen"))
    page.unpublish()
    for query in ("", "?lite=1", "?utm_source=x"):
        response = client.get(f"{page.url}{query}")
        soup = assert_is_gone(response, "این متن اکنون در دسترس نیست")
        assert (soup.html["lang"], soup.html["dir"]) == ("fa", "rtl")
        assert_says_nothing(response)


def draft(page: AnalysisPage) -> None:
    """Leave a page that never was live."""
    Page.objects.filter(pk=page.pk).update(first_published_at=None, live=False)


def expire(page: AnalysisPage) -> None:
    publish(page, expire_at=timezone.now() - timedelta(minutes=1))
    call_command("publish_scheduled")


def in_private_section(page: AnalysisPage) -> None:
    page.unpublish()
    restrict(page.get_parent())


def below_a_draft(page: AnalysisPage) -> None:
    page.unpublish()
    Page.objects.filter(pk=page.get_parent().pk).update(live=False)


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("act", "status"),
    [(expire, 410), (draft, 404), (in_private_section, 404), (below_a_draft, 404), (Page.delete, 404)],
)
def test_only_what_was_public_is_gone(client, article, act, status):
    act(article)
    assert client.get(article.url).status_code == status
    assert client.get(f"/ru/{article.slug}/").status_code == 404


def test_a_language_that_is_switched_off_and_another_languages_prefix_are_not_found(client, article, rename):
    make_home("tg")
    rename(article, "other")
    article.unpublish()
    addresses = ("/ru/analysis/other/", "/ru/analysis/secretwords/")
    assert [client.get(address).status_code for address in addresses] == [410, 410]
    assert client.get("/tg/analysis/other/").status_code == 404
    with newsroom_languages("tg", "en"):
        assert [client.get(address).status_code for address in addresses] == [404, 404]


def test_a_redirect_comes_first_and_a_former_address_tells_no_new_one(client, article, rename):
    former = "/ru/analysis/secretwords/"
    rename(article, "otherwords")
    assert client.get(former).status_code == 301
    article.unpublish()
    response = client.get(former)
    assert response.status_code == 410
    assert "otherwords" not in response.text + str(response.headers)
    Redirect.add_redirect("/ru/analysis/otherwords/", redirect_to="/ru/")
    assert client.get("/ru/analysis/otherwords/").headers["Location"] == "/ru/"


def test_no_cache_keeps_the_former_page_and_none_keeps_this_one_for_long(client, article, pages):
    etag = client.get(article.url).headers["ETag"]
    assert client.get(article.url, headers={"if-none-match": etag}).status_code == 304
    article.unpublish()
    before = pages()
    for _ in range(2):
        response = client.get(article.url, headers={"if-none-match": etag})
        assert response.status_code == client.head(article.url).status_code == 410
        assert {"max-age=0", "s-maxage=30"} <= set(response.headers["Cache-Control"].split(", "))
        assert client.get(article.url, headers={"if-none-match": response.headers.get("ETag", "")}).status_code == 410
    assert pages() == before
    publish(article)
    assert client.get(article.url).status_code == 200


@pytest.fixture
def translated(article) -> AnalysisPage:
    section = make_section(make_home("tg"), slug="tahlil")
    made = make_article(section, title="Сарлавҳа", lead="Secretwords", translation_key=article.translation_key)
    return publish(made, search_description="Secretwords")


@pytest.mark.thorough
def test_a_retracted_article_keeps_its_headline_and_says_the_newsrooms_sentence(client, article, translated):
    alias = translated.create_alias(parent=make_section(make_home("tg"), title="Other", slug="other"))
    made = retract(article, ru="Числа были выдуманы.", tg="Рақамҳо бофта буданд.")
    date = timezone.localtime(made.withdrawn_at)
    for query in ("", "?lite=1"):
        soup = assert_is_gone(client.get(f"{translated.url}{query}"), "Сарлавҳа")
        assert soup.select_one(".intro").text == "Рақамҳо бофта буданд."
        assert soup.select_one(".kicker time")["datetime"] == f"{date:%Y-%m-%d}"
        assert "Secretwords" not in str(soup)
    assert "Рақамҳо бофта буданд." in client.get(alias.url).text
    restriction = restrict(article)
    assert client.get(article.url).status_code == 404
    restriction.delete()
    bring_back(article)
    assert client.get(article.url).status_code == client.get(alias.url).status_code == 200


def test_a_retraction_stands_at_former_addresses_and_without_a_sentence_a_text_is_not_available(
    client, article, translated, rename
):
    rename(article, "second")
    translated.unpublish()
    retract(article, ru="Числа были выдуманы.")
    for slug in ("secretwords", "second"):
        assert_is_gone(client.get(f"/ru/analysis/{slug}/"), "Secretwords")
    response = client.get(translated.url)
    assert_is_gone(response, "Ин матн ҳоло дастрас нест")
    assert_says_nothing(response)


def test_a_site_without_templates_of_its_own_has_both_notices(client, article, translated, settings):
    other = publish(make_article(translated.get_parent().specific, title="Secretwords", slug="other"))
    retract(article, ru="Числа были выдуманы.", tg="Рақамҳо бофта буданд.")
    engine = settings.TEMPLATES[0]
    loader = ("django.template.loaders.filesystem.Loader", [Path(gone.__file__).parent / "templates"])
    options = {**engine["OPTIONS"], "loaders": [loader]}
    settings.TEMPLATES = [{**engine, "APP_DIRS": False, "OPTIONS": options}]
    request = RequestFactory().get(translated.url)
    with translation.override("tg"):
        notice = shown(gone.gone_response(request, other))
        assert (notice.h1.text, notice.select("a")) == ("Ин матн ҳоло дастрас нест", [])
        notice = shown(gone.gone_response(request, translated))
    assert (notice.h1.text, notice.h1["lang"], notice.p.text) == ("Сарлавҳа", "tg", "Рақамҳо бофта буданд.")


def test_a_retraction_says_the_headline_that_was_live_last_and_no_drafts(article, client):
    article.title = "Corrected"
    article.save_revision().publish()
    article.unpublish()
    article.title = "Nobody approved it"
    article.save()
    retract(article, ru="Это не подтвердилось.")
    assert_is_gone(client.get(article.url), "Corrected")


def test_what_a_program_made_live_is_gone_too(client):
    page = make_article(make_section(make_home()), title="Secretwords")
    assert page.first_published_at is None
    retract(page, ru="Это не подтвердилось.")
    assert client.get(page.url).status_code == 410
