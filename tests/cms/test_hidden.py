"""A page that is not for every reader is in nothing that a reader without account can get."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from wagtail.actions.create_alias import CreatePageAliasAction
from wagtail.models import Page

from chorsu_articles.models import AnalysisPage, PublicationAuthor, PublicationTranslator
from chorsu_search.writing import sync
from tests.cms.cached import pages
from tests.cms.content import block, item, make_full_article, restrict
from tests.cms.crawl import crawl, leaks_in
from tests.cms.retracting import retract
from tests.factories import make_article, make_home, make_person, make_section

pytestmark = pytest.mark.django_db
__all__ = ["pages"]


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
    "password": lambda page: restrict(page, "password"),
    "private section": restrict_section,
    "withdrawn": lambda page: page.unpublish(),
    "unpublished changes": redraft,
    "scheduled": schedule,
}


@dataclass(frozen=True)
class Told:
    """A page that will be hidden, in every kind of place that tells of it, and what readers could reach before.

    ``of_tajik`` is a Russian page that tells of two Tajik ones.
    """

    article: int
    shown: str
    person: str
    translated: str
    of_tajik: str
    found: dict[str, HttpResponse]


STARTS = ["/ru/", "/sitemap.xml", "/ru/search/?q=secretwords", "/ru/search/?q=related", "/tg/"]
RUSSIAN = [*STARTS[:-1], "/ru/search/?q=otherwords&lang=tg", "/ru/feed/"]


def tells_of(*pages: Any) -> list[dict[str, Any]]:
    """Return a body that leads to pages in each way."""
    links = "".join(f'<p><a linktype="page" id="{page.pk}">As we wrote</a></p>' for page in pages)
    return [
        block("related", {"pages": [item(page.pk, f"read also {page.pk}") for page in pages]}),
        block("paragraph", links),
        block("facts", {"title": "", "items": [item(links, "fact")]}),
    ]


@pytest.fixture(scope="module")
def told(three_languages, kept_in_module) -> Told:
    with kept_in_module():
        home = make_home()
        open_section, section = make_section(home, title="Open", slug="open"), make_section(home)
        person = make_person()
        make_full_article(open_section, title="Related")
        article = make_full_article(section, title="Secretwords", lead="Secretwords", slug="secretwords")
        article.author_links = [PublicationAuthor(person=person)]
        article.translator_links = [PublicationTranslator(person=person)]
        article.save()
        shown = make_article(open_section, title="By the same", topics=list(article.topics.all()))
        shown.body = tells_of(article)
        shown.author_links = [PublicationAuthor(person=person)]
        shown.save()
        section.copy_for_translation(make_home("tg").locale).save_revision().publish()
        translated = article.copy_for_translation(make_home("tg").locale)
        translated.title = translated.lead = "Otherwords"
        translated.slug, translated.live = "otherwords", True
        translated.save_revision().publish()
        translated.refresh_from_db()
        only_tajik = make_full_article(translated.get_parent().specific, title="Thirdwords", slug="thirdwords")
        only_tajik.author_links = [PublicationAuthor(person=person)]
        only_tajik.save()
        of_tajik = make_article(open_section, title="Of Tajik pages", body=tells_of(translated, only_tajik))
        CreatePageAliasAction(article, parent=open_section, user=None).execute(skip_permission_checks=True)
        sync()
        found = crawl(Client(), *STARTS)
        return Told(article.pk, shown.url, person.get_absolute_url(), translated.url, of_tajik.url, found)


def test_before_it_is_hidden_readers_find_it(told):
    assert leaks_in(told.found)
    assert told.of_tajik in set(leaks_in(told.found, "otherwords")) & set(leaks_in(told.found, "thirdwords"))


# Those that are like another are tried in `make slow`.
LIKE_OTHERS = {"password", "scheduled"}


@pytest.mark.thorough
@pytest.mark.parametrize(
    "state", [pytest.param(each, marks=[pytest.mark.slow] if each in LIKE_OTHERS else []) for each in HIDDEN]
)
def test_it_is_nowhere(told, client, state, django_capture_on_commit_callbacks):
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
    assert client.get("/ru/search/?q=secretwords").context["results"].total == 0


@pytest.mark.parametrize("state", ["login", "switched off", pytest.param("password", marks=pytest.mark.slow)])
def test_a_whole_language_is_nowhere_in_the_others(told, client, settings, state, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        if state == "switched off":
            settings.WAGTAIL_CONTENT_LANGUAGES = settings.LANGUAGES = [("ru", "Русский"), ("en", "English")]
        else:
            restrict(make_home("tg"), state)
    sync()
    tajik = ("/tg/", "/tg/feed/", "/sitemap-tg.xml", told.translated, "/tg/search/?q=otherwords")
    found = crawl(client, *RUSSIAN, *tajik, lite=state == "password")
    assert {told.of_tajik, told.person} <= set(found)
    leaks = leaks_in(found, "otherwords") + leaks_in(found, "thirdwords")
    # The form for a password leads to the light version of itself.
    own = {f"{told.translated}{query}" for query in ("", "?lite=1")}
    assert [address for address in leaks if "/_util/" not in address and address not in own] == []


MACHINES = ["sitemap.xml", "sitemap-news.xml", "robots.txt"]
MACHINES += [f"{code}/{path}" for code in ("ru", "tg") for path in ("dzen.xml", "feed/")]
MACHINES += [f"ru/search/{path}?q=secretwords" for path in ("", "feed/", "completions/")]
MACHINES += [f"tg/search/{path}?q=otherwords" for path in ("", "feed/", "completions/")]


@pytest.mark.thorough
def test_a_retracted_article_is_in_no_language_anywhere_but_at_its_address(
    told,
    client,
    pages,
    settings,
    django_capture_on_commit_callbacks,
):
    settings.DZEN_FEED = settings.FEED_FULL_TEXT = settings.CORRECTIONS_PAGE = True
    article = AnalysisPage.objects.get(pk=told.article)
    Page.objects.filter(live=True).update(first_published_at=timezone.now())
    own = [article.url, told.translated, *(alias.url for alias in article.aliases.all())]
    kept = ["/ru/", "/tg/", "/ru/feed/", "/ru/analysis/", told.person, told.shown, *own]
    before = {address: client.get(address) for address in kept}
    # What is looked for below was there, and is kept.
    assert len(leaks_in(before)) + len(leaks_in(before, "otherwords")) >= len(kept)
    assert pages()
    with django_capture_on_commit_callbacks(execute=True):
        retract(article, ru="Числа были выдуманы.", tg="Рақамҳо бофта буданд.")
    sync()
    for _first_and_from_the_cache in range(2):
        found = {f"/{path}": client.get(f"/{path}") for path in MACHINES} | {each: client.get(each) for each in kept}
        assert {found.pop(address).status_code for address in own} == {410}
        assert leaks_in(found) == leaks_in(found, "otherwords") == []
    found = crawl(client, *STARTS, "/tg/search/?q=otherwords")
    assert not set(own) & set(found)
    # The list of corrections and retractions has headline and sentence, and leads nowhere.
    for code, words in (("ru", "Secretwords Числа были выдуманы."), ("tg", "Otherwords Рақамҳо бофта буданд.")):
        text = found.pop(f"/{code}/corrections-and-retractions/").text
        assert words in " ".join(BeautifulSoup(text, "html.parser").text.split())
        assert not any(address in text for address in own)
    assert leaks_in(found) == leaks_in(found, "otherwords") == []
    for query in ("secretwords", "otherwords", "Числа"):
        assert client.get(f"/tg/search/?q={query}&language=ru&language=tg").context["results"].total == 0
    # Its notice says nothing of the text, and leads to that list.
    for address in own:
        notice = client.get(f"{address}?lite=1").text
        assert "The river is low" not in notice
        assert "corrections-and-retractions/" in notice
