"""Search in the site of somebody else, in German, beside the package `search` that `wagtail start` makes."""

import io
import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.template.loader import get_template, render_to_string
from django.urls import resolve, reverse
from django.utils import timezone
from home.models import HomePage
from wagtail.models import Locale, Page, Site
from wagtail.search import index
from wagtail.users.models import UserProfile

from chorsu_search.models import Document, IndexChange, QueryCount
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


def search(client, text, **parameters):
    response = client.get(reverse("chorsu_search:search"), {"q": text, **parameters})
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
    document = Document.objects.get(pk=page.pk)
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


@pytest.fixture
def anna():
    """Return a user with a picture."""
    user = get_user_model().objects.create_user("anna", first_name="Anna", last_name="Seghers")
    UserProfile.objects.create(user=user, avatar="anna.png")
    return user


def test_what_the_readme_registers(client, home, anna):
    page = publish(home, "Ein Ausflug")
    other = publish(home, "Ein zweiter Ausflug")
    HomePage.objects.filter(pk=page.pk).update(owner=anna)
    assert page.url not in search(client, "Seghers")
    anna.save()  # which notes the pages of the owner
    assert page.url in search(client, "Seghers")
    html = search(client, "Ausflug")
    assert f'<option value="{home.translation_key}">Startseite (2)</option>' in html
    assert f'<option value="{anna.pk}">Anna Seghers (1)</option>' in html
    assert "<span>Startseite</span>" in html
    assert html.count("/media/anna.png") == 1
    narrowed = search(client, "Ausflug", author=anna.pk)
    assert page.url in narrowed
    assert other.url not in narrowed


def test_a_name_is_answered_and_completed(client, home, anna):
    HomePage.objects.filter(pk=home.pk).update(owner=anna, title="Reisen")
    publish(home, "Ein Ausflug")
    html = search(client, "REISEN")
    answer = html[html.index("chorsu-search__answers") : html.index("</ul>", html.index("chorsu-search__answers"))]
    assert f'<a href="{home.url}">Reisen</a>' in answer
    assert "/media/anna.png" in answer
    found = client.get(reverse("chorsu_search:completions"), {"q": "rei"}).json()["found"]
    assert ("Reisen", home.url, "Abschnitt") in [(item["text"], item["url"], item["kind"]) for item in found]
    found = client.get(reverse("chorsu_search:completions"), {"q": "ausf"}).json()["found"]
    assert [item["text"] for item in found] == ["Ein Ausflug"]
    field = render_to_string("home/search_field.html")
    assert f'data-completions="{reverse("chorsu_search:completions")}"' in field
    assert "chorsu_search/completions.css" in field


def test_a_search_is_a_feed(client, home):
    page = publish(home, "Ein Ausflug")
    feed = client.get(reverse("chorsu_search:feed"), {"q": "ausflug"}).content.decode()
    assert page.url in feed
    assert "<title>Ein Ausflug</title>" in feed


def test_editors_see_what_readers_look_for(client, home):
    search(client, "Murmeltier")
    QueryCount.objects.update(day=timezone.localdate() - timedelta(days=4))
    editor = get_user_model().objects.create_superuser("chefin", "chefin@example.org", "x")
    UserProfile.objects.create(user=editor, preferred_language="ru")
    client.force_login(editor)
    html = client.get(reverse("chorsu_search_queries")).content.decode()
    assert "murmeltier" in html
    assert "Что ищут читатели" in html


def test_the_index_is_compared_and_mended(client, home):
    page = publish(home, "Ein Ausflug")
    Document.objects.filter(pk=page.pk).delete()
    with pytest.raises(CommandError):
        call_command("search_check", engine=["embedded"], verbosity=0)
    call_command("search_check", engine=["embedded"], repair=True, verbosity=0)
    assert page.url in search(client, "Ausflug")


def test_the_tokens_of_a_language_are_printed(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("Größere Städte\n"))
    out = io.StringIO()
    call_command("search_analyze", "de", stdout=out)
    assert json.loads(out.getvalue()) == ["grossere", "stadte"]


def test_it_lives_beside_the_package_of_the_same_name(client, home, rf):
    theirs, ours = (get_template(name).origin.name for name in ("search/search.html", "chorsu_search/search.html"))
    assert Path(theirs).is_relative_to(settings.BASE_DIR)
    assert not Path(ours).is_relative_to(settings.BASE_DIR)
    assert search_views.search(rf.get("/")).template_name == "search/search.html"
    assert resolve(reverse("search")).func is search_views.search
    assert resolve(reverse("chorsu_search:search")).func.__module__ == "chorsu_search.views"
