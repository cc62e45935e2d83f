"""What every answer carries: languages, headers, no cookies; feeds, sitemap, robots, errors."""

from __future__ import annotations

import re

import pytest
from django.template.loader import render_to_string
from django.test import Client

from chorsu_articles.models import InfoPage
from chorsu_locales.table import LANGUAGES
from tests.cms.content import make_full_event, soup_of
from tests.factories import make_home, make_section, make_user, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor_client() -> Client:
    return signed_in(make_user(superuser=True))


PATHS = [
    "/ru/",
    "/ru/analysis/",
    "/ru/analysis/headline/",
    "/ru/events/round-table/",
    "/ru/about/",
    "/ru/topics/water/",
]
PATHS += ["/ru/countries/tj/", "/ru/organisations/institute/", "/ru/people/madina-rakhimova/", "/ru/search/?q=headline"]
PATHS += ["/ru/feed/", "/ru/feed/analysis/", "/sitemap.xml", "/sitemap-ru.xml", "/robots.txt"]


@pytest.mark.thorough
def test_readers_get_no_cookie_and_an_answer_that_caches_may_keep(client, article):
    home = make_home()
    make_full_event(make_section(home, "events"))
    home.add_child(instance=InfoPage(title="About", slug="about", body="<p>We.</p>", locale=home.locale))
    for path in PATHS:
        response = client.get(path)
        assert response.status_code == 200, path
        assert not response.cookies, path
        assert "Cookie" not in response.headers.get("Vary", ""), path
        kept = "public, max-age=0, s-maxage=30, stale-while-revalidate=30"
        assert response.headers["Cache-Control"] == kept, path
        assert "csrfmiddlewaretoken" not in response.text, path
        # Other addresses have been asked for in between: nothing that a page keeps makes it another one.
        again = client.get(path, headers={"if-none-match": response.headers["ETag"]})
        assert (again.status_code, again.content, again.cookies) == (304, b"", {}), path
        assert client.head(path).headers["Cache-Control"] == kept, path


def test_reader_pages_have_a_strict_policy_and_a_language_cookie_changes_nothing(client, article):
    before = client.get(article.url)
    policy = before.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert before.headers["X-Frame-Options"] == "SAMEORIGIN"
    client.cookies["django_language"] = "tg"
    assert client.get(article.url).content == before.content


def test_signed_in_editors_see_the_user_bar_and_nothing_of_it_is_shared(editor_client, article):
    response = editor_client.get(article.url)
    assert "wagtail-userbar" in response.text
    # With a host and no scheme they count as a stranger's.
    assert re.findall(r'<script[^>]* src="//', response.text) == []
    assert "private" in response.headers["Cache-Control"]
    assert "script-src 'self';" in response.headers["Content-Security-Policy"]


def test_the_admin_and_its_sign_in_have_a_policy_that_lets_them_work(client, editor_client):
    for response in (client.get("/admin/login/"), editor_client.get("/admin/"), client.get("/admin/")):
        assert "script-src 'self' 'unsafe-hashes'" in re.sub(
            r" 'nonce-\S+'", "", response.headers["Content-Security-Policy"]
        )


@pytest.mark.thorough
def test_scripts_in_a_page_of_the_admin_run_by_its_nonce(editor_client, article):
    nonces = []
    for _ in range(2):
        response = editor_client.get(f"/admin/pages/{article.pk}/edit/")
        inline = set(re.findall(r"<script\b(?![^>]* (?:src|type)=)[^>]*>", response.text.replace("\n", " ")))
        nonces += re.findall(r"'nonce-(\S+)'", response.headers["Content-Security-Policy"])
        assert inline == {f'<script nonce="{nonces[-1]}">'}
    assert len(set(nonces)) == 2


def test_every_language_has_its_direction_and_font(client):
    make_home("ru")
    for code, language in LANGUAGES.items():
        make_home(code)
        soup = soup_of(client, f"/{code}/")
        assert (soup.html["lang"], soup.html["dir"]) == (code, language.direction)
        font = soup.select_one("link[rel=preload]")["href"]
        assert {"Cyrl": "cyrillic-600", "Latn": "latin-600", "Arab": "persian-700"}[language.script] in font


def test_a_404_page_is_in_the_language_of_its_address_and_offers_the_search(client):
    make_home("ru")
    make_home("fa")
    soup = soup_of(client, "/fa/nothing/", 404)
    assert (soup.html["lang"], soup.html["dir"]) == ("fa", "rtl")
    assert soup.select_one(".message-page form")["action"] == "/fa/search/"
    assert len(soup.select(".languages-list a")) == len(LANGUAGES)
    assert not soup.select(".languages-list .absent, .languages-list small")


def test_the_page_for_faults_needs_nothing():
    text = render_to_string("500.html")
    assert all(f'lang="{code}"' in text for code in LANGUAGES)


def test_robots_know_the_sitemap_and_a_page_with_a_search_form_has_no_second_one(client):
    robots = client.get("/robots.txt").text
    assert "Sitemap: http://testserver/sitemap.xml" in robots
    assert "Disallow: /admin/" in robots
    make_home()
    for path, status in (("/ru/search/", 200), ("/ru/nothing/", 404)):
        soup = soup_of(client, path, status)
        assert len(soup.select("[role=search]")) == 1
