"""Feeds, sitemaps and the other files that machines ask for."""

from __future__ import annotations

from datetime import datetime, timedelta
from xml.etree import ElementTree as ET

import pytest
from bs4 import BeautifulSoup
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chorsu_articles.models import PublicationAuthor
from tests.cms.content import make_full_event, restrict, soup_of
from tests.factories import make_article, make_home, make_person, make_picture, make_section

pytestmark = pytest.mark.django_db

CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
MEDIA = "{http://search.yahoo.com/mrss/}"
NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"
LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


def items(client: Client, path: str) -> list[ET.Element]:
    response = client.get(path)
    assert response.status_code == 200, path
    assert response.headers["Content-Type"].startswith("application/rss+xml")
    return list(ET.fromstring(response.content).iter("item"))


FEEDS = ["/ru/feed/", "/ru/feed/analysis/", "/ru/topics/water/feed/", "/ru/countries/tj/feed/"]
FEEDS += ["/ru/people/madina-rakhimova/feed/"]


@pytest.mark.thorough
@pytest.mark.parametrize("path", FEEDS)
def test_a_feed_is_of_what_its_address_says(client, article, path):
    make_article(make_section(make_home(), slug="other"), title="Elsewhere", lead="No topic, country or author.")
    [item] = [found for found in items(client, path) if found.findtext("title") == "Headline"]
    assert item.findtext("link") == f"http://testserver{article.url}"
    assert item.findtext("guid") == f"urn:chorsu:{article.translation_key}:ru"
    assert item.find("guid").get("isPermaLink") == "false"
    assert (item.findtext(CREATOR), item.findtext("description")) == ("Мадина Рахимова", "What happened.")
    assert [category.text for category in item.iter("category")] == ["Вода", "Таджикистан"]
    picture = item.find(f"{MEDIA}content")
    assert picture.get("url") == item.find("enclosure").get("url")
    assert int(item.find("enclosure").get("length")) > 100
    assert picture.findtext(f"{MEDIA}credit").endswith("Somebody")
    assert item.find(CONTENT) is None
    assert len(items(client, path)) == (2 if path == "/ru/feed/" else 1)


@pytest.mark.thorough
def test_pages_lead_to_their_feeds(client, article):
    def offered(path):
        return [link["href"] for link in soup_of(client, path).select("link[type='application/rss+xml']")]

    for path in ("topics/nothing/feed", "countries/zz/feed", "people/nobody/feed", "feed/nothing"):
        assert client.get(f"/ru/{path}/").status_code == 404
    assert offered(article.url) == offered("/ru/analysis/") == ["/ru/feed/", "/ru/feed/analysis/"]
    for path in ("/ru/topics/water/", "/ru/countries/tj/", "/ru/people/madina-rakhimova/"):
        assert offered(path) == ["/ru/feed/", f"{path}feed/"]


def test_a_whole_text_has_what_every_reader_shows_and_whole_addresses(client, article, settings):
    settings.FEED_FULL_TEXT = True
    [item] = items(client, "/ru/feed/")
    soup = BeautifulSoup(item.findtext(CONTENT) or "", "html.parser")
    assert "Count the water." in soup.text
    assert soup.select_one("p[dir=rtl], blockquote").text
    assert len(soup.select("figure img")) == len(soup.select("img")) == 4
    assert not soup.select("a:has(img)")
    addresses = [tag.get("src") or tag.get("href") for tag in soup.select("img, a[href]")]
    assert all(address.startswith(("http://testserver/", "https://")) for address in addresses)
    assert not soup.select("svg, script, div, span, [class], [style], [data-content-path], [id]")


def test_dzen_gets_the_last_three_days_with_pictures_where_it_is_switched_on(client, settings):
    section = make_section(make_home("en"))
    now = timezone.now()
    for title, days, picture in (("New", 1, True), ("Old", 4, True), ("Plain", 1, False)):
        made = make_picture() if picture else None
        make_article(section, title=title, published_on=now - timedelta(days=days), main_picture=made)
    assert client.get("/en/dzen.xml").status_code == 404
    settings.DZEN_FEED = True
    [item] = items(client, "/en/dzen.xml")
    assert item.findtext("title") == "New"
    assert item.findtext("pdalink") == item.findtext("link")
    assert item.find("enclosure") is not None
    assert item.findtext(f"{MEDIA}rating") == "nonadult"
    assert "format-article" in [category.text for category in item.iter("category")]
    assert "<img" in (item.findtext(CONTENT) or "")


