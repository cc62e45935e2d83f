"""What pages keep of other pages is never older than the last change that readers can see."""

from __future__ import annotations

import errno
from unittest.mock import Mock

import pytest
from django.db import transaction
from wagtail.models import PageViewRestriction

from cms.reader.caches import FileCache
from cms.reader.freshness import current_stamp
from cms.settings import base
from tests.factories import days_ago, make_article, make_home, make_section

pytestmark = pytest.mark.django_db


@pytest.fixture
def changed(client, django_capture_on_commit_callbacks):
    """Return a function that tells whether a change made everything old."""

    def run(change) -> bool:
        client.get("/ru/")
        before = current_stamp()
        with django_capture_on_commit_callbacks(execute=True):
            change()
        return current_stamp() != before

    return run


def test_a_page_that_becomes_private_makes_everything_old(changed):
    article = make_article(make_section(make_home()))
    assert changed(lambda: PageViewRestriction.objects.create(page=article, restriction_type=PageViewRestriction.LOGIN))


def test_a_draft_makes_nothing_old(changed):
    article = make_article(make_section(make_home()))

    def draft() -> None:
        article.title = "A better headline"
        article.save_revision()

    assert not changed(draft)


def test_a_change_that_is_rolled_back_makes_nothing_old(changed):
    section = make_section(make_home())

    def fail() -> None:
        with transaction.atomic():
            make_article(section, published_on=days_ago(1))
            transaction.set_rollback(True)

    assert not changed(fail)


def test_what_cannot_be_kept_or_read_costs_no_reader_the_page(client, settings, tmp_path, monkeypatch):
    settings.CACHES = base.CACHES | {"default": base.CACHES["default"] | {"LOCATION": tmp_path / "cache"}}
    home = make_home()
    make_section(home, title="In the menu")
    full = OSError(errno.ENOSPC, "No space left on device")
    with monkeypatch.context() as disk:
        disk.setattr(FileCache, "_write_content", Mock(side_effect=full))
        assert "In the menu" in client.get("/ru/").text
    assert not list(tmp_path.glob("cache/*"))
    client.get("/ru/")
    kept = list(tmp_path.glob("cache/*"))
    assert kept
    for file in kept:
        file.write_bytes(b"half of a fi")
    assert "In the menu" in client.get("/ru/").text
