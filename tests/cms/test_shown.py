"""What other sites and search engines are told of every kind of page, ways to share it, and what only paper shows."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone, translation
from PIL import Image
from wagtail.models import PageViewRestriction, Site

from chorsu_articles.lists import publications
from chorsu_articles.models import HomePage, InfoPage, PublicationAuthor, Topic
from chorsu_translation.models import TranslationLink
from cms.outlet import Outlet
from cms.reader.shown import Shown, territorial
from tests.cms.content import block, make_full_article, make_full_event, read, soup_of
from tests.cms.vocabulary import faults
from tests.factories import make_article, make_event, make_home, make_person, make_picture, make_section

pytestmark = pytest.mark.django_db

LOCALES = {"ru": "ru_RU", "tg": "tg_TJ", "en": "en_US", "kk": "kk_KZ", "ky": "ky_KG", "uz": "uz_UZ", "fa": "fa_IR"}


def told(client: Client, path: str) -> dict[str, list[str]]:
    """Return the properties that a page's head tells."""
    found: dict[str, list[str]] = {}
    for tag in soup_of(client, path).head.select("meta[property], meta[name]"):
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
        person = make_person(slug=f"person-{code}", about_ru="Пишет.", photo=make_picture())
        article.author_links = [PublicationAuthor(person=person)]
        article.save()
        plain = make_article(section, title="Plain", lead="")
        made += [page.url for page in (home, section, article, report, about, plain)]
        paths = ("topics/water", "countries/tj", "organisations/institute", f"people/person-{code}")
        made += [f"/{code}/search/?q=headline", *(f"/{code}/{path}/" for path in paths)]
    return made


@pytest.mark.thorough
def test_every_kind_of_page_tells_all_there_is_true_to_the_vocabulary_and_its_pictures_can_be_had(
    client, everything, settings
):
    once = ["description", *(f"og:{name}" for name in ("type", "title", "description", "url", "locale", "site_name"))]
    pictures = []
    for path in everything:
        head = told(client, path)
        assert [len(head.get(name, [])) for name in once] == [1] * len(once), path
        assert all(head[name][0].strip() for name in once), path
        assert len(head["description"][0]) <= 160, path
        assert head["og:locale"] == [LOCALES[path[1:3]]], path
        nodes = nodes_at(client, path)
        assert {"NewsMediaOrganization", "WebSite"} <= nodes.keys()
        assert {node["inLanguage"] for node in nodes.values() if "inLanguage" in node} == {path[1:3]}
        assert ("BreadcrumbList" in nodes) == (len(path.strip("/")) > 2), path
        for value in [node[name] for node in nodes.values() for name in ("image", "logo") if name in node]:
            pictures += value if isinstance(value, list) else [value]
    stored = [urlsplit(picture["url"]).path for picture in pictures if "/media/" in picture["url"]]
    assert stored
    assert all((settings.MEDIA_ROOT / path.removeprefix("/media/")).exists() for path in stored)


def test_a_language_is_told_with_its_territory():
    assert {code: territorial(code) for code in LOCALES} == LOCALES


def test_a_front_page_is_called_as_the_outlet_in_its_language(client):
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


def test_a_long_description_ends_with_a_word(client):
    section, words = make_section(make_home()), "Вода приходит раньше, чем её ждут поля. " * 6
    for fields in ({"search_description": words}, {"lead": words}, {"lead": "", "body": [block("paragraph", words)]}):
        description = told(client, make_article(section, **fields).url)["description"][0]
        assert description.endswith("…")
        assert words.startswith(f"{description[:-1]} ")
        assert len(description) <= 160


def test_an_article_tells_its_dates_section_topics_authors_and_languages_and_who_answers_for_it(client):
    article = make_full_article(make_section(make_home(), title="Reports", slug="analysis"))
    article.save_revision().publish()
    make_article(make_section(make_home("tg")), translation_key=article.translation_key)
    head, nodes = told(client, article.url), nodes_at(client, article.url)
    assert (head["og:type"], head["robots"]) == (["article"], ["max-image-preview:large"])
    assert head["og:locale:alternate"] == ["tg_TJ"]
    assert head["article:section"] == ["Reports"]
    assert head["article:tag"] == ["Вода", "Таджикистан"]
    assert head["article:author"] == ["http://testserver/ru/people/madina-rakhimova/"]
    assert head["article:published_time"][0] <= head["article:modified_time"][0]
    assert (head["og:image:type"], head["og:image:alt"]) == (["image/jpeg"], ["Green fields"])
    data = nodes["AnalysisNewsArticle"]
    assert data["articleSection"] == ["Reports", "Вода"]
    assert data["wordCount"] == article.word_count > 20
    assert data["publisher"]["@id"] == nodes["NewsMediaOrganization"]["@id"] == "http://testserver/#newsroom"
    assert [item["text"] for item in data["correction"]] == ["The year was wrong."]
    assert len({(picture["width"], picture["height"]) for picture in data["image"]}) == 3
    steps = nodes["BreadcrumbList"]["itemListElement"]
    assert [step["position"] for step in steps] == [1, 2, 3]
    paths = [urlsplit(step["item"]["@id"]).path for step in steps]
    assert paths == ["/ru/", "/ru/analysis/", "/ru/analysis/headline/"]
    search = nodes["WebSite"]["potentialAction"]["target"]["urlTemplate"].replace("{search_term_string}", "headline")
    assert client.get(search).status_code == 200


