"""Search in a site that has nothing else of ours: runs inside the foreign site, on Django 5.2, in German."""

import sys

import django
import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.urls import reverse
from home.models import HomePage
from wagtail.models import Locale, Page, Site
from wagtail.search import index

from search.models import Document

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def home():
    """Return the site's front page; a test that commits leaves none behind."""
    if not Page.get_first_root_node():
        root = Page.add_root(title="Root", slug="root", locale=_german())
        root.add_child(instance=HomePage(title="Startseite", slug="home", locale=_german()))
        Site.objects.create(hostname="testserver", root_page=HomePage.objects.get(), is_default_site=True)
    Site.objects.update(hostname="testserver")
    return HomePage.objects.get()


def _german():
    return Locale.objects.get_or_create(language_code="de")[0]


def publish(home, title):
    page = HomePage(title=title, locale=home.locale, live=False)
    home.add_child(instance=page)
    page.save_revision().publish()
    return HomePage.objects.get(pk=page.pk)


def search(client, text):
    response = client.get(reverse("search"), {"q": text})
    assert response.status_code == 200
    return response.content.decode()


def test_this_is_the_oldest_django_that_the_plugins_run_on():
    assert django.VERSION[:2] == (5, 2)
    assert "articles" not in sys.modules
    assert "modeltranslation" not in sys.modules


def test_the_site_has_no_faults():
    call_command("check", fail_level="ERROR")
    call_command("makemigrations", check=True, dry_run=True)


def test_what_a_page_declares_for_wagtails_search_is_found(client, home, monkeypatch):
    related = index.RelatedFields("owner", [index.SearchField("first_name"), index.FilterField("email")])
    declared = [index.SearchField("seo_title", boost=3), index.SearchField("motto"), related]
    monkeypatch.setattr(HomePage, "search_fields", [*Page.search_fields, *declared])
    monkeypatch.setattr(HomePage, "motto", lambda _page: "<p>Langsam, aber <b>stetig</b></p>", raising=False)
    owner = get_user_model().objects.create(username="x", first_name="Gertrud", email="geheim@example.org")
    page = HomePage(title="Ohne Text", seo_title="Suchtitel", owner=owner, locale=home.locale)
    home.add_child(instance=page)
    for text in ("Suchtitel", "stetig", "Gertrud", "Ohne Text"):
        assert page.url in search(client, text), text
    assert page.url not in search(client, "geheim")
    document = Document.objects.get(page_id=page.pk)
    assert document.texts["lead"] == "Suchtitel"
    assert document.texts["body"] == "Langsam, aber stetig"


def test_a_published_page_is_found_with_folded_letters(client, home):
    page = publish(home, "Größere Städte am Fluß")
    publish(home, "Etwas ganz anderes")
    html = search(client, "grössere STÄDTE")
    assert page.url in html
    assert "Etwas ganz anderes" not in html


def test_a_withdrawn_page_is_not_found(client, home):
    page = publish(home, "Vergängliche Nachricht")
    assert page.url in search(client, "Vergängliche")
    page.unpublish()
    assert page.url not in search(client, "Vergängliche")


def test_a_draft_is_not_found(client, home):
    home.add_child(instance=HomePage(title="Unveröffentlicht", locale=home.locale, live=False))
    assert "<mark>" not in search(client, "Unveröffentlicht")


def test_a_rebuild_finds_the_same(client, home):
    page = publish(home, "Beständige Nachricht")
    Document.objects.all().delete()
    call_command("search_rebuild", verbosity=0)
    assert page.url in search(client, "Beständige")


@pytest.mark.parametrize("text", ["\0", '"', "((*", "x" * 50_000, "🦔", "NOT", "a AND", ""])
def test_no_query_breaks_the_page(client, home, text):
    search(client, text)
