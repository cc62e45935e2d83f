"""The version in several processes: there with the change or not at all, also when one is killed; one renders."""

from __future__ import annotations

import os
import signal
import time
from functools import partial
from unittest.mock import Mock

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client
from wagtail import hooks
from wagtail.models import Page

from chorsu_articles.models import Country
from cms.models import ReaderStamp
from cms.reader import cache_version, page_cache
from cms.reader.cache_version import OPEN, OPEN_SECONDS, current_version
from cms.wiring.archive_search import index_pages
from tests.cms.cached import elsewhere, pages
from tests.cms.content import restrict
from tests.factories import make_article, make_home, make_section
from tests.threads import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sql]
__all__ = ["pages"]


@pytest.fixture
def article(pages):
    article = make_article(make_section(make_home()))
    article.save_revision().publish()
    return article


@pytest.fixture
def _kept(client, article):
    """Let the article's page be in the cache."""
    for _ in range(2):
        assert client.get(article.url).status_code == 200


def dies_before_the_version(change) -> None:
    """Do something, and kill this process where it would write the version."""

    def kill(execute, sql, params, many, context):
        if "chorsu_cms_readerstamp" in sql and not any(OPEN in str(value) for value in params or ()):
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(kill):
        change()


@pytest.mark.parametrize(("states", "is_renewed"), [([True, False], True), ([False], False)])
def test_an_imported_batch_is_seen_at_once_where_a_page_of_it_is_live(article, states, is_renewed):
    before = current_version()
    batch = [Page(pk=article.pk, live=is_live) for is_live in states]
    index_pages(pages=batch)
    assert (current_version() != before) is is_renewed


@pytest.mark.usefixtures("_kept")
def test_what_another_process_does_is_seen_at_once(client, article, django_assert_num_queries):
    with django_assert_num_queries(1):
        client.get(article.url)
    assert elsewhere(article.unpublish) == 0
    assert client.get(article.url).status_code == 404


@pytest.mark.usefixtures("_kept")
def test_a_process_that_dies_between_change_and_version_leaves_no_old_page(client, article, monkeypatch):
    # As Wagtail's view does, outside of a transaction.
    assert elsewhere(partial(dies_before_the_version, partial(restrict, article))) == -signal.SIGKILL
    assert client.get(article.url).status_code == 302
    # Nothing is kept for a while, and then everything again, without anybody's doing.
    assert current_version() == ""
    monkeypatch.setattr(time, "time", partial(lambda now: now + OPEN_SECONDS + 1, time.time()))
    assert current_version() != ""


@pytest.mark.usefixtures("_kept")
def test_no_process_shows_what_another_one_took_down_before_the_database_was_away(client, article, monkeypatch):
    with monkeypatch.context() as away:
        away.setattr(BaseDatabaseWrapper, "cursor", Mock(side_effect=OperationalError("connection refused")))
        assert client.get(article.url).status_code == 200
    # Nobody asks this process for anything between that and the failure.
    assert elsewhere(article.unpublish) == 0
    monkeypatch.setattr(BaseDatabaseWrapper, "cursor", Mock(side_effect=OperationalError("connection refused")))
    with pytest.raises(OperationalError):
        client.get(article.url)


def test_a_process_that_dies_in_a_transaction_changes_nothing(client, article):
    version = current_version()
    client.get(article.url)
    assert elsewhere(partial(dies_before_the_version, article.unpublish)) == -signal.SIGKILL
    assert current_version() == version
    assert client.get(article.url).status_code == 200


def test_a_save_that_fails_outside_of_a_transaction_leaves_the_mark_for_a_minute(article):
    Country.objects.create(code="TJ", name_ru="Таджикистан")
    with pytest.raises(IntegrityError):
        Country.objects.create(code="TJ", name_ru="Таджикистан")
    assert current_version() == ""
    cache_version.make_all_old()
    assert current_version() == ""
    ReaderStamp.objects.filter(value__startswith=OPEN).update(value=f"{OPEN}{int(time.time()) - OPEN_SECONDS - 1}-x")
    kept = current_version()
    assert kept
    cache_version.make_all_old()
    assert current_version() not in {"", kept}
    assert ReaderStamp.objects.count() == 1


def test_who_publishes_at_the_same_moment_waits_for_nobody_and_no_version_comes_again(article):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer.")
    seen = [current_version()]
    publish = transaction.atomic(cache_version.make_all_old)
    with transaction.atomic():
        cache_version.make_all_old()
        for _ in range(3):
            assert at_once(publish) == [None]
            seen += at_once(current_version)
    seen.append(current_version())
    publish()
    seen.append(current_version())
    assert len(set(seen)) == len(seen)
    assert ReaderStamp.objects.count() == 1


def test_many_changes_at_once_leave_a_few_rows_and_one_version(article):
    before = current_version()
    at_once(*[cache_version.make_all_old] * 6)
    assert current_version() not in {"", before}
    cache_version.make_all_old()
    assert ReaderStamp.objects.count() == 1


def test_a_page_that_many_ask_for_is_rendered_once(article):
    rendered = []

    def count(page, *_args):
        rendered.append(page.pk)
        page_cache.time.sleep(0.3)

    with hooks.register_temporarily("before_serve_page", count):
        answers = at_once(*[lambda: Client().get(article.url)] * 6)
    assert [each.status_code for each in answers] == [200] * 6
    assert rendered == [article.pk]
