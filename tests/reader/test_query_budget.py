"""How many queries a reader page may take: with nothing kept, and with the pieces of pages that are kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from wagtail.models import PageViewRestriction, Site

from chorsu_articles.models import Country, PublicationAuthor, PublicationTranslator, Topic
from cms.reader.freshness import page_cache
from tests.factories import days_ago, make_article, make_event, make_home, make_person, make_section
from tests.reader.content import block, make_full_article

pytestmark = pytest.mark.django_db

# Cold, warm: with parameters or at an address that isn't a page's, lists are read each time.
BUDGET = {
    "home": (26, 2),
    "arranged home": (38, 2),
    "section": (33, 2),
    "article": (42, 6),
    "topic": (19, 12),
    "person": (24, 18),
}


@pytest.fixture
def newsroom(settings) -> dict[str, str]:
    """Return the addresses of a newsroom's pages, each with all that it can show."""
    # Not in the database, whose queries are counted.
    memory = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    settings.CACHES = settings.CACHES | {name: memory | {"LOCATION": name} for name in ("default", "pages")}
    home, translated_home = make_home(), make_home("tg")
    section, translated, events = make_section(home), make_section(translated_home), make_section(home, "events")
    person = make_person()
    water = Topic.objects.create(name_ru="Реки", name="Реки")
    # The host of the test's client.
    Site.objects.update(hostname="testserver")
    for number in range(12):
        article = make_full_article(section, title=f"Story {number}", published_on=days_ago(number))
        article.author_links = [PublicationAuthor(person=person)]
        article.translator_links = [PublicationTranslator(person=person)]
        article.topics = [water]
        article.save()
        make_article(translated, title=f"Story {number}", translation_key=article.translation_key)
        make_event(events, title=f"Event {number}", starts_on=days_ago(number).date(), topics=[water])
    return {
        "home": "/ru/",
        "arranged home": "/ru/",
        "section": section.get_url(),
        "article": article.get_url(),
        "topic": f"/ru/topics/{water.slug}/",
        "person": f"/ru/people/{person.slug}/",
    }


def arrange(page: Any) -> None:
    """Give a front page a block of each kind."""
    common = {"heading": "", "number": "3"}
    page.arrangement = [
        block("lead", {"story": None, "until": None, "with_latest": True}),
        block("newest", {**common, "section": page.get_children().first().pk}),
        block("week", {**common, "stories": []}),
        block("topic", {**common, "topic": Topic.objects.get(name_ru="Реки").pk}),
        block("country", {**common, "country": Country.objects.get(code="TJ").pk}),
        block("events", {"heading": "", "number": "3", "shows": "both"}),
        block("text", {"heading": "", "text": "<p>Own words</p>"}),
    ]
    page.save_revision().publish()


def cost(client: Client, path: str) -> int:
    """Return how many queries a page takes that isn't kept as a whole."""
    caches["pages"].clear()
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200, path
    return len(queries)


@pytest.mark.sql
@pytest.mark.parametrize("kind", BUDGET)
def test_a_page_stays_within_its_queries(client, newsroom, kind):
    if kind == "arranged home":
        arrange(make_home())
    # What a process learns once, such as the types of content.
    client.get(newsroom[kind])
    caches["default"].clear()
    cold, warm = cost(client, newsroom[kind]), cost(client, newsroom[kind])
    most_cold, most_warm = BUDGET[kind]
    assert cold <= most_cold, (kind, cold, warm)
    assert warm <= most_warm, (kind, cold, warm)


def lead_of(client: Client) -> str:
    return BeautifulSoup(client.get("/ru/").content, "html.parser").select_one(".card-lead .headline").text


def test_a_kept_front_page_gives_its_lead_up_when_its_time_is_over(client, monkeypatch):
    home = make_home()
    section = make_section(home)
    pinned = make_article(section, title="Pinned", published_on=days_ago(3))
    make_article(section, title="Newest", published_on=days_ago(1))
    until = timezone.now() + timedelta(hours=1)
    home.arrangement = [block("lead", {"story": pinned.pk, "until": until.isoformat(), "with_latest": False})]
    home.save_revision().publish()
    assert [lead_of(client), lead_of(client)] == ["Pinned", "Pinned"]
    monkeypatch.setattr(timezone, "now", lambda: until + timedelta(seconds=1))
    assert lead_of(client) == "Newest"


def test_a_kept_piece_holds_no_address_of_another_host(client, settings):
    Site.objects.update(hostname="newsroom.example")
    article = make_full_article()
    path = article.relative_url(None)
    for host in ("newsroom.example", "other.example", "newsroom.example", "other.example"):
        head = BeautifulSoup(client.get(path, headers={"host": host}).content, "html.parser").head
        assert head.select_one("link[rel=canonical]")["href"] == f"http://{host}{path}"


def test_parameters_of_a_list_change_what_is_kept_of_nothing(client):
    section = make_section(make_home())
    for number in range(25):
        make_article(section, title=f"Story {number}", published_on=days_ago(number))
    path = section.get_url()
    first = client.get(path).content
    second = client.get(f"{path}?page=2").content
    assert b"Story 24" in second
    assert b"Story 24" not in first
    assert client.get(path).content == first
    assert client.get(f"{path}?page=2").content == second


@pytest.mark.parametrize("member_first", [True, False])
def test_of_a_private_page_nothing_is_kept_for_those_who_may_not_see_it(client, member_first):
    Site.objects.update(hostname="testserver")
    article = make_full_article(title="A closed matter", search_description="What nobody should know")
    door = PageViewRestriction.objects.create(
        page=article, restriction_type=PageViewRestriction.PASSWORD, password="open sesame"
    )
    member = Client()
    session = member.session
    session[door.passed_view_restrictions_session_key] = [door.pk]
    session.save()
    member.cookies["sessionid"] = session.session_key
    for reader in (member, client, member) if member_first else (client, member, client):
        text = reader.get(article.get_url()).content.decode()
        assert ("What nobody should know" in text) == (reader is member)
        assert ("A closed matter" in text) == (reader is member)


def test_addresses_with_any_port_fill_nothing(client, rf):
    path = make_full_article().get_url()
    Site.objects.update(hostname="testserver")

    def kept() -> set[str]:
        with translation.override("ru"):
            return set(page_cache(rf.get(path)).values["own"])

    client.get(path)
    pieces = kept()
    for port in range(5000, 5003):
        answer = client.get(path, headers={"host": f"testserver:{port}"})
        assert f"http://testserver:{port}{path}" in answer.text
    assert any("http://testserver" in name for name in pieces)
    assert kept() == pieces
