"""What other sites and search engines are told of every kind of page, ways to share it, and what only paper shows."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone, translation
from wagtail.models import PageViewRestriction, Site

from chorsu_articles.lists import publications
from chorsu_articles.models import HomePage, InfoPage, PublicationAuthor, Topic
from chorsu_translation.models import TranslationLink
from cms.outlet import Outlet
from cms.reader.shown import Shown, territorial
from tests.cms.content import block, make_full_article, make_full_event, read, soup_of
from tests.cms.vocabulary import faults, lineage
from tests.factories import make_article, make_event, make_home, make_person, make_picture, make_section

pytestmark = pytest.mark.django_db

LOCALES = {"ru": "ru_RU", "tg": "tg_TJ", "en": "en_US", "kk": "kk_KZ", "ky": "ky_KG", "uz": "uz_UZ", "fa": "fa_IR"}


def told(client: Client, path: str) -> dict[str, list[str]]:
    """Return the properties that a page's head tells."""
    response = client.get(path)
    assert response.status_code == 200, path
    found: dict[str, list[str]] = {}
    for tag in BeautifulSoup(response.content, "html.parser").head.select("meta[property], meta[name]"):
        found.setdefault(tag.get("property") or tag["name"], []).append(tag["content"])
    return found


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


@pytest.mark.thorough
def test_every_kind_of_page_tells_all_there_is(client: Client, everything: list[str]) -> None:
    home = HomePage.objects.get(locale__language_code="ru")
    plain = make_article(make_section(home, title="Another", slug="another"), title="Plain", lead="")
    for path in [*everything, plain.url]:
        head = told(client, path)
        once = [f"og:{name}" for name in ("type", "title", "description", "url", "locale", "site_name")]
        once.append("description")
        assert [len(head.get(name, [])) for name in once] == [1] * len(once), path
        assert all(head[name][0].strip() for name in once), path
        assert len(head["description"][0]) <= 160, path
        assert head["og:locale"] == [LOCALES[path[1:3]]], path
    assert told(client, plain.url)["og:type"] == ["article"]
    assert {code: territorial(code) for code in LOCALES} == LOCALES


def test_a_front_page_is_called_as_the_outlet_in_its_language(client: Client) -> None:
    make_home("ru")
    make_home("tg")
    outlet = Outlet.objects.get_or_create(site=Site.objects.get())[0]
    outlet.name_ru, outlet.name_tg, outlet.tagline_ru = "Чорсу", "Чорсӯ", "О регионе"
    outlet.save()
    assert told(client, "/ru/")["description"][0].startswith("О регионе. Чорсу: ")
    assert read(client, HomePage.objects.get(locale__language_code="ru")).title.text == "Чорсу — О регионе"
    tajik = read(client, HomePage.objects.get(locale__language_code="tg"))
    # A tagline in another language can't be marked there.
    assert (tajik.title.text, tajik.h1.text) == ("Чорсӯ", "Чорсӯ")
    assert told(client, "/tg/")["og:title"] == ["Чорсӯ"]


def test_pictures_are_offered_large_to_search_engines(client: Client) -> None:
    assert told(client, make_article(make_section(make_home())).url)["robots"] == ["max-image-preview:large"]


def test_a_long_description_ends_with_a_word(client: Client) -> None:
    section, words = make_section(make_home()), "Вода приходит раньше, чем её ждут поля. " * 6
    for fields in ({"search_description": words}, {"lead": words}, {"lead": "", "body": [block("paragraph", words)]}):
        description = told(client, make_article(section, **fields).url)["description"][0]
        assert description.endswith("…")
        assert words.startswith(f"{description[:-1]} ")
        assert len(description) <= 160


def test_an_article_tells_its_dates_section_topics_authors_and_languages(client: Client) -> None:
    article = make_full_article(make_section(make_home(), title="Reports", slug="analysis"))
    article.save_revision().publish()
    make_article(make_section(make_home("tg")), translation_key=article.translation_key)
    head = told(client, article.url)
    assert head["og:locale:alternate"] == ["tg_TJ"]
    assert head["article:section"] == ["Reports"]
    assert head["article:tag"] == ["Вода", "Таджикистан"]
    assert head["article:author"] == ["http://testserver/ru/people/madina-rakhimova/"]
    assert head["article:published_time"][0] <= head["article:modified_time"][0]
    assert (head["og:image:type"], head["og:image:alt"]) == (["image/jpeg"], ["Green fields"])


def default_address(client: Client, path: str) -> list[str]:
    soup = soup_of(client, path)
    return [urlsplit(link["href"]).path for link in soup.select("link[hreflang=x-default]")]


def test_readers_of_other_languages_have_an_address_where_there_is_a_choice(client: Client) -> None:
    article = make_article(make_section(make_home()))
    persian = make_article(make_section(make_home("fa")), slug="fa", translation_key=article.translation_key)
    alone = make_article(persian.get_parent().specific, title="Alone")
    assert default_address(client, persian.url) == default_address(client, article.url) == [article.url]
    assert default_address(client, "/fa/") == ["/"]
    assert default_address(client, alone.url) == []


def way(client: Client, path: str) -> list[tuple[str, str]]:
    soup = BeautifulSoup(client.get(path).content, "html.parser")
    return [(link.text, link["href"]) for link in soup.select(".way a")]


