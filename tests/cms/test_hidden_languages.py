"""A language that is not for every reader is in nothing that a reader without account gets in the others."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from wagtail.models import Page, PageViewRestriction

from chorsu_articles.models import PublicationAuthor
from chorsu_search.writing import sync
from tests.cms.content import block, item, make_full_article
from tests.cms.crawl import crawl
from tests.cms.test_hidden import leaks_in, restrict
from tests.factories import make_home, make_person, make_section

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Languages:
    """A language that will be hidden, and a page of another that tells of two of its pages."""

    hidden: int
    shown: str
    person: str
    pages: tuple[str, str]
    found: dict[str, HttpResponse]


STARTS = ["/ru/", "/sitemap.xml", "/ru/search/?q=secretwords", "/ru/search/?q=secretwords&lang=tg", "/ru/feed/"]


@pytest.fixture(scope="module")
def languages(three_languages: None, kept_in_module: Callable[[], AbstractContextManager[None]]) -> Languages:
    with kept_in_module():
        return tell_of_another_language()


def tell_of_another_language() -> Languages:
    home, other = make_home(), make_home("tg")
    section = make_section(home)
    there = make_section(other, translation_key=section.translation_key)
    person = make_person()
    shown = make_full_article(section, title="Harmless")
    translated = make_full_article(
        there, title="Secretwords", lead="Secretwords", slug="secretwords", translation_key=shown.translation_key
    )
    only_there = make_full_article(there, title="More secretwords", lead="Secretwords", slug="more-secretwords")
    pages = [translated, only_there]
    links = "".join(f'<p><a linktype="page" id="{page.pk}">As we wrote</a></p>' for page in pages)
    shown.body = [
        block("related", {"pages": [item(page.pk, f"read also {page.pk}") for page in pages]}),
        block("paragraph", links),
        block("facts", {"title": "", "items": [item(links, "fact")]}),
    ]
    for page in (shown, *pages):
        page.author_links = [PublicationAuthor(person=person)]
        page.save()
        page.save_revision().publish()
    sync()
    addresses = (translated.url, only_there.url)
    found = crawl(Client(), *STARTS)
    return Languages(other.pk, shown.url, person.get_absolute_url(), addresses, found)


def test_before_it_is_hidden_readers_find_it(languages: Languages) -> None:
    assert {languages.shown, languages.person} <= set(languages.found)
    assert len(leaks_in(languages.found)) > 4


def switch_off(settings: Any) -> None:
    settings.WAGTAIL_CONTENT_LANGUAGES = settings.LANGUAGES = [("ru", "Русский"), ("en", "English")]


@pytest.mark.parametrize(
    "state", ["private", "switched off", pytest.param("private by password", marks=pytest.mark.slow)]
)
def test_a_whole_language_is_nowhere_in_the_others(
    languages: Languages, client: Client, settings: Any, state: str, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        if state == "switched off":
            switch_off(settings)
        else:
            home = Page.objects.get(pk=languages.hidden)
            restrict(home, PageViewRestriction.LOGIN if state == "private" else PageViewRestriction.PASSWORD)
    sync()
    there = ("/tg/", "/tg/feed/", "/sitemap-tg.xml", languages.pages[0], "/tg/search/?q=secretwords")
    found = crawl(client, *STARTS, *there, lite=state == "private by password")
    assert {languages.shown, languages.person} <= set(found)
    told = [address for address in leaks_in(found) if "/_util/" not in address]
    # The form for a password leads to the light version of itself.
    assert [address for address in told if address.removesuffix("?lite=1") not in languages.pages] == []