def test_readers_of_other_languages_have_an_address_where_there_is_a_choice(client):
    article = make_article(make_section(make_home()))
    persian = make_article(make_section(make_home("fa")), slug="fa", translation_key=article.translation_key)
    alone = make_article(persian.get_parent().specific, title="Alone")
    expected = {persian.url: [article.url], article.url: [article.url], "/fa/": ["/"], alone.url: []}
    for path, addresses in expected.items():
        links = soup_of(client, path).select("link[hreflang=x-default]")
        assert [urlsplit(link["href"]).path for link in links] == addresses, path


def test_the_way_to_a_page_is_shown(client, django_capture_on_commit_callbacks):
    article = make_article(make_section(make_home(), title="Reports", slug="analysis"))
    Topic.objects.create(name_ru="Вода", slug="water")

    def way(path):
        soup = BeautifulSoup(client.get(path).content, "html.parser")
        return [(link.text, link["href"]) for link in soup.select(".way a")]

    home = ("Главная", "/ru/")
    assert way(article.url) == [home, ("Reports", "/ru/analysis/")]
    assert way("/ru/analysis/") == way("/ru/search/") == [home]
    assert way("/ru/topics/water/") == [home, ("Темы", "/ru/topics/")]
    assert way("/ru/") == way("/ru/nothing/") == []
    with django_capture_on_commit_callbacks(execute=True):
        PageViewRestriction.objects.create(page=article, restriction_type="password", password="x")
    assert way(article.url) == []


def test_a_page_without_picture_is_shared_with_the_outlets_picture_its_logo_or_its_name(client):
    article = make_article(make_section(make_home()))
    outlet = Outlet.objects.create(site=Site.objects.get(), name_ru="Чорсу")
    first = shared_card(client, article.url)
    outlet.name_ru = "Ҳафта"
    outlet.save()
    second = shared_card(client, article.url)
    assert first.content != second.content
    # What others have kept leads to the picture of today.
    assert client.get(first.request["PATH_INFO"]).headers["Location"] == second.request["PATH_INFO"]
    outlet.name_ru = "日本"
    outlet.save()
    assert "og:image" not in told(client, article.url)
    assert client.get(first.request["PATH_INFO"]).status_code == 404
    outlet.logo = make_picture()
    outlet.save()
    assert told(client, article.url)["og:image:type"] == ["image/webp"]
    outlet.share_picture = make_picture()
    outlet.save()
    assert told(client, article.url)["og:image:type"] == ["image/jpeg"]


def shared_card(client: Client, path: str) -> Any:
    """Return the answer with the card that a page is shared with."""
    head = told(client, path)
    answer = client.get(urlsplit(head["og:image"][0]).path)
    assert "immutable" in answer.headers["Cache-Control"]
    image = Image.open(BytesIO(answer.content))
    assert [image.format, *map(str, image.size)] == ["PNG", *head["og:image:width"], *head["og:image:height"]]
    return answer


TITLE = "Вода & «мы»: 100% + 1?"
ADDRESS = "https://news.example/ru/analysis/voda/"


def test_a_link_to_share_carries_title_and_address_whole():
    shown = Shown(None, TITLE, "", ADDRESS, "ru")
    links = {name: urlsplit(url) for name, url in shown.share_links.items()}
    told = {name: dict(parse_qsl(url.query)) for name, url in links.items()}
    assert told == {
        "Telegram": {"url": ADDRESS, "text": TITLE},
        "WhatsApp": {"text": f"{TITLE} {ADDRESS}"},
        "Facebook": {"u": ADDRESS},
        "VK": {"url": ADDRESS, "title": TITLE},
        "X": {"url": ADDRESS, "text": TITLE},
    }
    assert {url.scheme for url in links.values()} == {"https"}
    assert shown.mail_link.startswith("mailto:?")
    query = shown.mail_link.partition("?")[2]
    assert [value for _name, value in parse_qsl(query)] == [TITLE, ADDRESS]
    assert "+" not in query


