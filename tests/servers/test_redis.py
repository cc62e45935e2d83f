"""What reader pages keep, in a Redis that several servers share: emptied, killed and begun again."""

from __future__ import annotations

import time

import pytest
from django.core.cache import caches

from cms.settings.env import reader_cache
from tests.factories import make_article

pytestmark = [pytest.mark.django_db, pytest.mark.servers]


@pytest.fixture(autouse=True)
def shared(redis, settings, tmp_path):
    kept = {name: reader_cache(name, redis.url, tmp_path / name, most=10) for name in ("default", "pages")}
    settings.CACHES = {**settings.CACHES, **kept}
    return caches["pages"]


def test_pages_are_as_right_without_it_and_are_kept_again_when_it_is_back(client, redis, shared):
    article = make_article(title="Вода")
    for meanwhile in (lambda: None, shared.clear, redis.kill):
        assert client.get(article.url).status_code == 200
        meanwhile()
        article.title = f"{article.title} и газ"
        article.save_revision().publish()
        assert article.title in client.get(article.url).content.decode()
    redis.begin()
    # The pool's broken connections are opened anew, once the process no longer leaves it alone.
    end = time.monotonic() + 10
    while not shared._cache.get_client().keys("pages:*") and time.monotonic() < end:
        time.sleep(0.2)
        assert article.title in client.get(article.url).content.decode()
    assert shared._cache.get_client().keys("pages:*")
    assert article.title in client.get(article.url).content.decode()