def test_the_way_to_a_page_is_shown(client: Client, django_capture_on_commit_callbacks: Any) -> None:
    article = make_article(make_section(make_home(), title="Reports", slug="analysis"))
    Topic.objects.create(name_ru="Вода", slug="water")
    home = ("Главная", "/ru/")
    assert way(client, article.url) == [home, ("Reports", "/ru/analysis/")]
    assert way(client, "/ru/analysis/") == way(client, "/ru/search/") == [home]
    assert way(client, "/ru/topics/water/") == [home, ("Темы", "/ru/topics/")]
    assert way(client, "/ru/") == way(client, "/ru/nothing/") == []
    with django_capture_on_commit_callbacks(execute=True):
        PageViewRestriction.objects.create(page=article, restriction_type="password", password="x")
    assert way(client, article.url) == []


def test_a_page_without_picture_is_shared_with_the_outlets_picture_or_logo_or_none(client: Client) -> None:
    article = make_article(make_section(make_home()))
    assert "og:image" not in told(client, article.url)
    outlet = Outlet.objects.create(site=Site.objects.get(), logo=make_picture())
    assert told(client, article.url)["og:image:type"] == ["image/webp"]
    outlet.share_picture = make_picture()
    outlet.save()
    assert told(client, article.url)["og:image:type"] == ["image/jpeg"]


def test_a_portrait_is_shared_with_a_profile(client: Client) -> None:
    make_home()
    person = make_person(photo=make_picture())
    head = told(client, f"/ru/people/{person.slug}/")
    assert (head["og:type"], head["og:image:type"]) == (["profile"], ["image/jpeg"])


TITLE = "Вода & «мы»: 100% + 1?"
ADDRESS = "https://news.example/ru/analysis/voda/"


def test_a_link_to_share_carries_title_and_address_whole():
    shown = Shown(None, TITLE, "", ADDRESS, "ru")
    links = {name: urlsplit(url) for name, url in shown.share_links.items()}
    told = {name: {key: values[0] for key, values in parse_qs(url.query).items()} for name, url in links.items()}
    assert told == {
        "Telegram": {"url": ADDRESS, "text": TITLE},
        "WhatsApp": {"text": f"{TITLE} {ADDRESS}"},
        "Facebook": {"u": ADDRESS},
        "VK": {"url": ADDRESS, "title": TITLE},
        "X": {"url": ADDRESS, "text": TITLE},
    }
    assert {url.scheme for url in links.values()} == {"https"}
    scheme, _, query = shown.mail_link.partition(":?")
    assert scheme == "mailto"
    assert [unquote(part.partition("=")[2]) for part in query.split("&")] == [TITLE, ADDRESS]
    assert "+" not in query


def test_sharing_is_by_plain_links_to_the_address_without_parameters(client):
    page = make_article(title=TITLE)
    soup = soup_of(client, f"{page.url}?utm_source=somebody")
    canonical = soup.select_one("link[rel=canonical]")["href"]
    links = soup.select(".share a")
    assert len(links) == 6
    assert all(set(link["rel"]) == {"noopener", "nofollow"} for link in links[:-1])
    assert all(canonical in unquote(link["href"]) for link in links)
    assert not any("utm_source" in link["href"] for link in links)
    assert soup.select_one("[data-copy]")["data-copy"] == canonical
    assert all("hidden" in button.parent.attrs for button in soup.select(".share button"))
    assert not soup.select(".share img, .share script, .share iframe")


def test_paper_gets_the_address_and_both_dates(client):
    section = make_section(make_home())
    first, same_day, later = (datetime(2026, 11, day, hour, tzinfo=UTC) for day, hour in ((20, 9), (20, 14), (24, 9)))
    words = []
    for title, last in (("Changed", later), ("Unchanged", same_day)):
        page = make_article(section, title=title, published_on=first)
        type(page).objects.filter(pk=page.pk).update(first_published_at=first, last_published_at=last)
        soup = read(client, page)
        address = soup.select_one("link[rel=canonical]")["href"]
        words.append(" ".join(soup.select_one(".colophon").text.replace(address, "ADDRESS").split()))
    assert words == [
        "Опубликовано: 20 ноября 2026 г. Обновлено: 24 ноября 2026 г. ADDRESS",
        "Опубликовано: 20 ноября 2026 г. ADDRESS",
    ]


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


@pytest.mark.thorough
def test_every_kind_of_page_is_true_to_the_vocabulary_and_complete_and_its_pictures_can_be_had(
    client: Client, everything: list[str], settings: Any
) -> None:
    pictures = []
    for path in everything:
        nodes = nodes_at(client, path)
        assert {"NewsMediaOrganization", "WebSite"} <= nodes.keys()
        assert {node["inLanguage"] for node in nodes.values() if "inLanguage" in node} == {path[1:3]}
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
    assert "mainEntity" not in nodes["WebPage"]
    vague = make_event(section, title="Someday", city="Khorog")
    assert "about" not in nodes_at(client, vague.url)["ReportageNewsArticle"]


@pytest.mark.parametrize(("days", "is_ahead"), [(1, True), (0, True), (-1, False)])
def test_what_is_still_ahead_is_an_event_and_no_report(client: Client, days: int, is_ahead: bool) -> None:
    section = make_section(make_home(), "events")
    last = timezone.localdate() + timedelta(days)
    event = make_full_event(section, starts_on=last - timedelta(1), ends_on=last)
    nodes = nodes_at(client, event.url)
    assert ("NewsArticle" in nodes, "ReportageNewsArticle" in nodes) == (is_ahead, not is_ahead)
    assert ("Event" in nodes, "mainEntity" in nodes["WebPage"]) == (is_ahead, is_ahead)
    if is_ahead:
        assert nodes["WebPage"]["mainEntity"] == {"@id": nodes["Event"]["@id"]}
        assert nodes["WebPage"]["mainEntity"] in nodes["NewsArticle"]["about"]
    with translation.override("ru"):
        [card] = publications("ru")
        assert card.card_label == ("Событие" if is_ahead else "Репортаж")
