"""The pieces of pages that are kept: no longer than they are right, and for nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone, translation
from wagtail.models import PageViewRestriction, Site

from cms.reader.freshness import page_cache
from tests.factories import days_ago, make_article, make_home, make_section
from tests.reader.content import block, make_full_article

pytestmark = pytest.mark.django_db


def lead_of(client: Client) -> str:
    return BeautifulSoup(client.get("/ru/").content, "html.parser").select_one(".card-lead .headline").text


def test_a_kept_front_page_gives_its_lead_up_when_its_time_is_over(client, monkeypatch):
    home = make_home()
    section = make_section(home)
    pinned = make_article(section, title="Pinned", published_on=days_ago(3))
    make_article(section, title="Newest", published_on=days_ago(1))
    until = timezone.now() + timedelta(hours=1)
    home.arrangement = [block("lead", {"story": pinned.pk, "until": until.isoformat(), "with_latest": False})]
    home.save_revision().publish()
    assert [lead_of(client), lead_of(client)] == ["Pinned", "Pinned"]
    monkeypatch.setattr(timezone, "now", lambda: until + timedelta(seconds=1))
    assert lead_of(client) == "Newest"


def test_a_kept_piece_holds_no_address_of_another_host(client, settings):
    Site.objects.update(hostname="newsroom.example")
    article = make_full_article()
    path = article.relative_url(None)
    for host in ("newsroom.example", "other.example", "newsroom.example", "other.example"):
        head = BeautifulSoup(client.get(path, headers={"host": host}).content, "html.parser").head
        assert head.select_one("link[rel=canonical]")["href"] == f"http://{host}{path}"


def test_parameters_of_a_list_change_what_is_kept_of_nothing(client):
    section = make_section(make_home())
    for number in range(25):
        make_article(section, title=f"Story {number}", published_on=days_ago(number))
    path = section.get_url()
    first = client.get(path).content
    second = client.get(f"{path}?page=2").content
    assert b"Story 24" in second
    assert b"Story 24" not in first
    assert client.get(path).content == first
    assert client.get(f"{path}?page=2").content == second


@pytest.mark.parametrize("member_first", [True, False])
def test_of_a_private_page_nothing_is_kept_for_those_who_may_not_see_it(client, member_first):
    Site.objects.update(hostname="testserver")
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


def test_addresses_with_any_port_fill_nothing(client, rf):
    path = make_full_article().get_url()
    Site.objects.update(hostname="testserver")

    def kept() -> set[str]:
        with translation.override("ru"):
            return set(page_cache(rf.get(path)).values["own"])

    client.get(path)
    pieces = kept()
    for port in range(5000, 5003):
        answer = client.get(path, headers={"host": f"testserver:{port}"})
        assert f"http://testserver:{port}{path}" in answer.text
    assert any("http://testserver" in name for name in pieces)
    assert kept() == pieces
