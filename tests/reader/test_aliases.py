"""An article that stands in a second section as an alias is the same article."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from wagtail.actions.create_alias import CreatePageAliasAction

from chorsu_articles.models import AnalysisPage
from tests.factories import days_ago, make_article, make_home, make_section
from tests.reader.content import make_full_article

pytestmark = pytest.mark.django_db


@pytest.fixture
def article() -> AnalysisPage:
    section = make_section(make_home())
    make_full_article(section, title="Another", published_on=days_ago(3))
    return make_full_article(section, published_on=days_ago(2))


@pytest.fixture
def alias(article: AnalysisPage) -> AnalysisPage:
    parent = make_section(make_home(), title="Second", slug="second")
    made: AnalysisPage = CreatePageAliasAction(article, parent=parent, user=None).execute(skip_permission_checks=True)
    return made


def headlines(client: Client, path: str) -> list[str]:
    soup = BeautifulSoup(client.get(path).content, "html.parser")
    return [tag.text for tag in soup.select(".headline")]


@pytest.mark.sql
def test_it_is_listed_in_both_sections_and_once_elsewhere(client: Client, article: AnalysisPage, alias: Any) -> None:
    assert headlines(client, "/ru/analysis/") == ["Headline", "Another"]
    assert headlines(client, "/ru/second/") == ["Headline"]
    for path in ("/ru/topics/water/", "/ru/countries/tj/", article.author_links.first().person.get_absolute_url()):
        assert headlines(client, path).count("Headline") == 1, path
    home = BeautifulSoup(client.get("/ru/").content, "html.parser")
    assert [tag.text for tag in home.select(".home-top .headline")] == ["Headline", "Another"]
    feed = ET.fromstring(client.get("/ru/feed/").content)
    assert len(list(feed.iter("item"))) == 2


def test_machines_know_one_address(client: Client, article: AnalysisPage, alias: AnalysisPage) -> None:
    head = BeautifulSoup(client.get(alias.url).content, "html.parser").head
    assert head.select_one("link[rel=canonical]")["href"] == f"http://testserver{article.url}"
    sitemap = client.get("/sitemap-ru.xml").text
    assert f"{article.url}<" in sitemap
    assert f"{alias.url}<" not in sitemap


@pytest.mark.sql
def test_neither_is_related_to_the_other(client: Client, article: AnalysisPage, alias: AnalysisPage) -> None:
    for page in (article, alias):
        soup = BeautifulSoup(client.get(page.url).content, "html.parser")
        assert [tag.text for tag in soup.select(".after-article .headline")] == ["Another"]


def test_a_withdrawn_article_is_withdrawn_everywhere(
    client: Client, article: AnalysisPage, alias: AnalysisPage
) -> None:
    make_article(article.get_parent().specific, title="Third")
    article.unpublish()
    assert [client.get(page.url).status_code for page in (article, alias)] == [404, 404]
    assert headlines(client, "/ru/second/") == []
