"""What a text names is read once, and again only where it isn't known."""

from __future__ import annotations

import pickle

import pytest
from wagtail.models import PageViewRestriction

from chorsu_articles.blocks.choosers import known
from chorsu_articles.models import Publication
from chorsu_articles.selectors import named_by, seen_by_all
from chorsu_articles.selectors.article import named_in, pictures_in
from tests.factories import make_article, make_home, make_picture, make_section
from tests.reader.content import block

pytestmark = pytest.mark.django_db


@pytest.fixture
def article():
    section = make_section(make_home())
    others = [make_article(section, title=f"Number {number}") for number in range(2)]
    picture = {"picture": make_picture().pk, "caption": "", "alt": "", "size": "text", "credit": ""}
    body = [block("picture", picture), block("picture", picture), block("related", {"pages": [p.pk for p in others]})]
    return make_article(section, body=body)


def read_again(article: Publication) -> Publication:
    return Publication.objects.get(pk=article.pk).specific


def test_a_text_whose_pictures_and_pages_are_known_is_read_without_a_query(article, django_assert_num_queries):
    named = pickle.loads(pickle.dumps(named_by(read_again(article))))
    again = read_again(article)
    with known(named), django_assert_num_queries(0):
        found = list(named_in(again.body))
        assert len(seen_by_all([each for each in found if isinstance(each, Publication)])) == 2
        first, second = pictures_in(again.body)
        assert first == second
        assert first is not second
        assert first.prefetched_renditions == second.prefetched_renditions
    assert {each.pk for each in found} == {each.pk for each in named.values()}


def test_what_is_not_known_is_asked_for(article):
    named = named_by(read_again(article))
    label = Publication._meta.label
    some = {key: row for key, row in named.items() if key[0] != label}
    again = read_again(article)
    with known(some):
        assert len([each for each in named_in(again.body) if isinstance(each, Publication)]) == 2
    assert list(named_in(read_again(article).body)) == list(named_in(again.body))


def test_a_private_page_is_named_to_nobody(article):
    hidden = next(each for each in named_in(article.body) if isinstance(each, Publication))
    PageViewRestriction.objects.create(page=hidden, restriction_type=PageViewRestriction.LOGIN)
    for text in (read_again(article), read_again(article)):
        named_by(text)
        pages = [each for each in named_in(text.body) if isinstance(each, Publication)]
        assert hidden in pages
        assert hidden not in seen_by_all(pages)
        assert len(seen_by_all(pages)) == 1
