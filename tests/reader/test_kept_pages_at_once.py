"""Many who ask for the same page at the same time."""

from __future__ import annotations

import pytest
from django.test import Client
from wagtail import hooks

from cms.reader import kept_pages
from tests.factories import make_article, make_home, make_section
from tests.reader.kept import pages
from tests.threads import at_once

__all__ = ["pages"]


@pytest.mark.django_db(transaction=True)
def test_a_page_that_many_ask_for_is_rendered_once(pages, django_assert_num_queries):
    section = make_section(make_home())
    article = make_article(section)
    make_section(make_home(), "events")
    rendered = []

    def count(page, *_args):
        rendered.append(page.pk)
        kept_pages.time.sleep(0.3)

    with hooks.register_temporarily("before_serve_page", count):
        answers = at_once(*[lambda: Client().get(article.url)] * 6)
    assert [each.status_code for each in answers] == [200] * 6
    assert rendered == [article.pk]
