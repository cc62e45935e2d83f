"""Which pages are cached, for whom, under which address, and for how long.

What pages cache of other pages is never older than the last change that readers can see.
"""

from __future__ import annotations

import errno
import re
import time
from datetime import timedelta
from itertools import product
from unittest.mock import Mock

import pytest
from django.core.cache import caches
from django.db import OperationalError, connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import PageViewRestriction

from chorsu_articles.models import AnalysisPage
from chorsu_articles.pictures.files import picture_turn
from cms.reader import cache_version, page_cache
from cms.reader.cache_version import current_version, release
from cms.reader.caches import FileCache
from cms.settings import base
from tests.cms.cached import pages, without_caches
from tests.cms.content import block, make_full_article
from tests.factories import days_ago, make_article, make_home, make_section, make_user, signed_in

pytestmark = pytest.mark.django_db
__all__ = ["pages"]

PATHS = ["/ru/", "/ru/analysis/", "/ru/analysis/?page=2", "/ru/analysis/?topic=water", "/ru/analysis/headline/"]
PATHS += ["/ru/topics/water/", "/ru/topics/water/?page=2", "/ru/countries/tj/", "/ru/people/madina-rakhimova/"]
PATHS += ["/ru/feed/", "/ru/feed/analysis/", "/ru/topics/water/feed/"]


@pytest.fixture(scope="module")
def published(kept_in_module, media_of_module):
    with kept_in_module():
        section = make_section(make_home())
        article = make_full_article(section)
        for number in range(21):
            make_article(section, title=f"Number {number}", topics=list(article.topics.all()))
        return article.pk


@pytest.fixture
def article(published, db, pages):
    return AnalysisPage.objects.get(pk=published)


def answer(client: Client, path: str, **extra):
    """Return what a reader gets, but for the number of the request."""
    response = client.get(path, **extra)
    return response.status_code, response.content, {**response.headers, "X-Request-ID": ""}, dict(response.cookies)


@pytest.mark.thorough
def test_a_hit_is_the_same_answer_and_costs_one_query_whatever_parameters_no_view_reads(
    client, pages, article, django_assert_num_queries
):
    for number, path in enumerate(PATHS):
        with without_caches():
            uncached = answer(client, path)
        assert uncached[0] == 200, path
        tracked = path + ("&" if "?" in path else "?") + "utm_source=a&utm_medium=b&next=http://evil.example/"
        # The first who comes is, in turn, a reader of the newsletter: the page is that of the plain address.
        assert answer(client, tracked if number % 2 else path)[1] == uncached[1], path
        before = len(pages())
        with django_assert_num_queries(1):
            assert answer(client, path) == uncached, path
        with django_assert_num_queries(1):
            assert client.head(path).headers["ETag"] == uncached[2]["ETag"]
        for again in (tracked, tracked.replace("=a", "=c")):
            with django_assert_num_queries(1):
                assert answer(client, again)[1] == uncached[1], again
        assert len(pages()) == before


def test_a_parameter_of_another_view_makes_no_page_of_its_own(client, pages, article):
    plain = answer(client, article.url)
    before = len(pages())
    assert answer(client, f"{article.url}?page=7&country=tj")[1] == plain[1]
    assert answer(client, f"{article.url}?page=8")[1] == plain[1]
    assert len(pages()) == before


@pytest.mark.parametrize(
    "path",
    [
        "/ru/search/?q=headline",
        "/ru/analysis/nowhere/",
        "/ru/analysis/?page=99",
        "/sitemap-news.xml",
        "/",
        "/robots.txt",
    ],
)
def test_what_is_not_kept(client, pages, article, path):
    for _ in range(2):
        client.get(path)
    assert not pages()


def test_who_is_signed_in_gets_own_pages_and_leaves_none(client, pages, article):
    editor = signed_in(make_user(superuser=True))
    own = editor.get(article.url)
    assert "wagtail-userbar" in own.text
    assert "private" in own.headers["Cache-Control"]
    assert not pages()
    for _ in range(2):
        assert "wagtail-userbar" not in client.get(article.url).text
    assert "wagtail-userbar" in editor.get(article.url).text


def test_a_preview_is_not_kept(client, pages, article, rf):
    article.title = "A secret draft"
    request = rf.get("/admin/", headers={"host": "localhost"})
    for mode in ("", None):
        assert "A secret draft" in article.make_preview_request(request, mode).text
    assert not pages()
    assert "A secret draft" not in client.get(article.url, headers={"host": "localhost"}).text


def test_a_page_that_becomes_private_is_asked_for_at_once_and_its_form_is_not_kept(client, pages, article):
    assert client.get(article.url).status_code == 200
    before = pages()
    PageViewRestriction.objects.create(page=article, restriction_type="password", password="open")
    tokens = {re.search('csrfmiddlewaretoken" value="([^"]+)', client.get(article.url).text)[1] for _ in range(2)}
    assert len(tokens) == 2
    assert pages() == before