def test_the_news_sitemap_has_two_days_of_every_language(client):
    now = timezone.now()
    section, persian = make_section(make_home()), make_section(make_home("fa"))
    make_article(section, title="New & <true>", published_on=now - timedelta(hours=47))
    make_article(section, title="Old", published_on=now - timedelta(hours=49))
    make_article(persian, title="تازه", published_on=now - timedelta(hours=1))
    restrict(make_article(section, title="Hidden", published_on=now))
    tree = ET.fromstring(client.get("/sitemap-news.xml").content)
    news = [(item.findtext(f".//{NEWS}language"), item.findtext(f"{NEWS}title")) for item in tree.iter(f"{NEWS}news")]
    assert news == [("fa", "تازه"), ("ru", "New & <true>")]
    assert all(datetime.fromisoformat(date.text or "").tzinfo for date in tree.iter(f"{NEWS}publication_date"))
    with CaptureQueriesContext(connection) as queries:
        client.get("/sitemap-news.xml")
    assert len(queries) <= 5
    assert "Sitemap: http://testserver/sitemap-news.xml" in client.get("/robots.txt").text


def addresses(client: Client, path: str) -> list[str]:
    found = ET.fromstring(client.get(path).content).iter(LOC)
    return [(loc.text or "").removeprefix("http://testserver").removeprefix("http://localhost") for loc in found]


def test_every_public_address_is_in_a_sitemap(client, article):
    report = make_full_event(make_section(make_home(), "events"))
    article.author_links.add(PublicationAuthor(person=make_person(slug="secret", name_withheld=True)))
    article.save()
    make_person("Без публикаций", slug="idle")
    section = article.get_parent().specific
    restrict(make_article(section, title="Private"))
    make_article(section, title="Draft", live=False)
    tajik = make_article(make_section(make_home("tg")), translation_key=article.translation_key)
    listed = addresses(client, "/sitemap.xml")
    assert {"/sitemap-ru.xml", "/sitemap-ru-names.xml", "/sitemap-fa-names.xml"} <= set(listed)
    found = [address for path in listed for address in addresses(client, path)]
    rows = ["topics", "topics/water", "countries/tj", "organisations/institute", "people", "people/madina-rakhimova"]
    pages = ["/ru/", "/ru/analysis/", "/ru/events/", article.url, report.url, "/tg/", "/tg/analysis/", tajik.url]
    assert sorted(found) == sorted([*pages, *(f"/ru/{row}/" for row in rows)])
    assert all(client.get(address).status_code == 200 for address in found)
    alternate = f'<xhtml:link rel="alternate" hreflang="tg" href="http://localhost{tajik.url}"/>'
    assert alternate in client.get("/sitemap-ru.xml").text
    article.unpublish()
    assert addresses(client, "/sitemap-ru-names.xml") == ["/ru/countries/tj/", "/ru/organisations/institute/"]


def test_icons_and_the_manifest_are_where_browsers_look(client):
    make_home()
    make_home("fa")
    head = soup_of(client, "/fa/").head
    manifest = client.get(head.select_one("link[rel=manifest]")["href"])
    data = manifest.json()
    assert manifest.headers["Content-Type"] == "application/manifest+json"
    assert (data["lang"], data["dir"], data["start_url"]) == ("fa", "rtl", "/fa/")
    places = [icon["src"] for icon in data["icons"]] + [link["href"] for link in head.select("link[rel*=icon]")]
    places += [client.get(path).headers["Location"] for path in ("/favicon.ico", "/apple-touch-icon.png")]
    assert len(places) == 8
    assert all(finders.find(place.removeprefix("/static/")) for place in places)


def test_security_txt_names_whom_the_settings_name(client, settings):
    address = "/.well-known/security.txt"
    assert client.get(address).status_code == 404
    settings.SECURITY_CONTACT = ["mailto:security@newsroom.example", "https://newsroom.example/security"]
    fields = [line.partition(": ")[::2] for line in client.get(address).text.splitlines()]
    assert [value for name, value in fields if name == "Contact"] == settings.SECURITY_CONTACT
    assert timezone.now() < datetime.fromisoformat(dict(fields)["Expires"]) < timezone.now() + timedelta(days=365)
    assert dict(fields)["Canonical"] == f"http://testserver{address}"
    assert "tg" in dict(fields)["Preferred-Languages"].split(", ")


def test_a_feed_without_items_is_the_same_each_time(client):
    make_home()
    make_home("tg")
    first = client.get("/tg/feed/").content
    assert b"<lastBuildDate>Thu, 01 Jan 1970 00:00:00 +0000</lastBuildDate>" in first
    assert client.get("/tg/feed/").content == first
