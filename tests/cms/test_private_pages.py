"""What a page that is not for every reader shows at its door, and in menus."""

from __future__ import annotations

import pytest
from django.test import Client

from chorsu_articles.models import InfoPage, SectionPage
from tests.cms.content import restrict
from tests.cms.crawl import crawl, leaks_in
from tests.factories import make_article, make_home, make_section
from tests.languages import newsroom_languages

pytestmark = pytest.mark.django_db


@newsroom_languages("ru", "tg")
def test_a_private_page_of_the_menu_is_nowhere(client, django_capture_on_commit_callbacks):
    home = make_home()
    pages = [
        home.add_child(instance=kind(title="Secretwords", slug=f"secretwords-{kind.__name__}", locale=home.locale))
        for kind in (SectionPage, InfoPage)
    ]
    menu = client.get("/ru/").text
    assert all(page.url in menu for page in pages)
    with django_capture_on_commit_callbacks(execute=True):
        for page in pages:
            restrict(page)
    assert leaks_in(crawl(client, "/ru/", "/sitemap.xml", "/ru/search/?q=secretwords")) == []


@pytest.mark.parametrize(("kind", "code", "words"), [("password", "tg", "Дастрасӣ"), ("login", "fa", "دسترسی")])
def test_the_door_of_a_private_page_speaks_the_readers_language_and_shows_nothing_of_it(client, kind, code, words):
    page = make_article(make_section(make_home(code)), title="Secret headline", lead="Secret lead")
    restrict(page, kind)
    response = client.get(page.url, follow=True)
    assert words in response.text
    assert "Secret" not in response.text
    assert 'name="robots" content="noindex"' in response.text
    address = response.context.get("action_url") or response.request["PATH_INFO"]
    assert "/_util/" in address
    assert client.post(address, {"password": "wrong", "username": "x", "return_url": "/ru/"}).status_code == 200


@pytest.mark.thorough
@pytest.mark.parametrize("member_first", [True, False])
def test_who_may_read_a_private_page_leaves_nothing_of_it_for_others(client, member_first):
    article = make_article(title="A closed matter")
    door = restrict(article, "password")
    member = Client()
    session = member.session
    session[door.passed_view_restrictions_session_key] = [door.pk]
    session.save()
    member.cookies["sessionid"] = session.session_key
    for reader in (member, client, member) if member_first else (client, member, client):
        assert ("A closed matter" in reader.get(article.url).text) == (reader is member)
