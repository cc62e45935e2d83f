from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from django.conf.locale import LANG_INFO
from django.db import connection
from django.template import Context, Template
from django.test import RequestFactory, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from wagtail.models import Locale, Page

from chorsu_articles.models import AnalysisPage, Topic
from chorsu_locales.catalogues import register_names
from chorsu_locales.selectors import in_enabled_languages
from chorsu_locales.table import LANGUAGES, Language, add_language
from cms.languages import (
    LanguageLink,
    code_of_path,
    language_links,
    preferred_admin_code,
    preferred_code,
)
from tests.factories import days_ago, make_article, make_home, make_section, make_user
from tests.languages import newsroom_languages

pytestmark = pytest.mark.django_db


def translated(page: Page, parent: Page, **fields: Any) -> Page:
    """Add the translation of a page below another language's page."""
    values = {"title": page.title, "slug": page.slug, "locale": parent.locale, "translation_key": page.translation_key}
    return parent.add_child(instance=type(page)(**{**values, **fields}))


@pytest.fixture(scope="module")
def _kept_tree(kept_in_module) -> dict[str, Page]:
    pages: dict[str, Page] = {}
    with kept_in_module():
        for code in ("ru", "tg", "en"):
            pages[code] = make_home(code)
        pages["section ru"] = make_section(pages["ru"], slug="analitika")
        for code in ("tg", "en"):
            pages[f"section {code}"] = translated(pages["section ru"], pages[code], slug=f"tahlil-{code}")
        pages["article ru"] = make_article(pages["section ru"], slug="voda")
        pages["article tg"] = translated(pages["article ru"], pages["section tg"], slug="ob")
    return pages


@pytest.fixture
def tree(_kept_tree, db) -> Iterator[dict[str, Page]]:
    """Yield homes and a section in ru, tg, en, and an article that is live in ru and tg."""
    with newsroom_languages("ru", "tg", "en"):
        yield deepcopy(_kept_tree)


def links_of(page: Page | None, path: str, code: str) -> dict[str, LanguageLink]:
    request = RequestFactory().get(path)
    request.resolver_match = None
    with translation.override(code):
        return {link.code: link for link in language_links(request, page)}


# The address without language


def test_the_language_at_the_root():
    with newsroom_languages("ru", "tg", "en"):
        for chosen, wished, code in [
            (None, "", "ru"),
            (None, "en-GB,en;q=0.9,ru;q=0.8", "en"),
            (None, "de,fr;q=0.9", "en"),
            (None, "tg;q=0.1,ru;q=0", "tg"),
            (None, "kk-KZ", "ru"),
            (None, "*", "ru"),
            (None, "zz;;;q=x\x00", "ru"),
            (None, "en," * 5000, "en"),
            ("tg", "en", "tg"),
            ("kk", "en", "en"),
            ("../evil", "en", "en"),
        ]:
            assert preferred_code(chosen, wished) == code, wished[:20]


def test_the_root_leads_on(client):
    response = client.get("/?utm=a&x=1", headers={"Accept-Language": "tg"})
    assert response.status_code == 302
    assert response["Location"] == "/tg/?utm=a&x=1"
    assert {name.strip() for name in response["Vary"].split(",")} == {"Accept-Language", "Cookie"}
    assert not response.cookies
    assert client.post("/").status_code == 405


def test_the_chosen_language_wins_at_the_root_only(client, tree):
    assert client.get("/language/tg/")["Location"] == "/tg/"
    assert client.get("/", headers={"Accept-Language": "en"})["Location"] == "/tg/"
    before = translation.get_language()
    page = client.get("/ru/", headers={"Accept-Language": "en"})
    assert (page.status_code, page["Content-Language"]) == (200, "ru")
    assert not page.cookies
    assert "Accept-Language" not in page.get("Vary", "")
    assert translation.get_language() == before, "the active language doesn't leak"


def test_the_cookie(client):
    response = client.get("/language/tg/?next=/tg/tahlil/ob/%3Fpage%3D2", secure=True)
    assert response["Location"] == "/tg/tahlil/ob/?page=2"
    cookie = response.cookies["newsroom_language"]
    assert (cookie.value, cookie["httponly"], cookie["samesite"], cookie["secure"]) == ("tg", True, "Lax", True)
    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex, nofollow"


