"""A page that is not for every reader is in nothing that a reader without account can get."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from wagtail.actions.create_alias import CreatePageAliasAction
from wagtail.models import PageViewRestriction

from chorsu_articles.models import AnalysisPage, PublicationAuthor, PublicationTranslator
from chorsu_search.writing import sync
from tests.factories import make_article, make_home, make_person, make_section
from tests.reader.content import block, item, make_full_article
from tests.reader.crawl import crawl
from tests.reader.test_private_pages import leaks_in, restrict

pytestmark = pytest.mark.django_db  # lists on PostgreSQL: test_selectors.py, test_withheld_names.py


def redraft(page: AnalysisPage) -> None:
    """Leave what is harmless live, and the secret in a draft."""
    page.aliases.all().delete()
    page.save_revision()
    page.title, page.lead, page.slug = "Harmless", "Harmless", "harmless"
    page.save()


def schedule(page: AnalysisPage) -> None:
    page.unpublish()
    page.go_live_at = timezone.now() + timedelta(days=1)
    page.save_revision(approved_go_live_at=page.go_live_at).publish()


def restrict_section(page: AnalysisPage) -> None:
    """Wagtail has an alias in an open section be public: somebody put it there to be read."""
    page.aliases.all().delete()
    restrict(page.get_parent())


HIDDEN: dict[str, Callable[[AnalysisPage], Any]] = {
    "login": restrict,
    "password": lambda page: restrict(page, PageViewRestriction.PASSWORD),
    "private section": restrict_section,
    "withdrawn": lambda page: page.unpublish(),
    "unpublished changes": redraft,
    "scheduled": schedule,
}


@dataclass(frozen=True)
class Told:
    """A page that will be hidden, in every kind of place that tells of it, and what readers could reach before."""

    article: int
    shown: str
    person: str
    translated: str
    found: dict[str, HttpResponse]


STARTS = ["/ru/", "/sitemap.xml", "/ru/search/?q=secretwords", "/ru/search/?q=related", "/tg/"]


@pytest.fixture(scope="module")
def told(three_languages: None, kept_in_module: Callable[[], AbstractContextManager[None]]) -> Told:
    with kept_in_module():
        return tell()


def tell() -> Told:
    home = make_home()
    open_section, section = make_section(home, title="Open", slug="open"), make_section(home)
    person = make_person()
    make_full_article(open_section, title="Related")
    article = make_full_article(section, title="Secretwords", lead="Secretwords", slug="secretwords")
    article.author_links = [PublicationAuthor(person=person)]
    article.translator_links = [PublicationTranslator(person=person)]
    article.save()
    shown = make_article(open_section, title="By the same", topics=list(article.topics.all()))
    shown.body = [
        block("related", {"pages": [item(article.pk, "read also")]}),
        block("paragraph", f'<p><a linktype="page" id="{article.pk}">As we wrote</a></p>'),
        block("facts", {"title": "", "items": [item(f'<p><a linktype="page" id="{article.pk}">More</a></p>', "fact")]}),
    ]
    shown.author_links = [PublicationAuthor(person=person)]
    shown.save()
    section.copy_for_translation(make_home("tg").locale).save_revision().publish()
    translated = article.copy_for_translation(make_home("tg").locale)
    translated.title, translated.lead, translated.slug, translated.live = "Translated", "Translated", "translated", True
    translated.save_revision().publish()
    translated.refresh_from_db()
    CreatePageAliasAction(article, parent=open_section, user=None).execute(skip_permission_checks=True)
    sync()
    return Told(article.pk, shown.url, person.get_absolute_url(), translated.url, crawl(Client(), *STARTS))


def test_before_it_is_hidden_readers_find_it(told: Told) -> None:
    assert any("secretwords" in response.text.lower() for response in told.found.values())


# Those that are like another are tried in `make slow`.
LIKE_OTHERS = {"password", "scheduled"}


@pytest.mark.parametrize(
    "state", [pytest.param(each, marks=[pytest.mark.slow] if each in LIKE_OTHERS else []) for each in HIDDEN]
)
def test_it_is_nowhere(told: Told, client: Client, state: str, django_capture_on_commit_callbacks: Any) -> None:
    article = AnalysisPage.objects.get(pk=told.article)
    with django_capture_on_commit_callbacks(execute=True):
        HIDDEN[state](article)
    sync()
    found = crawl(client, *STARTS, lite=state == "withdrawn")
    assert {"/ru/feed/", told.person, told.shown, told.translated, "/sitemap-ru.xml"} <= set(found)
    if state != "unpublished changes":
        reports = [f"/feedback/report/{page.pk}/" for page in (article, *article.aliases.all())]
        assert {client.get(address).status_code for address in reports} == {404}
    assert [address for address in leaks_in(found) if "/_util/login/" not in address] == []
    assert client.get("/ru/search/?q=secretwords").context["answer"].total == 0
