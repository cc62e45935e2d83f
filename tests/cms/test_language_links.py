"""Links to other languages lead to what readers can read, whatever state a translation is in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import transaction
from django.test import Client
from wagtail.models import PageViewRestriction

from chorsu_articles.models import AnalysisPage, PublicationTranslator
from tests.cms.content import make_full_article, make_full_event, soup_of
from tests.factories import make_article, make_home, make_section

pytestmark = pytest.mark.django_db


@pytest.fixture
def article() -> AnalysisPage:
    return make_article(make_section(make_home()), title="Original")


@pytest.fixture
def translation(article) -> AnalysisPage:
    section = make_section(make_home("tg"), translation_key=article.get_parent().translation_key)
    made = make_article(section, title="Secretwords", slug="secretwords", translation_key=article.translation_key)
    made.save_revision().publish()
    made.refresh_from_db()
    return made


def restrict(page: Any) -> None:
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)


STATES: dict[str, Callable[[AnalysisPage], Any]] = {
    "withdrawn": lambda page: page.unpublish(),
    "private": restrict,
    "in a private section": lambda page: restrict(page.get_parent()),
    "deleted": lambda page: page.delete(),
}


def offered(client: Client, page: AnalysisPage) -> tuple[list[str], list[str], str]:
    """Return the languages of the head, those below the byline, and where the switcher leads for Tajik."""
    soup = soup_of(client, page.url)
    heads = [link["hreflang"] for link in soup.select("link[rel=alternate][hreflang]:not([hreflang=x-default])")]
    switcher = soup.select_one(".languages-list a[hreflang=tg]")
    return heads, [link["hreflang"] for link in soup.select(".read-in a")], switcher["href"]


def test_a_translation_that_nobody_can_read_is_not_offered(
    client, article, translation, django_capture_on_commit_callbacks
):
    heads, below, leads = offered(client, article)
    assert (sorted(heads), below, "secretwords" in leads) == (["ru", "tg"], ["tg"], True)
    for state, hide in STATES.items():
        with transaction.atomic():
            with django_capture_on_commit_callbacks(execute=True):
                hide(AnalysisPage.objects.get(pk=translation.pk))
            heads, below, leads = offered(client, article)
            assert (heads, below, "secretwords" in leads) == (["ru"], [], False), state
            assert leads == ("/tg/" if state == "in a private section" else "/tg/analysis/"), state
            assert client.get(leads, follow=True).status_code == 200
            assert "secretwords" not in client.get("/sitemap-ru.xml").text + client.get("/sitemap-tg.xml").text, state
            transaction.set_rollback(True)


def test_a_name_is_offered_in_the_languages_that_have_something_of_it(client):
    person = make_full_article(make_section(make_home())).author_links.first().person
    make_full_event(make_section(make_home(), "events"))
    make_article(make_section(make_home("tg"))).topics.set([])
    # Who only translated has a page of translations.
    tajik = make_article(make_section(make_home("fa")), title="Headline")
    tajik.translator_links = [PublicationTranslator(person=person)]
    tajik.save()
    for row in ("topics/water", "countries/tj", "organisations/institute", f"people/{person.slug}"):
        here = {"ru", "fa"} if row.startswith("people") else {"ru"}
        for code in ("ru", "tg", "fa"):
            response = client.get(f"/{code}/{row}/")
            soup = BeautifulSoup(response.content, "html.parser")
            heads = {link["hreflang"] for link in soup.select("link[rel=alternate][hreflang]")} - {"x-default"}
            switcher = {a["hreflang"] for a in soup.select(".languages-list a") if a["href"].endswith(f"/{row}/")}
            assert heads == switcher == here, (code, row)
            assert response.headers.get("X-Robots-Tag") == (None if code in here else "noindex"), (code, row)