def test_the_choice_leads_nowhere_else(client):
    for target in (
        "https://evil.example/tg/",
        "//evil.example/tg/",
        "/\\evil.example",
        "/tg",
        "/en/x/",
        "javascript:alert(1)",
        "\x00/tg/",
        "tg/",
        "",
        "/admin/logout/",
    ):
        assert client.get("/language/tg/", {"next": target})["Location"] == "/tg/", target
    response = client.get("/language/tg/", {"next": "/tg/\r\nSet-Cookie:a=b"})
    assert response["Location"] == "/tg/%0D%0ASet-Cookie:a=b"
    assert list(response.cookies) == ["newsroom_language"]


def test_only_languages_that_exist_can_be_chosen(client):
    for code in ("xx", "de", "ru-ru", "TG"):
        response = client.get(f"/language/{code}/")
        assert response.status_code == 404
        assert not response.cookies
    with newsroom_languages("ru", "tg"):
        assert client.get("/language/en/").status_code == 404


# The language of an address


def test_only_a_prefix_decides():
    with newsroom_languages("ru", "tg"):
        assert code_of_path("/tg/x/") == code_of_path("/tg") == "tg"
        for path in ("/", "/en/", "/tg-tj/", "/TG/", "/tgx/", "//tg/", "/admin/tg/"):
            assert code_of_path(path) is None


def test_an_address_without_language_is_not_found(client, tree):
    client.cookies["django_language"] = client.cookies["newsroom_language"] = "tg"
    for path in ("/nothing/", "/analitika/", "/xx/", "/ru-ru/", "/RU/", "/feedback/nothing/"):
        response = client.get(path, headers={"Accept-Language": "tg"})
        assert response.status_code == 404, path
        assert "Accept-Language" not in response.get("Vary", "")


def test_the_admin_takes_the_browsers_language_and_keeps_the_users(client):
    wishes = {"en": "en", "tg": "ru", "ru-RU,ru": "ru", "zh": "en", "": "ru", "fa": "en"}
    for wished, code in wishes.items():
        assert preferred_admin_code(wished) == code
        response = client.get("/admin/login/", headers={"Accept-Language": wished})
        assert f'lang="{code}' in response.content.decode(), wished
        assert "Accept-Language" in response["Vary"]
    client.force_login(make_user(superuser=True))
    assert 'lang="en' in client.get("/admin/", headers={"Accept-Language": "ru"}).content.decode()


# Switched-off languages


def test_pages_of_a_switched_off_language_are_gone(client, tree):
    assert client.get("/tg/tahlil-tg/ob/").status_code == 200
    article = Page.objects.get(pk=tree["article tg"].pk)
    with newsroom_languages("ru", "en"):
        for address in ("/tg/tahlil-tg/ob/", "/tg/"):
            assert client.get(address).status_code == 404
        assert article not in in_enabled_languages(Page.objects.live())
        assert 'hreflang="tg"' not in client.get("/ru/analitika/voda/").content.decode()
    with newsroom_languages("tg"):
        assert article in in_enabled_languages(Page.objects.live())


def test_no_tree_and_no_prefix_shows_another_language(client, tree):
    lost = make_article(tree["section ru"], slug="lost")
    AnalysisPage.objects.filter(pk=lost.pk).update(locale=Locale.objects.get(language_code="tg"))
    assert client.get("/ru/analitika/lost/").status_code == 404
    with newsroom_languages("ru", "tg", "en", "kk"):
        assert client.get("/kk/").status_code == 404
        assert client.get("/kk/analitika/voda/").status_code == 404
        Page.objects.filter(pk=tree["en"].pk).update(live=False)
        assert client.get("/en/").status_code == 404


# A language that Django doesn't know


