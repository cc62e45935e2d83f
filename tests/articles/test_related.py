"""What an article recommends, and the main topic above its headline."""

from __future__ import annotations

import json

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from wagtail.models import Locale, Page, PageViewRestriction

from chorsu_articles import lists
from chorsu_articles.lists import prefetch_article, published, related_to
from chorsu_articles.missing import missing
from chorsu_articles.models import Country, Topic
from chorsu_editorial.hashing import content_hash
from chorsu_editorial.reading import all_leaves
from chorsu_translation.starting import start_translation
from chorsu_translation.structure.plan import structure_plan
from tests.articles.test_admin_pages import article_data, edit_url
from tests.cms.content import block, item
from tests.editorial.desk import latest
from tests.factories import days_ago, make_article, make_home, make_section, make_user

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
    return make_article(section, published_on=days_ago(days), topics=topics, countries=countries, **fields)


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
    make(section, water, slug="related")
    assert slugs(related_to(page)) == ["related"], "fewer rather than unrelated ones"


def test_what_the_text_links_is_not_repeated(section, water):
    home = make_home("tg")
    linked = [make(section, water, slug=f"linked-{place}") for place in ("block", "words", "quotation", "reference")]
    tajik = make(make_section(home, slug="analysis"), water, slug="tajik")
    make(section, water, slug="in-russian", translation_key=tajik.translation_key)
    make(section, water, slug="left")

    def link(page):
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


def test_the_newest_by_date_and_the_last_of_each_topic_are_looked_at(section, water, roads, monkeypatch):
    monkeypatch.setattr(lists, "NEWEST_OF_ALL", 1)
    monkeypatch.setattr(lists, "NEWEST_OF_TOPIC", 2)
    page = make(section, water, roads)
    make(section, water, slug="newest", days=1)
    for slug, topics in (("rarer", [roads]), ("oldest", [water]), ("older", [water]), ("last", [water])):
        make(section, *topics, slug=slug)
    PageViewRestriction.objects.create(page=make(section, water), restriction_type=PageViewRestriction.LOGIN)
    make(section, water, live=False)
    make(make_section(make_home("tg"), slug="analysis"), water)
    assert slugs(related_to(page, 9)) == ["rarer", "newest", "last", "older"]


@pytest.mark.thorough
def test_what_it_costs_does_not_depend_on_how_many_there_are(section, water, roads):
    country = Country.objects.create(code="TJ", name_ru="Таджикистан")
    page = make(section, water, roads, countries=[country])
    prefetch_article(page)

    def queries():
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
    linked = make(section, roads, title="Linked", days=0)
    page = make(section, water, slug="page", body=[block("related", {"pages": [item(linked.pk, "first")]})])
    make(make_section(make_home(), slug="elsewhere"), title="Elsewhere", days=0)
    assert read(client, page) == ("", [])
    for number in range(4):
        make(section, roads, title=f"Article {number}", days=number)
    assert read(client, page) == ("Новое в разделе", ["Article 0", "Article 1", "Article 2"])
    make(section, water, title="About water")
    assert read(client, page) == ("По теме", ["About water"])


@pytest.mark.skipif(connection.vendor != "sqlite", reason="tells how SQLite looks")
def test_the_newest_of_a_topic_come_from_its_index_without_sorting(water):
    plan = lists.newest_about([water.pk], Page.objects.all()).explain()
    assert "chorsu_articles_topic_newest" in plan
    assert "ORDER BY" not in plan


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


@pytest.fixture
def topics() -> list[Topic]:
    """Two topics whose names stand in another order in Russian than in English, and by address."""
    names = (("Вода", "Water", "a-water"), ("Архивы", "Zoos", "b-zoos"))
    return [Topic.objects.create(name_ru=ru, name_en=en, slug=slug) for ru, en, slug in names]


def about(page, topics, main=None, **fields):
    page.topics, page.main_topic = topics, main
    page.save()
    return page


def kickers(client, url: str) -> list[str]:
    return [tag.text for tag in BeautifulSoup(client.get(url).content, "html.parser").select("main .kicker a")]


def test_the_chosen_topic_stands_above_the_headline_in_lists_and_for_search_engines(client, topics):
    section = make_section(title="Reports")
    page = about(make_article(section), topics, topics[1])
    assert kickers(client, page.url) == kickers(client, section.url) == ["Архивы"]
    soup = BeautifulSoup(client.get(page.url).content, "html.parser")
    graph = json.loads(soup.select_one("script[type='application/ld+json']").string)["@graph"]
    assert next(node for node in graph if "headline" in node)["articleSection"] == ["Reports", "Архивы"]


def test_without_a_choice_it_is_the_same_topic_in_every_language(topics):
    page = about(make_article(), topics)
    assert "main_topic" in [item.what for item in missing(page)], "of several one should be chosen"
    for code in ("ru", "en"):
        with translation.override(code):
            assert type(page).objects.get(pk=page.pk).kicker_topic == topics[0]
    before = content_hash(page)
    page.main_topic = topics[1]
    assert content_hash(page) != before, "another choice is another version"
    assert "main_topic" not in [item.what for item in missing(page)]
    # A choice that is no topic of the page any more counts for nothing.
    gone = about(make_article(slug="gone"), topics[:1], topics[1])
    assert gone.kicker_topic == topics[0]
    assert "main_topic" not in [item.what for item in missing(gone)]
    assert about(make_article(slug="none"), [], topics[1]).kicker_topic is None


def test_a_topics_own_page_does_not_repeat_it(client, topics):
    section = make_section(make_home())
    about(make_article(section), topics, topics[0])
    about(make_article(section, slug="other"), topics, topics[1])
    with translation.override("ru"):
        assert kickers(client, topics[0].get_absolute_url()) == ["Архивы"]


def test_a_translation_shows_the_sources_choice_and_another_one_makes_it_no_older(topics):
    page = about(make_article(), topics, topics[0])
    make_section(make_home("en"), translation_key=page.get_parent().translation_key)
    english = Locale.objects.get(language_code="en")
    target = start_translation(source=page, locale=english, user=make_user(superuser=True))
    assert target.specific.kicker_topic == target.get_latest_revision_as_object().kicker_topic == topics[0]
    said = list(all_leaves(page))
    about(page, topics, topics[1])
    [step] = structure_plan(target).steps
    assert step.path == "main_topic"
    assert structure_plan(target, wanted={step.key}).result.kicker_topic == topics[1]
    assert list(all_leaves(page)) == said  # all that states of translations are made from


def test_the_form_takes_only_a_topic_that_is_marked(admin, topics):
    page = make_article()
    data = article_data() | {"topics": [topics[0].pk], "main_topic": topics[1].pk}
    assert admin.post(edit_url(page), data).context["form"].errors["main_topic"]
    admin.post(edit_url(page), data | {"main_topic": topics[0].pk})
    assert latest(page).main_topic == topics[0]


def test_the_main_topic_weighs_twice_in_what_is_recommended(topics):
    section = make_section()
    page = about(make_article(section), topics, topics[1])
    older = about(make_article(section, slug="main", published_on=days_ago(20)), topics[1:])
    newer = about(make_article(section, slug="other", published_on=days_ago(10)), topics[:1])
    assert [item.pk for item in related_to(page)] == [older.pk, newer.pk]