def test_sharing_is_by_plain_links_to_the_address_without_parameters(client):
    soup = soup_of(client, f"{make_article(title=TITLE).url}?utm_source=somebody")
    canonical = soup.select_one("link[rel=canonical]")["href"]
    links = soup.select(".share a")
    assert len(links) == 6
    assert all(set(link["rel"]) == {"noopener", "nofollow"} for link in links[:-1])
    assert all(canonical in unquote(link["href"]) for link in links)
    assert "utm_source" not in str(soup.select(".share"))
    assert soup.select_one("[data-copy]")["data-copy"] == canonical
    assert all("hidden" in button.parent.attrs for button in soup.select(".share button"))


def test_paper_gets_the_address_and_both_dates(client):
    first, same_day, later = (datetime(2026, 11, day, hour, tzinfo=UTC) for day, hour in ((20, 9), (20, 14), (24, 9)))
    page = make_article(published_on=first)
    words = []
    for last in (later, same_day):
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
    [script] = soup_of(client, path).select("script[type='application/ld+json']")
    data = json.loads(script.string or "")
    assert data["@context"] == "https://schema.org"
    nodes: list[dict[str, Any]] = data["@graph"]
    names = {node["@id"] for node in nodes}
    for node in nodes:
        assert list(faults(node)) == [], path
        references = [value["@id"] for value in node.values() if isinstance(value, dict) and set(value) == {"@id"}]
        assert set(references) <= names, path
    return {node["@type"]: node for node in nodes}


def test_the_fault_finder_finds():
    facts = {"@type": "Event", "name": "x", "endDate": "2026-01-01", "image": "https://news.example/picture.png"}
    facts["eventStatus"] = "https://schema.org/EventScheduled"
    facts["eventAttendanceMode"] = "https://schema.org/OfflineEventAttendanceMode"
    event = {**facts, "startDate": "2026-01-01", "location": {"@type": "Person"}}
    assert set(faults(event)) == {"Event.location can't be a Person", "Person lacks name"}
    assert set(faults({**facts, "wordCount": 3, "startDate": "soon", "location": 4, "eventStatus": "planned"})) == {
        "Event.eventStatus is 'planned'",
        "Event has no wordCount",
        "Event.startDate is 'soon'",
        "Event.location is 4",
    }
    assert set(faults({"@type": "Blog"})) == {"schema.org has no Blog"}


def test_translations_know_their_source_if_it_may_be_read_and_the_source_its_translations(
    client, django_capture_on_commit_callbacks
):
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


def test_a_profile_is_of_its_author(client):
    make_home()
    person = make_person("Мадина", position_ru="Обозреватель", about_ru="Пишет о воде.", photo=make_picture())
    path = f"/ru/people/{person.slug}/"
    head, data = told(client, path), nodes_at(client, path)["ProfilePage"]["mainEntity"]
    assert (head["og:type"], head["og:image:type"]) == (["profile"], ["image/jpeg"])
    assert (data["name"], data["jobTitle"], data["description"]) == ("Мадина", "Обозреватель", "Пишет о воде.")
    assert data["image"]["width"] == data["image"]["height"]


def test_an_event_is_named_once_its_day_and_place_are_known(client):
    section = make_section(make_home(), "events")
    nodes = nodes_at(client, make_full_event(section).url)
    [event] = [about for about in nodes["ReportageNewsArticle"]["about"] if about["@type"] == "Event"]
    assert event["location"]["address"]["addressCountry"] == "TJ"
    assert "mainEntity" not in nodes["WebPage"]
    vague = make_event(section, title="Someday", city="Khorog")
    assert "about" not in nodes_at(client, vague.url)["ReportageNewsArticle"]


@pytest.mark.parametrize(("days", "is_ahead"), [(1, True), (0, True), (-1, False)])
def test_what_is_still_ahead_is_an_event_and_no_report(client, days, is_ahead):
    section = make_section(make_home(), "events")
    last = timezone.localdate() + timedelta(days)
    event = make_full_event(section, starts_on=last - timedelta(1), ends_on=last)
    nodes = nodes_at(client, event.url)
    assert ("NewsArticle" in nodes, "ReportageNewsArticle" in nodes) == (is_ahead, not is_ahead)
    assert ("Event" in nodes, "mainEntity" in nodes["WebPage"]) == (is_ahead, is_ahead)
    if is_ahead:
        about = nodes["Event"]
        assert about["eventStatus"] == "https://schema.org/EventScheduled"
        assert about["eventAttendanceMode"] == "https://schema.org/OfflineEventAttendanceMode"
        assert about["image"] == [picture["url"] for picture in nodes["NewsArticle"]["image"]]
        assert nodes["WebPage"]["mainEntity"] == {"@id": nodes["Event"]["@id"]}
        assert nodes["WebPage"]["mainEntity"] in nodes["NewsArticle"]["about"]
    with translation.override("ru"):
        [card] = publications("ru")
        assert card.card_label == ("Событие" if is_ahead else "Репортаж")
