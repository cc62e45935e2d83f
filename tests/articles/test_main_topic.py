"""The main topic: the same above a headline in every language, chosen by the editor among the topics."""

from __future__ import annotations

import json

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import translation
from wagtail.models import Locale

from chorsu_articles.completeness import missing
from chorsu_articles.lists import related_to
from chorsu_articles.models import Topic
from chorsu_editorial.hashing import content_hash
from chorsu_editorial.reading import all_leaves
from chorsu_translation.services import start_translation
from chorsu_translation.structure_plan import structure_plan
from tests.articles.test_admin_pages import article_data
from tests.factories import days_ago, make_article, make_home, make_section, make_user

pytestmark = pytest.mark.django_db


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
    section = make_section(make_home(), title="Reports")
    page = about(make_article(section), topics, topics[1])
    assert kickers(client, page.url) == kickers(client, section.url) == ["Архивы"]
    soup = BeautifulSoup(client.get(page.url).content, "html.parser")
    graph = json.loads(soup.select_one("script[type='application/ld+json']").string)["@graph"]
    assert next(node for node in graph if "headline" in node)["articleSection"] == ["Reports", "Архивы"]


def test_without_a_choice_it_is_the_same_topic_in_every_language(topics):
    page = about(make_article(), topics)
    assert "main_topic" in [item.what for item in missing(page)], "of several one should be chosen"
    seen = set()
    for code in ("ru", "en", "fa"):
        with translation.override(code):
            seen.add(type(page).objects.get(pk=page.pk).kicker_topic)
    assert seen == {topics[0]}
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
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    data = article_data() | {"topics": [topics[0].pk], "main_topic": topics[1].pk}
    answer = admin.post(url, data)
    assert answer.status_code == 200
    assert answer.context["form"].errors["main_topic"]
    assert admin.post(url, data | {"main_topic": topics[0].pk}).status_code == 302
    assert type(page).objects.get(pk=page.pk).get_latest_revision_as_object().main_topic == topics[0]


def test_the_main_topic_weighs_twice_in_what_is_recommended(topics):
    section = make_section()
    page = about(make_article(section), topics, topics[1])
    older = about(make_article(section, slug="main", published_on=days_ago(20)), topics[1:])
    newer = about(make_article(section, slug="other", published_on=days_ago(10)), topics[:1])
    assert [item.pk for item in related_to(page)] == [older.pk, newer.pk]
