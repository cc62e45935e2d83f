"""What is not for every reader is in nothing that a reader without account can get."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.actions.create_alias import CreatePageAliasAction
from wagtail.models import PageViewRestriction

from articles.models import AnalysisPage, PublicationAuthor, PublicationTranslator
from search.services import sync
from tests.factories import make_article, make_home, make_person, make_section
from tests.reader.content import make_full_article
from tests.reader.crawl import crawl

pytestmark = [pytest.mark.sql, pytest.mark.django_db]


def restrict(page: Any, kind: str = PageViewRestriction.LOGIN) -> None:
    PageViewRestriction.objects.create(page=page, restriction_type=kind, password="open sesame")


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


@pytest.mark.parametrize("state", HIDDEN)
def test_it_is_nowhere(client: Client, state: str, django_capture_on_commit_callbacks: Any) -> None:
    home = make_home()
    open_section, section = make_section(home, title="Open", slug="open"), make_section(home)
    person = make_person()
    make_full_article(open_section, title="Related")
    article = make_full_article(section, title="Secretwords", lead="Secretwords", slug="secretwords")
    article.author_links = [PublicationAuthor(person=person)]
    article.translator_links = [PublicationTranslator(person=person)]
    article.save()
    shown = make_article(open_section, title="By the same", topics=list(article.topics.all()))
    shown.author_links = [PublicationAuthor(person=person)]
    shown.save()
    CreatePageAliasAction(article, parent=open_section, user=None).execute(skip_permission_checks=True)

    starts = ["/ru/", "/sitemap.xml", "/ru/search/?q=secretwords", "/ru/search/?q=related"]
    sync()
    assert any("secretwords" in response.text.lower() for response in crawl(client, *starts).values())

    with django_capture_on_commit_callbacks(execute=True):
        HIDDEN[state](article)
    sync()
    found = crawl(client, *starts)
    assert {"/ru/feed/", person.get_absolute_url(), shown.url, "/sitemap-ru.xml"} <= set(found)
    if state != "unpublished changes":
        reports = [f"/feedback/report/{page.pk}/" for page in (article, *article.aliases.all())]
        assert {client.get(address).status_code for address in reports} == {404}
    told = {address for address in found if "q=secretwords" in unquote(address)}  # these say what was asked
    leaks = [a for a, response in found.items() if a not in told and "secretwords" in (a + response.text).lower()]
    assert [address for address in leaks if "/_util/login/" not in address] == []
    assert client.get("/ru/search/?q=secretwords").context["answer"].total == 0