def test_each_host_and_scheme_has_its_own_pages(client, pages, article):
    addresses = list(product(("one.example", "two.example", "one.example:8000"), ("http", "https")))
    for host, scheme in addresses * 2:
        text = client.get(article.url, headers={"host": host}, secure=scheme == "https").text
        assert set(re.findall(r'rel="canonical" href="(.*?)/ru/', text)) == {f"{scheme}://{host}"}
    assert len(pages()) == 6
    for host in ("One.example", "one.example:80", "one.example."):
        client.get(article.url, headers={"host": host})
    assert len(pages()) == 6


def test_validators_hold_for_hits_and_misses(client, article, django_assert_num_queries):
    with without_caches():
        etag = client.get(article.url).headers["ETag"]
    again = client.get(article.url, headers={"if-none-match": etag})
    assert (again.status_code, again.content) == (304, b"")
    with django_assert_num_queries(1):
        again = client.get(article.url, headers={"if-none-match": etag})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", etag)
    assert again.headers["Content-Security-Policy"]
    article.title = "A better headline"
    article.save_revision().publish()
    assert client.get(article.url, headers={"if-none-match": etag}).status_code == 200


def test_no_page_is_kept_past_the_moment_that_changes_it(client, article, monkeypatch):
    home = make_home()
    now = timezone.now()
    until = now + timedelta(seconds=40)
    lead = {"story": article.pk, "until": until.isoformat(), "with_latest": False}
    home.arrangement = [block("lead", lead, "lead")]
    home.save_revision().publish()
    for _ in range(2):
        response = client.get("/ru/")
        assert "card-lead" in response.text
        seconds = [int(number) for number in re.findall(r"(?:s-maxage|revalidate)=(\d+)", response["Cache-Control"])]
        assert len(seconds) == 2
        assert 0 < sum(seconds) <= 40
    before = client.get("/ru/").text
    monkeypatch.setattr(timezone, "now", lambda: until + timedelta(seconds=1))
    with without_caches():
        after = client.get("/ru/").text
    assert after != before
    assert client.get("/ru/").text == after


def test_drafts_and_what_is_rolled_back_make_nothing_old(article, django_capture_on_commit_callbacks):
    section = article.get_parent().specific
    draft = make_article(section, title="A draft", live=False)
    version = current_version()
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        make_article(section, published_on=days_ago(1))
        transaction.set_rollback(True)
    for page in (article, draft):
        page.title = "A better headline"
        page.save_revision()
    draft.save()
    assert current_version() == version
    draft.get_latest_revision().publish()
    published = current_version()
    assert published != version
    draft.refresh_from_db()
    draft.unpublish()
    assert current_version() != published


def test_what_stands_below_a_page_that_is_not_live_changes_its_address_with_it(client, article):
    section = article.get_parent().specific
    section.live = False
    section.save()
    assert client.get("/ru/analysis/headline/").status_code == 200
    section.slug = "other"
    section.save()
    assert client.get("/ru/analysis/headline/").status_code == 404
    assert client.get("/ru/other/headline/").status_code == 200


def test_a_page_with_the_original_in_place_of_a_size_is_not_kept(client, pages, article):
    with picture_turn(1):
        assert "original_images" in client.get(article.url).text
    assert not pages()
    assert "original_images" not in client.get(article.url).text.split("<main")[1]


def test_another_release_shows_no_page_of_the_one_before(client, article, monkeypatch, django_assert_num_queries):
    client.get(article.url)
    with django_assert_num_queries(1):
        client.get(article.url)
    monkeypatch.setenv("FEED_FULL_TEXT", "1")
    release.cache_clear()
    try:
        with CaptureQueriesContext(connection) as queries:
            client.get(article.url)
        assert len(queries) > 1
    finally:
        monkeypatch.undo()
        release.cache_clear()


def test_who_renders_may_die_and_others_render_for_themselves(client, pages, article, monkeypatch):
    monkeypatch.setattr(page_cache, "WAIT", 0.1)
    monkeypatch.setattr(type(caches["pages"]), "add", lambda *_args, **_options: False)
    monkeypatch.setattr(type(caches["pages"]), "has_key", lambda *_args, **_options: True)
    assert client.get(article.url).status_code == 200
    assert len(pages()) == 1


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


def test_while_the_database_is_away_readers_get_what_is_kept_and_otherwise_a_sentence(client, article, monkeypatch):
    readers = Client(raise_request_exception=False)
    kept = answer(readers, article.url)
    with monkeypatch.context() as away:
        away.setattr(BaseDatabaseWrapper, "cursor", Mock(side_effect=OperationalError("connection refused")))
        # Of the connection itself: what stands for it can't give attributes back.
        away.setattr(connections["default"], "in_atomic_block", False)
        away.setattr(connections["default"], "vendor", "postgresql")
        assert answer(readers, article.url) == kept
        for path in ("/ru/topics/water/?page=2", "/ru/analysis/?page=2"):
            found = readers.get(path)
            assert (found.status_code, found.headers["Retry-After"]) == (503, "10")
            assert "База данных редакции сейчас недоступна" in found.text
            assert "Ничего не сохранено" not in found.text
        # Another server may have taken it down meanwhile.
        away.setattr(cache_version, "_last", [current_version(), time.time() - cache_version.AWAY_SECONDS])
        assert readers.get(article.url).status_code == 503
    assert answer(readers, article.url) == kept
