"""How many queries a reader page may take: after a new version, and with what all pages of a language share."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Site

from chorsu_articles.models import Country, PublicationAuthor, PublicationTranslator, Topic
from tests.cms.content import block, make_full_article
from tests.factories import days_ago, make_article, make_event, make_home, make_person, make_section

pytestmark = pytest.mark.django_db

# Nothing kept, what is shared kept.
BUDGET = {
    "home": (16, 12),
    "arranged home": (23, 19),
    "section": (18, 14),
    "article": (21, 17),
    "topic": (12, 8),
    "person": (15, 11),
}


@pytest.fixture(autouse=True)
def _memory_caches(settings):
    """Keep nothing in the database, whose queries are counted."""
    memory = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    settings.CACHES = settings.CACHES | {name: memory | {"LOCATION": name} for name in ("default", "pages")}


@pytest.fixture(scope="module")
def newsroom(media_of_module, kept_in_module) -> dict[str, str]:
    """Return the addresses of a newsroom's pages, each with all that it can show."""
    with kept_in_module():
        return make_newsroom()


def make_newsroom() -> dict[str, str]:
    home, translated_home = make_home(), make_home("tg")
    section, translated, events = make_section(home), make_section(translated_home), make_section(home, "events")
    person = make_person(slug="one")
    water = Topic.objects.create(name_ru="Реки", slug="water")
    # The host of the test's client.
    Site.objects.update(hostname="testserver")
    for number in range(6):
        article = make_full_article(section, title=f"Story {number}", published_on=days_ago(number))
        article.author_links = [PublicationAuthor(person=person)]
        article.translator_links = [PublicationTranslator(person=person)]
        article.topics = [water]
        article.save()
        make_article(translated, title=f"Story {number}", translation_key=article.translation_key)
        make_event(events, title=f"Event {number}", starts_on=days_ago(number).date(), topics=[water])
    pages = {"home": "/ru/", "arranged home": "/ru/", "topic": "/ru/topics/water/", "person": "/ru/people/one/"}
    return {**pages, "section": section.get_url(), "article": article.get_url()}


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


@pytest.mark.thorough
@pytest.mark.parametrize("kind", BUDGET)
def test_a_page_stays_within_its_queries(client, newsroom, kind):
    if kind == "arranged home":
        arrange(make_home())
    # What a process learns once, such as the types of content.
    client.get(newsroom[kind])
    caches["default"].clear()
    cold, shared = cost(client, newsroom[kind]), cost(client, newsroom[kind])
    assert (cold <= BUDGET[kind][0], shared <= BUDGET[kind][1]) == (True, True), (kind, cold, shared)
