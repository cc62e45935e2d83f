"""What an article recommends: what shares its topics, and nothing that it links already."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from chorsu_articles.lists import latest_beside, prefetch_article, published, related_to
from chorsu_articles.models import Country, Topic
from tests.factories import days_ago, make_article, make_home, make_section
from tests.reader.content import block, item

pytestmark = pytest.mark.django_db

YEAR = 366


@pytest.fixture
def section():
    return make_section(make_home())


@pytest.fixture
def water() -> Topic:
    return Topic.objects.create(name_ru="Вода")


@pytest.fixture
def roads() -> Topic:
    return Topic.objects.create(name_ru="Дороги")


def make(section, *topics: Topic, countries=(), days: int = 10, **fields):
    page = make_article(section, published_on=days_ago(days), **fields)
    page.topics = topics
    page.countries = countries
    page.save()
    return page


def slugs(found) -> list[str]:
    return [page.slug for page in found]


def test_shared_topics_weigh_most_and_countries_only_break_ties(section, water, roads):
    here, there = (Country.objects.create(code=code, name_ru=code) for code in ("TJ", "KG"))
    page = make(section, water, roads, countries=[here, there])
    make(section, water, roads, slug="both-topics", days=90)
    make(section, water, countries=[here, there], slug="one-topic-two-countries", days=60)
    make(section, water, slug="one-topic", days=30)
    make(section, water, slug="of-equals-the-older", days=31)
    assert slugs(related_to(page, 9)) == ["both-topics", "one-topic-two-countries", "one-topic", "of-equals-the-older"]


def test_a_topic_more_is_worth_three_years_and_not_five(section, water, roads):
    page = make(section, water, roads)
    make(section, water, roads, slug="long-ago", days=5 * YEAR)
    make(section, water, roads, slug="some-time-ago", days=3 * YEAR)
    make(section, water, slug="now", days=1)
    assert slugs(related_to(page)) == ["some-time-ago", "now", "long-ago"]


def test_what_shares_no_topic_is_unrelated_even_about_the_same_country(section, water, roads):
    country = Country.objects.create(code="TJ", name_ru="Таджикистан")
    page = make(section, water, countries=[country])
    make(section, roads, countries=[country])
    make(section, countries=[country])
    assert related_to(page) == []
    make(section, water, slug="related")
    assert slugs(related_to(page)) == ["related"], "fewer rather than unrelated ones"


def test_what_the_text_links_is_not_repeated(section, water):
    home = make_home("tg")
    linked = [make(section, water, slug=f"linked-{place}") for place in ("block", "words", "quotation", "reference")]
    tajik = make(make_section(home, slug="analysis"), water, slug="tajik")
    make(section, water, slug="in-russian", translation_key=tajik.translation_key)
    make(section, water, slug="left")

    def link(page) -> str:
        return f'<p><a linktype="page" id="{page.pk}">there</a></p>'

    body = [
        block("related", {"pages": [item(linked[0].pk, "first")]}),
        block("paragraph", link(linked[1]) + link(tajik)),
        block("quotation", {"text": link(linked[2]), "who": "", "role": "", "language": ""}),
    ]
    references = [block("reference", {"text": link(linked[3])})]
    page = make(section, water, body=body, references=references)
    assert slugs(related_to(page, 10)) == ["left"]


def test_private_ones_drafts_and_those_in_other_languages_are_left_out(section, water):
    page = make(section, water)
    private = make(section, water)
    PageViewRestriction.objects.create(page=private, restriction_type=PageViewRestriction.LOGIN)
    make(section, water, live=False)
    make(make_section(make_home("tg"), slug="analysis"), water)
    assert related_to(page) == []


def test_what_it_costs_does_not_depend_on_how_many_there_are(section, water, roads):
    country = Country.objects.create(code="TJ", name_ru="Таджикистан")
    page = make(section, water, roads, countries=[country])
    prefetch_article(page)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            related_to(page)
        return len(captured)

    for _number in range(3):
        make(section, water, countries=[country])
    few = queries()
    for _number in range(12):
        make(section, water, roads, countries=[country])
    assert queries() == few <= 7


def read(client, page) -> tuple[str, list[str]]:
    after = BeautifulSoup(client.get(page.url).content, "html.parser").select_one("section[aria-labelledby=related]")
    return (after.h2.text, [tag.text for tag in after.select(".headline")]) if after else ("", [])


def test_without_related_ones_the_newest_of_the_section_are_called_so(client, section, water, roads):
    page = make(section, water, slug="page")
    assert read(client, page) == ("", [])
    for number in range(4):
        make(section, roads, title=f"Article {number}", days=number)
    assert read(client, page) == ("Новое в рубрике", ["Article 0", "Article 1", "Article 2"])
    make(section, water, title="About water")
    assert read(client, page) == ("По теме", ["About water"])


def test_the_newest_of_the_section_leave_out_what_the_text_links(section, water):
    linked = make(section, slug="linked", days=1)
    make(section, slug="other", days=2)
    make(make_section(make_home(), slug="elsewhere"), slug="elsewhere", days=1)
    page = make(section, water, body=[block("related", {"pages": [item(linked.pk, "first")]})])
    assert slugs(latest_beside(page)) == ["other"]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="tells how SQLite looks")
def test_private_pages_are_not_looked_for_among_all_pages_anew_for_each(section):
    PageViewRestriction.objects.create(page=make(section), restriction_type=PageViewRestriction.LOGIN)
    assert "SCAN" not in published("ru").explain()


@pytest.mark.parametrize("most", [0, 100])
def test_few_private_pages_and_many_are_left_out_alike(section, monkeypatch, most):
    monkeypatch.setattr("chorsu_articles.lists.MOST_BY_NAME", most)
    shown, closed, mirrored = make(section), make(section), make(section)
    mirrored.create_alias(parent=section, update_slug="mirror")
    for page in (closed, mirrored):
        PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    assert [page.pk for page in published("ru")] == [shown.pk]
