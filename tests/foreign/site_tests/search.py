"""Search in the site of somebody else, in German, beside the package `search` that `wagtail start` makes."""

from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.template.loader import get_template
from django.urls import resolve, reverse
from home.models import HomePage
from wagtail.models import Locale, Page, Site
from wagtail.search import index

from chorsu_search.models import Document, IndexChange
from search import views as search_views

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
    response = client.get(reverse("chorsu_search:search"), {"q": text})
    assert response.status_code == 200
    return response.content.decode()


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


def test_the_database_answers_while_elasticsearch_does_not(client, home):
    page = publish(home, "Trotzdem gefunden")
    assert IndexChange.objects.filter(engine="elasticsearch", page_id=page.pk).exists()
    html = search(client, "Trotzdem")
    assert page.url in html
    assert "The full search is being repaired" in html


def test_what_the_readme_registers(client, home):
    owner = get_user_model().objects.create_user("anna", first_name="Anna", last_name="Seghers")
    page = publish(home, "Ein Ausflug")
    HomePage.objects.filter(pk=page.pk).update(owner=owner)
    assert page.url not in search(client, "Seghers")
    owner.save()  # which notes the pages of the owner
    html = search(client, "Seghers")
    assert page.url in html
    assert f'<option value="{home.pk}">Startseite (1)</option>' in html


def test_it_lives_beside_the_package_of_the_same_name(client, home, rf):
    theirs, ours = (get_template(name).origin.name for name in ("search/search.html", "chorsu_search/search.html"))
    assert Path(theirs).is_relative_to(settings.BASE_DIR)
    assert not Path(ours).is_relative_to(settings.BASE_DIR)
    assert search_views.search(rf.get("/")).template_name == "search/search.html"
    assert resolve(reverse("chorsu_search:search")).func.__module__ == "chorsu_search.views"


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
    call_command("search_rebuild", engine=["embedded"], verbosity=0)
    assert page.url in search(client, "Beständige")


@pytest.mark.parametrize("text", ["\0", '"', "((*", "x" * 50_000, "🦔", "NOT", "a AND", ""])
def test_no_query_breaks_the_page(client, home, text):
    search(client, text)
