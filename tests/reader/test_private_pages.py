"""What is not for every reader is in nothing that a reader without account can get."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import pytest
from django.http import HttpResponse
from django.test import Client
from wagtail.models import PageViewRestriction

from chorsu_articles.models import InfoPage, SectionPage
from tests.factories import make_article, make_home, make_section
from tests.languages import newsroom_languages
from tests.reader.content import make_full_article
from tests.reader.crawl import crawl

pytestmark = pytest.mark.django_db  # lists on PostgreSQL: test_selectors.py, test_withheld_names.py


def restrict(page: Any, kind: str = PageViewRestriction.LOGIN) -> None:
    PageViewRestriction.objects.create(page=page, restriction_type=kind, password="open sesame")


def leaks_in(found: dict[str, HttpResponse]) -> list[str]:
    """Return the addresses that tell of the secret; what was asked with it only says what was asked."""
    told = {address for address in found if "q=secretwords" in unquote(address)}
    return [a for a, response in found.items() if a not in told and "secretwords" in (a + response.text).lower()]


@newsroom_languages("ru", "tg")
def test_a_private_page_of_the_menu_is_nowhere(client: Client, django_capture_on_commit_callbacks: Any) -> None:
    home = make_home()
    pages = [
        home.add_child(instance=kind(title="Secretwords", slug=f"secretwords-{kind.__name__}", locale=home.locale))
        for kind in (SectionPage, InfoPage)
    ]
    make_full_article(make_section(home, title="Open", slug="open"))
    menu = client.get("/ru/").text
    assert all(page.url in menu for page in pages)
    with django_capture_on_commit_callbacks(execute=True):
        for page in pages:
            restrict(page)
    found = crawl(client, "/ru/", "/sitemap.xml", "/ru/search/?q=secretwords")
    assert leaks_in(found) == []


@pytest.mark.parametrize("kind", [PageViewRestriction.LOGIN, PageViewRestriction.PASSWORD])
def test_the_form_that_a_private_page_asks_with_is_there(client: Client, kind: str) -> None:
    home = make_home()
    restrict(home, kind)
    answer = client.get("/ru/", follow=True)
    address = answer.context.get("action_url") or answer.request["PATH_INFO"]
    assert "/_util/" in address
    assert client.post(address, {"password": "wrong", "username": "x", "return_url": "/ru/"}).status_code == 200


@pytest.mark.parametrize(("kind", "door"), [("password", "id_password"), ("login", "id_username")])
@pytest.mark.parametrize("code", ["tg", "fa"])
def test_the_door_of_a_private_page_speaks_the_readers_language_and_shows_nothing_of_it(
    client: Client, code: str, kind: str, door: str
) -> None:
    page = make_article(make_section(make_home(code)), title="Secret headline", lead="Secret lead")
    restrict(page, kind)
    response = client.get(page.url, follow=True)
    text = response.content.decode()
    assert response.status_code == 200
    assert door in text
    assert {"tg": "Дастрасӣ маҳдуд аст", "fa": "دسترسی محدود است"}[code] in text
    assert "Secret" not in text
    assert 'name="robots" content="noindex"' in text


@pytest.mark.parametrize("member_first", [True, False])
def test_who_may_read_a_private_page_leaves_nothing_of_it_for_others(client, member_first):
    article = make_full_article(title="A closed matter", search_description="What nobody should know")
    door = PageViewRestriction.objects.create(
        page=article, restriction_type=PageViewRestriction.PASSWORD, password="open sesame"
    )
    member = Client()
    session = member.session
    session[door.passed_view_restrictions_session_key] = [door.pk]
    session.save()
    member.cookies["sessionid"] = session.session_key
    for reader in (member, client, member) if member_first else (client, member, client):
        text = reader.get(article.get_url()).content.decode()
        assert ("What nobody should know" in text) == (reader is member)
        assert ("A closed matter" in text) == (reader is member)