def test_a_language_of_one_row_and_one_catalogue(client, tree, tmp_path):
    folder = tmp_path / "sgh" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "django.mo").open("wb") as file:
        write_mo(file, Catalog())
    add_language(Language("sgh", "Shughni", "Хуг̌ну̊н зив", "Cyrl", fallbacks=("tg", "ru")))
    register_names()
    try:
        with override_settings(LOCALE_PATHS=[str(tmp_path)]), newsroom_languages("ru", "tg", "sgh"):
            assert client.get("/sgh/").status_code == 404, "no home page yet"
            home = make_home("sgh")
            section = translated(tree["section ru"], home, slug="tahlil")
            translated(tree["article ru"], section, title="Х̌ац", slug="xac", published_on=days_ago(1))
            html = client.get("/sgh/tahlil/xac/").content.decode()
            assert '<html lang="sgh" dir="ltr"' in html
            assert "2026-10-31" in html
            links = links_of(tree["article ru"], "/ru/analitika/voda/", "ru")
            assert (links["sgh"].name, links["sgh"].url) == ("Хуг̌ну̊н зив", "/sgh/tahlil/xac/")
            client.force_login(make_user(superuser=True))
            assert client.get(f"/admin/pages/{section.pk}/").status_code == 200
    finally:
        del LANGUAGES["sgh"], LANG_INFO["sgh"]


# The switcher


def test_links_of_an_article(tree):
    request = RequestFactory().get("/ru/analitika/voda/")
    request.resolver_match = None
    page = AnalysisPage.objects.get(pk=tree["article ru"].pk)
    with translation.override("ru"):
        page.get_url(request)  # Wagtail keeps the sites' paths on the request
        with CaptureQueriesContext(connection) as queries:
            russian, tajik, english = language_links(request, page)
    assert len(queries) == 2, [query["sql"] for query in queries]
    assert (russian.url, russian.current) == ("/ru/analitika/voda/", True)
    assert (tajik.url, tajik.available, tajik.current) == ("/tg/tahlil-tg/ob/", True, False)
    assert (english.url, english.available) == (None, False)
    assert english.alternative == "/en/tahlil-en/", "the section is the nearest thing in English"
    assert english.choose_url == "/language/en/?next=%2Fen%2Ftahlil-en%2F"


def test_drafts_and_aliases_are_no_translations(tree):
    article = Page.objects.filter(pk=tree["article tg"].pk)
    article.update(live=False)
    Page.objects.filter(pk=tree["section tg"].pk).update(live=False)
    link = links_of(tree["article ru"], "/ru/analitika/voda/", "ru")["tg"]
    assert (link.url, link.alternative) == (None, "/tg/")
    article.update(live=True, alias_of=tree["article ru"])
    assert links_of(tree["article ru"], "/ru/analitika/voda/", "ru")["tg"].url is None


def test_links_of_a_vocabulary_and_of_the_search(client, tree):
    topic = Topic.objects.create(name_ru="Вода", slug="voda")
    for code in ("ru", "tg"):
        article = tree[f"article {code}"]
        article.topics.add(topic)
        article.save()
    page = client.get("/ru/topics/voda/?page=1&utm_source=%D0%BE%D0%B1").content.decode()
    assert '/language/tg/?next=%2Ftg%2Ftopics%2Fvoda%2F"' in page
    assert "utm_source" not in page
    page = client.get("/ru/search/?page=1&q=%D0%BE%D0%B1").content.decode()
    assert "/language/tg/?next=%2Ftg%2Fsearch%2F%3Fq%3D%25D0%25BE%25D0%25B1" in page


def test_links_of_a_page_that_is_not_there(client, tree):
    links = links_of(None, "/ru/nothing/", "ru").values()
    assert [(link.url, link.alternative) for link in links] == [(None, "/ru/"), (None, "/tg/"), (None, "/en/")]
    assert "/language/tg/?next=%2Ftg%2F" in client.get("/ru/nothing/").content.decode()


def test_the_switcher_is_shown_without_script(tree):
    request = RequestFactory().get("/ru/analitika/voda/")
    with translation.override("ru"):
        html = Template("{% load reader_tags %}{% language_links as languages %}{% language_switcher %}").render(
            Context({"request": request, "page": tree["article ru"]})
        )
    assert 'href="/tg/tahlil-tg/ob/"' in html
    assert 'data-choose="/language/tg/?next=%2Ftg%2Ftahlil-tg%2Fob%2F"' in html
    assert '<span lang="tg" dir="ltr">Тоҷикӣ</span>' in html
    assert 'aria-current="true"' in html
    assert html.count("<small>") == 1, "English says that there is no translation"
