"""The worker asks for what most readers come to, so that the first of them doesn't wait."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from wagtail.models import PageViewRestriction, Site

from chorsu_articles.pictures.files import picture_turn
from cms.reader import page_cache
from cms.reader.page_cache import Warming, addresses
from tests.cms.cached import pages, without_whole_pages
from tests.cms.content import make_full_article
from tests.factories import make_article, make_event, make_home, make_section

pytestmark = pytest.mark.django_db
__all__ = ["pages"]


@pytest.fixture
def newsroom(pages):
    sections = [make_section(make_home(code)) for code in ("ru", "tg")]
    articles = [make_article(section, title="Headline", last_published_at=timezone.now()) for section in sections]
    # The host of the test's client.
    Site.objects.update(hostname="testserver")
    Site.objects.get().save()
    return articles


def warming_all() -> Warming:
    """Return what asks for all pages in one run, however busy the machine is: its clock stands still."""
    return Warming(clock=lambda: 0.0)


def asked_in(warmed: Warming, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return which addresses a run of the worker asks for."""
    asked: list[str] = []
    ask = page_cache._ask
    monkeypatch.setattr(page_cache, "_ask", lambda address: [asked.append(address), ask(address)][1])
    warmed.run()
    monkeypatch.setattr(page_cache, "_ask", ask)
    return [address.removeprefix("http://testserver") for address in asked]


def test_no_reader_waits_for_front_pages_sections_and_what_was_published(client, newsroom, django_assert_num_queries):
    warmed = warming_all()
    assert warmed.run() == 6
    with django_assert_num_queries(1):
        assert warmed.run() == 0
    for path in ("/ru/", "/tg/", "/ru/analysis/", "/tg/analysis/", *(page.get_url() for page in newsroom)):
        with django_assert_num_queries(1):
            assert client.get(path).status_code == 200, path


def test_nothing_is_made_where_no_page_is_kept(newsroom, django_assert_num_queries):
    with without_whole_pages(), django_assert_num_queries(0):
        assert warming_all().run() == 0


@pytest.mark.thorough
def test_what_was_published_last_comes_before_sections_and_older_things(newsroom, monkeypatch):
    monkeypatch.setattr(page_cache, "NEWEST", 1)
    newsroom[0].save_revision().publish()
    assert asked_in(warming_all(), monkeypatch) == [
        "/ru/",
        "/tg/",
        newsroom[0].get_url(),
        "/ru/analysis/",
        "/tg/analysis/",
    ]


def test_other_sweeps_have_their_turn_and_it_begins_anew_when_something_changes_meanwhile(newsroom, monkeypatch):
    # A second and more passes with each page.
    warmed = Warming(clock=count(step=page_cache.TURN_SECONDS).__next__)
    assert asked_in(warmed, monkeypatch) == ["/ru/"]
    assert asked_in(warmed, monkeypatch) == ["/tg/"]
    newsroom[0].save_revision().publish()
    assert asked_in(warmed, monkeypatch) == ["/ru/"]
    assert sum(iter(warmed.run, 0)) == 5


def test_private_pages_drafts_and_hidden_languages_are_not_asked_for(newsroom, settings):
    PageViewRestriction.objects.create(page=newsroom[0], restriction_type=PageViewRestriction.PASSWORD, password="x")
    newsroom[1].unpublish()
    settings.WAGTAIL_CONTENT_LANGUAGES = settings.LANGUAGES = [("ru", "Русский"), ("en", "English")]
    assert [address.removeprefix("http://testserver") for address in addresses()] == ["/ru/", "/ru/analysis/"]


def test_a_page_that_time_changes_is_made_again_at_that_moment(newsroom, monkeypatch):
    tomorrow = timezone.localdate() + timedelta(days=1)
    make_event(make_section(make_home(), "events"), title="Ahead", starts_on=tomorrow, ends_on=tomorrow)
    warmed = warming_all()
    asked = warmed.run()
    assert warmed.holds_until is not None
    assert warmed.run() == 0
    warmed.holds_until = timezone.now()
    assert warmed.run() == asked


@pytest.mark.thorough
@pytest.mark.usefixtures("media_of_module")
def test_a_page_with_the_original_in_place_of_a_size_is_made_again_soon(
    client, newsroom, monkeypatch, django_assert_num_queries
):
    article = make_full_article(newsroom[0].get_parent(), title="With pictures", last_published_at=timezone.now())
    warmed = warming_all()
    with picture_turn(1):
        assert warmed.run() == 7
    assert warmed.holds_until is not None
    assert warmed.holds_until <= timezone.now() + page_cache.SOON
    warmed.holds_until = timezone.now()
    warmed.run()
    with django_assert_num_queries(1):
        assert client.get(article.get_url()).status_code == 200


def test_the_site_is_asked_by_its_own_address(newsroom, settings, django_assert_num_queries):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SECURE_SSL_REDIRECT = True
    settings.ALLOWED_HOSTS = ["newsroom.example"]
    site = Site.objects.get()
    site.hostname, site.port = "newsroom.example", 443
    site.save()
    call_command("warm_pages")
    reader = Client(headers={"host": "newsroom.example", "x-forwarded-proto": "https"})
    with django_assert_num_queries(1):
        assert reader.get("/ru/").status_code == 200
