"""What search engines are told: true to schema.org's vocabulary, complete for Google, silent of what isn't public."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from wagtail.models import PageViewRestriction

from chorsu_articles.models import InfoPage, PublicationAuthor
from chorsu_locales.table import LANGUAGES
from chorsu_translation.models import TranslationLink
from tests.factories import make_article, make_event, make_home, make_person, make_picture, make_section
from tests.reader.content import make_full_article, make_full_event
from tests.reader.vocabulary import faults, lineage

pytestmark = pytest.mark.django_db


def nodes_at(client: Client, path: str) -> dict[str, dict[str, Any]]:
    """Return the nodes of a page's graph by their type; every reference leads to one of them."""
    response = client.get(path)
    assert response.status_code == 200, path
    [script] = BeautifulSoup(response.content, "html.parser").select("script[type='application/ld+json']")
    data = json.loads(script.string or "")
    assert data["@context"] == "https://schema.org"
    nodes: list[dict[str, Any]] = data["@graph"]
    names = {node["@id"] for node in nodes}
    for node in nodes:
        assert list(faults(node)) == [], path
        references = [value["@id"] for value in node.values() if isinstance(value, dict) and set(value) == {"@id"}]
        assert set(references) <= names, path
    return {node["@type"]: node for node in nodes}


@pytest.fixture
def everything() -> list[str]:
    """Return the addresses of a page of every kind, in Russian and, right to left, in Persian."""
    made = []
    for code in ("ru", "fa"):
        home = make_home(code)
        section, events = make_section(home), make_section(home, "events")
        about = home.add_child(instance=InfoPage(title="About", slug="about", body="<p>We.</p>", locale=home.locale))
        article, report = make_full_article(section), make_full_event(events)
        person = make_person(f"Person {code}", slug=f"person-{code}", about_ru="Пишет.", photo=make_picture())
        article.author_links = [PublicationAuthor(person=person)]
        article.save()
        made += [home.url, section.url, article.url, report.url, about.url]
        made += [f"/{code}/{path}/" for path in ("topics/water", "countries/tj", "organisations/institute")]
        made += [f"/{code}/people/person-{code}/", f"/{code}/search/?q=headline"]
    return made


def test_every_kind_of_page_is_true_to_the_vocabulary_and_complete_and_its_pictures_can_be_had(
    client: Client, everything: list[str], settings: Any
) -> None:
    pictures = []
    for path in everything:
        nodes = nodes_at(client, path)
        assert {"NewsMediaOrganization", "WebSite"} <= nodes.keys()
        assert ("BreadcrumbList" in nodes) == (len(path.strip("/")) > 2), path
        pictures += [node[name] for node in nodes.values() for name in ("image", "logo") if name in node]
    addresses = {picture["url"] for each in pictures for picture in (each if isinstance(each, list) else [each])}
    stored = [urlsplit(url).path.removeprefix("/media/") for url in addresses if "/media/" in url]
    assert stored
    assert all((settings.MEDIA_ROOT / path).exists() for path in stored)


def test_the_fault_finder_finds() -> None:
    assert set(faults({"@type": "Event", "name": "x", "wordCount": 3, "startDate": "soon", "location": 4})) == {
        "Event has no wordCount",
        "Event.startDate is 'soon'",
        "Event.location is 4",
    }
    assert set(faults({"@type": "Blog"})) == {"schema.org has no Blog"}
    assert set(faults({"@type": "Event", "name": "x", "startDate": "2026-01-01", "location": {"@type": "Person"}})) == {
        "Event.location can't be a Person",
        "Person lacks name",
    }
    assert "NewsArticle" in lineage("AnalysisNewsArticle")


def test_an_article_says_where_it_stands_and_who_answers_for_it(client: Client) -> None:
    article = make_full_article(make_section(make_home(), title="Reports", slug="analysis"))
    nodes = nodes_at(client, article.url)
    data = nodes["AnalysisNewsArticle"]
    assert data["articleSection"] == ["Reports", "Вода"]
    assert data["wordCount"] == article.word_count > 20
    assert data["publisher"]["@id"] == nodes["NewsMediaOrganization"]["@id"] == "http://testserver/#newsroom"
    assert [item["text"] for item in data["correction"]] == ["The year was wrong."]
    assert len({(picture["width"], picture["height"]) for picture in data["image"]}) == 3
    steps = nodes["BreadcrumbList"]["itemListElement"]
    assert [(step["position"], urlsplit(step["item"]["@id"]).path) for step in steps] == [
        (1, "/ru/"),
        (2, "/ru/analysis/"),
        (3, "/ru/analysis/headline/"),
    ]
    search = nodes["WebSite"]["potentialAction"]["target"]["urlTemplate"].replace("{search_term_string}", "headline")
    assert client.get(search).status_code == 200


def test_translations_know_their_source_if_it_may_be_read_and_the_source_its_translations(
    client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    original = make_article(make_section(make_home()))
    target = make_article(make_section(make_home("tg")), slug="targuma", translation_key=original.translation_key)
    TranslationLink.objects.create(target=target, source=original)
    source = nodes_at(client, target.url)["AnalysisNewsArticle"]
    [work] = nodes_at(client, original.url)["AnalysisNewsArticle"]["workTranslation"]
    assert (work["@id"], work["inLanguage"]) == (source["@id"], "tg")
    assert source["translationOfWork"]["url"] == f"http://testserver{original.url}"
    assert "workTranslation" not in source
    with django_capture_on_commit_callbacks(execute=True):
        PageViewRestriction.objects.create(page=original, restriction_type=PageViewRestriction.LOGIN)
    assert "translationOfWork" not in nodes_at(client, target.url)["AnalysisNewsArticle"]


def test_a_profile_is_of_its_author(client: Client) -> None:
    article = make_full_article()
    person = article.author_links.first().person
    person.position_ru, person.about_ru, person.photo = "Обозреватель", "Пишет о воде.", make_picture()
    person.save()
    nodes = nodes_at(client, person.get_absolute_url())
    data = nodes["ProfilePage"]["mainEntity"]
    assert (data["name"], data["jobTitle"], data["description"]) == ("Мадина Рахимова", "Обозреватель", "Пишет о воде.")
    assert data["image"]["width"] == data["image"]["height"]


def test_an_event_is_named_once_its_day_and_place_are_known(client: Client) -> None:
    section = make_section(make_home(), "events")
    nodes = nodes_at(client, make_full_event(section).url)
    [event] = [about for about in nodes["ReportageNewsArticle"]["about"] if about["@type"] == "Event"]
    assert event["location"]["address"]["addressCountry"] == "TJ"
    vague = make_event(section, title="Someday", city="Khorog")
    assert "about" not in nodes_at(client, vague.url)["ReportageNewsArticle"]


@pytest.mark.parametrize(
    "code", [pytest.param(code, marks=[pytest.mark.slow] if code not in {"ru", "fa"} else []) for code in LANGUAGES]
)
def test_names_are_in_the_language_of_the_page(client: Client, code: str) -> None:
    make_home()
    article = make_article(make_section(make_home(code)), title="«سر» & <b>Ӯ</b>")
    nodes = nodes_at(client, article.url)
    assert nodes["AnalysisNewsArticle"]["headline"] == article.title
    assert nodes["WebSite"]["inLanguage"] == nodes["WebPage"]["inLanguage"] == code


def test_what_is_not_there_or_private_has_no_data(client: Client) -> None:
    home = make_home()
    page = make_article(make_section(home))
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.PASSWORD, password="x")
    for path in (page.url, "/ru/nothing/"):
        assert "ld+json" not in client.get(path).text
