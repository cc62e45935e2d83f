"""The light version of reader pages: the same words, and nothing that a browser would load beside style sheets."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from chorsu_articles.models import AnalysisPage
from cms.reader.lite import switched
from tests.cms.content import make_full_article, soup_of
from tests.factories import make_article, make_home, make_picture, make_section

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def article_of_module(media_of_module, kept_in_module) -> int:
    with kept_in_module():
        section = make_section(make_home())
        make_article(section, title="Another", main_picture=make_picture())
        return make_full_article(section).pk


@pytest.fixture
def article(article_of_module, db) -> AnalysisPage:
    return AnalysisPage.objects.get(pk=article_of_module)


def words(soup: BeautifulSoup) -> list[str]:
    """Return the words of the main part, without what opens the pictures."""
    for summary in soup.select(".lite-picture summary"):
        summary.decompose()
    return soup.main.get_text(" ").split()


@pytest.mark.thorough
def test_the_light_version_has_the_same_words_and_points_to_the_full_one(client, article):
    for address in (article.url, article.get_parent().url, "/ru/"):
        full, light = soup_of(client, address), soup_of(client, switched(address, lite=True))
        assert words(light) == words(full)
        assert full.select("picture, script, link[rel=preload]")
        assert not light.select("script, link[rel=preload], picture:not(details *)")
        assert light.select_one("link[rel=canonical]")["href"] == full.select_one("link[rel=canonical]")["href"]
        [back] = light.select(".lite-offer a")
        assert back["href"] == address
        assert full.select_one(f'.footer a[href="{switched(address, lite=True)}"]')


def test_each_picture_of_the_text_is_asked_for_and_those_of_lists_are_left_out(client, article):
    pictures = soup_of(client, article.url).select(".article picture")
    asked = soup_of(client, f"{article.url}?lite=1").select(".article details.lite-picture img")
    assert len(asked) == len(pictures) > 1
    assert {image["loading"] for image in asked} == {"lazy"}
    assert not soup_of(client, "/ru/?lite=1").select("img")


def test_links_and_forms_within_stay_light(client, article):
    section = article.get_parent().url
    light = soup_of(client, f"{section}?topic=water&lite=1")
    links = [link["href"] for link in light.select("a[href^='/ru/']") if link.get("rel") != ["alternate"]]
    assert links
    assert all("lite=1" in link for link in links)
    assert {form.select_one("input[name=lite]")["value"] for form in light.select("form[method=get]")} == {"1"}
    assert light.select_one(".lite-offer a")["href"] == f"{section}?topic=water"
    outside = soup_of(client, f"{article.url}?lite=1").select("a[href^='http'], a[href^='#']")
    assert outside
    assert not any("lite=1" in link["href"] for link in outside)


def test_it_is_offered_to_browsers_that_save_data(client, article):
    assert not soup_of(client, article.url).select(".lite-offer")
    [offer] = soup_of(client, article.url, headers={"Save-Data": "on"}).select(".lite-offer a")
    assert offer["href"] == f"{article.url}?lite=1"
    assert "Save-Data" in client.get(article.url).headers["Vary"]
    assert "Save-Data" not in client.get("/ru/feed/").headers.get("Vary", "")


def test_a_page_of_the_admin_and_a_missing_page_are_answered_as_ever(client, article):
    assert client.get("/admin/login/?lite=1").status_code == 200
    assert not soup_of(client, "/ru/nothing/?lite=1", 404).select("script")


@pytest.mark.parametrize(
    ("address", "light"),
    [("/ru/", "/ru/?lite=1"), ("/ru/?page=2", "/ru/?page=2&lite=1"), ("/ru/?lite=1#note-1", "/ru/?lite=1#note-1")],
)
def test_an_address_is_switched(address, light):
    assert switched(address, lite=True) == light
    assert switched(light, lite=False) == address.replace("?lite=1", "")
