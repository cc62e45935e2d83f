"""The search page: what readers get, and what they can't break."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page, PageViewRestriction, Site

from chorsu_articles.models import (
    Country,
    HomePage,
    InfoPage,
    Publication,
    PublicationAuthor,
    PublicationTranslator,
    SectionPage,
    Topic,
)
from chorsu_search import registry
from chorsu_search.documents import roots_of_site
from chorsu_search.engines import get_breaker, get_engine
from chorsu_search.engines.base import EngineUnavailableError
from chorsu_search.writing import sync
from tests.factories import days_ago, make_article, make_event, make_home, make_person, make_section
from tests.search.stubborn import EMBEDDED, elasticsearch_at

pytestmark = pytest.mark.django_db
BROKEN = elasticsearch_at("http://127.0.0.1:9", SEARCH_TIMEOUT=1)


def ask(client: Client, q: str = "", language: str = "ru", **parameters: str) -> Any:
    """Return the search page's answer after everything was indexed."""
    sync()
    return client.get(f"/{language}/search/", {"q": q, **parameters})


def titles(response: Any) -> list[str]:
    return [item.page.title for item in response.context["results"].found]


def counts(response: Any) -> dict[str, dict[str, int]]:
    """Return the filters that the page shows: their names, and what readers see of each choice."""
    filters = response.context["results"].filters
    return {item.name: {choice.label: choice.count for choice in item.choices} for item in filters}


def test_shows_an_article_with_its_words_marked(client):
    article = make_article(title="Водный режим <b>", lead="Переговоры о распределении воды идут с весны.")
    response = ask(client, "вода переговорам")
    html = response.content.decode()
    assert "Водный режим &lt;b&gt;" in html
    assert "<mark>Переговоры</mark> о распределении <mark>воды</mark> идут" in html
    # A reader's report of a typo in the headline is about the article.
    assert f'<li data-page-id="{article.pk}"' in html
    assert html.count('data-content-path="title">') == 1
    assert response.headers["X-Robots-Tag"] == "noindex, follow"


def test_only_reading_is_allowed_and_no_cookie_set(client):
    make_article(title="Газ")
    assert not ask(client, "газ").cookies
    assert client.post("/ru/search/", {"q": "газ"}).status_code == 405
    assert client.head("/ru/search/").status_code == 200
    assert len(client.get("/ru/search/", {"q": "газ" * 3_000}).content) < 60_000, "a long query makes no long page"


def test_drafts_private_and_switched_off_pages_never_appear(client, settings):
    make_article(title="Черновик о газе", live=False)
    private = make_article(title="Закрытый газ")
    open_page = make_article(title="Газ для всех")
    make_article(make_section(make_home("kk")), title="Газ")
    assert set(titles(ask(client, "газ"))) == {"Закрытый газ", "Газ для всех"}
    # Not yet indexed again: the question itself must not show them.
    PageViewRestriction.objects.create(page=private, restriction_type=PageViewRestriction.LOGIN)
    response = client.get("/ru/search/", {"q": "газ"})
    assert (titles(response), response.context["results"].total) == (["Газ для всех"], 1)
    type(open_page).objects.filter(pk=open_page.pk).update(live=False)
    assert titles(client.get("/ru/search/", {"q": "газ"})) == []
    settings.WAGTAIL_CONTENT_LANGUAGES = settings.LANGUAGES = [("ru", "Русский")]
    assert titles(client.get("/ru/search/", {"q": "газ", "language": "all"})) == []


def test_a_page_that_was_put_into_another_language_is_not_shown_in_the_old_one(client):
    article = make_article(title="Газ")
    sync()
    tajik = make_home("tg")
    type(article).objects.filter(pk=article.pk).update(locale=tajik.locale)
    assert titles(client.get("/ru/search/", {"q": "газ"})) == []


def test_filters_by_section_country_and_year(client):
    country, _ = Country.objects.update_or_create(
        code="TJ", defaults={"name_ru": "Таджикистан", "name_tg": "Тоҷикистон"}
    )
    section = make_section(title="Анализ")
    topic = Topic.objects.create(name_ru="Энергетика")
    make_article(section, title="Газ в горах", published_on=days_ago(0), countries=[country], topics=[topic])
    make_event(
        make_section(kind="events", title="События"), title="Газ на столе", country=country, published_on=days_ago(400)
    )
    filters = counts(ask(client, "газ"))
    assert filters["section"] == {"Анализ": 1, "События": 1}
    assert filters["country"] == {"Таджикистан": 2}
    assert filters["topic"] == {"Энергетика": 1}
    assert list(filters["year"]) == ["2026", "2025"]
    assert titles(ask(client, "газ", year="2025")) == ["Газ на столе"]
    assert titles(ask(client, "газ", section=str(section.pk), country="TJ")) == ["Газ в горах"]
    assert titles(ask(client, "газ", country="ZZ", section="'", year="abc")) == []
    assert titles(ask(client, "Таджикистан")) != [], "found by the country's name"
    assert counts(client.get("/tg/search/", {"q": "газ", "language": "ru"}))["country"] == {"Тоҷикистон": 2}


def test_filters_by_person(client):
    author, translator = make_person("Анна Первая"), make_person("Борис Второй")
    section = make_section()
    for number in range(4):
        make_article(
            section,
            title=f"Газ {number}",
            author_links=[PublicationAuthor(person=author)] if number < 2 else [],
            translator_links=[PublicationTranslator(person=translator)] if number else [],
        )
    response = ask(client, "газ")
    # Who wrote comes before who only translated.
    assert list(counts(response)["person"].items()) == [("Анна Первая", 2), ("Борис Второй", 3)]
    assert '<label for="search-person">' in response.content.decode()
    narrowed = ask(client, "газ", person=author.slug)
    assert set(titles(narrowed)) == {"Газ 0", "Газ 1"}
    assert counts(narrowed)["person"] == {"Анна Первая": 2, "Борис Второй": 3}


# As readers type a month and a day of it; in Persian in both calendars, with either digits.
DATES = {
    "ru": ("декабрь 2026", "24 декабря", "24.12.2026"),
    "tg": ("декабр 2026", "24 декабри соли 2026", "24.12.2026"),
    "en": ("December 2026", "24 december 2026", "december", "24/12/2026"),
    "kk": ("2026 желтоқсан", "24 желтоқсан", "желтоқсанда"),
    "ky": ("2026-жыл декабрь", "24-декабрь"),
    "uz": ("2026-yil dekabr", "24-dekabr", "dekabrda"),
    "fa": ("دسامبر ۲۰۲۶", "۲۴ دسامبر 2026", "دی ۱۴۰۵", "3 دی 1405"),
}  # fmt: skip


@pytest.mark.thorough
def test_an_event_is_found_by_its_days(client):
    for code in DATES:
        section = make_section(make_home(code), kind="events")
        make_event(section, title=code, lead="", starts_on=date(2026, 12, 24), ends_on=date(2026, 12, 26))
    sync()
    for code, asked in DATES.items():
        for text in asked:
            response = client.get(f"/{code}/search/", {"q": text})
            answer = response.context["results"]
            assert (titles(response), answer.corrected, answer.missing) == ([code], "", ()), text
    extract = client.get("/ru/search/?q=декабрь 2026").context["results"].found[0].extract
    assert extract == "24–26 <mark>декабря</mark> <mark>2026</mark> г."


DAYS = {
    "ru": ("11 ноября", "11 ноября 2026 г.", "11.11.2026", "2026-11-11", "11 нояб 2026"),
    "tg": ("11 ноябр", "11 ноябри соли 2026", "11.11.2026", "2026-11-11"),
    "en": ("11 November", "11 november 2026", "Nov 11", "November 11, 2026", "2026-11-11"),
    "kk": ("11 қараша", "2026 жылғы 11 қараша", "11.11.2026", "2026-11-11"),
    "ky": ("11-ноябрь", "2026-жылдын 11-ноябры", "11.11.2026", "2026-11-11"),
    "uz": ("11 noyabr", "2026-yil 11-noyabr", "11.11.2026", "2026-11-11"),
    "fa": ("۱۱ نوامبر", "11 نوامبر ۲۰۲۶", "۲۰ آبان", "۲۰ آبان ۱۴۰۵", "2026-11-11"),
}  # fmt: skip
MONTHS = {
    "ru": "ноябрь 2026", "tg": "ноябри соли 2026", "en": "november 2026", "kk": "2026 жылғы қараша",
    "ky": "2026-жылдын ноябры", "uz": "2026-yil noyabr", "fa": "آبان ۱۴۰۵",
}  # fmt: skip


def index_around_a_day(code: str) -> None:
    """Index what was published on 11 November 2026 and before, and an event around that day."""
    section = make_section(make_home(code))
    make_article(section, title="that day", published_on=datetime(2026, 11, 10, 20, tzinfo=UTC))
    make_article(section, title="before", slug="before", published_on=datetime(2026, 10, 11, 9, tzinfo=UTC))
    event = {"starts_on": date(2026, 11, 10), "ends_on": date(2026, 11, 13)}
    make_event(section, title="event", published_on=datetime(2026, 10, 1, 9, tzinfo=UTC), **event)
    sync()


@pytest.mark.parametrize("code", DAYS)
def test_a_day_finds_what_goes_on_and_what_was_published(client, code):
    index_around_a_day(code)
    for text in DAYS[code]:
        response = client.get(f"/{code}/search/", {"q": text})
        assert titles(response)[:2] == ["event", "that day"], text
        assert response.context["results"].found[1].extract == "What happened."


@pytest.mark.parametrize("code", MONTHS)
def test_a_month_offers_what_was_published_in_it(client, code):
    index_around_a_day(code)
    [answer] = client.get(f"/{code}/search/", {"q": MONTHS[code]}).context["direct_answers"]
    assert answer.details.count == 1
    response = client.get(f"/{code}/search/{answer.entry.url}")
    assert titles(response) == ["that day"]
    assert not response.context["direct_answers"]


def test_a_number_and_words_in_quotation_marks_are_no_day(client):
    index_around_a_day("ru")
    for text in ("11", '"11 ноября"', '11 "ноября"', "-11 ноября 2026"):
        assert "that day" not in titles(client.get("/ru/search/", {"q": text})), text
    assert "that day" not in titles(client.get("/ru/search/", {"q": "11 ноября", "exact": "1"}))
    assert not client.get("/ru/search/", {"q": "март 2026"}).context["direct_answers"]


def test_what_is_no_publication_is_no_dated_news(client):
    home = make_home()
    page = home.add_child(instance=InfoPage(title="О нас", slug="about", body="Газ", locale=home.locale))
    page.save_revision().publish()
    make_article(make_section(home), title="Газ", published_on=days_ago(0))
    response = ask(client, "газ", sort="date")
    dated = [(item.page.title, bool(item.published_on)) for item in response.context["results"].found]
    assert dated == [("Газ", True), ("О нас", False)]
    assert counts(response)["year"] == {"2026": 1}


def test_a_filter_of_the_site(client, monkeypatch):
    monkeypatch.setattr(registry, "_facets", dict(registry._facets))
    monkeypatch.setitem(
        registry._builders,
        Publication,
        lambda page: registry.Extras(
            facets={
                "mood": (mood := page.title.split()[-1], registry.BEHIND + mood),
                "self": ("", "Air \n force и\u0306\0", "x" * 99 + " tail"),
            },
            published_on=page.published_on,
        ),
    )
    registry.register_facet("mood", "Mood", "All moods")
    registry.register_facet("self", "Self", "All")
    section = make_section()
    for title in ("Газ glad", "Газ calm"):
        make_article(section, title=title, slug=title[4:])
    response = ask(client, "газ")
    assert counts(response)["mood"] == {"glad": 1, "calm": 1}, "values without labels are shown as they are"
    html = response.content.decode()
    assert html.index('<label for="search-mood">Mood</label>') < html.index("search-year"), "the year is last"
    assert '<option value="">All moods</option>' in html
    narrowed = ask(client, "газ", mood="calm")
    assert titles(narrowed) == ["Газ calm"]
    assert "mood=calm" in narrowed.content.decode(), "other orders keep it"
    # Whatever a value is written with, choosing what the form offers finds it.
    offered = counts(response)["self"]
    assert offered == {"Air force й": 2, "x" * 99: 2}
    assert all(len(titles(ask(client, "газ", self=value))) == 2 for value in offered)


def test_a_withheld_name_leaks_nowhere(client):
    """The index may still hold what was withheld a moment ago, and a reader may ask for a name that they guess."""
    secret, other = make_person("Тайный Автор"), make_person("Открытый Автор")
    make_article(title="Газ", author_links=[PublicationAuthor(person=person) for person in (secret, other)])
    assert titles(ask(client, "тайный автор")) == ["Газ"]
    type(secret).objects.filter(pk=secret.pk).update(name_withheld=True)
    response = client.get("/ru/search/", {"q": "газ"})
    assert counts(response)["person"] == {"Открытый Автор": 1}
    assert secret.slug not in response.content.decode()
    for slug in (secret.slug, "nobody-of-us"):
        assert counts(client.get("/ru/search/", {"q": "газ", "person": slug}))["person"] == {"Открытый Автор": 1}
    type(secret).objects.update(name_withheld=False)
    secret.name_withheld = True
    secret.save()
    assert titles(ask(client, "тайный автор", exact="1")) == []
    assert "Тайный Автор</" not in ask(client, "газ").content.decode()
    secret.name_withheld = False
    secret.save()
    assert titles(ask(client, "тайный автор", exact="1")) == ["Газ"]


def test_numbered_pages(client, settings):
    settings.CHORSU_SEARCH = {"PAGE_SIZE": 2}
    section = make_section()
    for number in range(5):
        make_article(section, title=f"Газ {number}", slug=f"gas-{number}")
    sync()
    pages = [client.get("/ru/search/", {"q": "газ", "page": page}) for page in ("1", "2", "3")]
    assert len({title for page in pages for title in titles(page)}) == 5
    html = pages[1].content.decode()
    for part in ('rel="prev" href="?q=%D0%B3%D0%B0%D0%B7"', "%D0%B3%D0%B0%D0%B7&amp;page=3", 'start="3"'):
        assert part in html
    for page in ("4", "0", "-1", "abc", "", "9999", "1e3", "٢", "9" * 5000, "999999999999999999999", "1\0"):
        assert client.get("/ru/search/", {"q": "газ", "page": page}).status_code == 404, page


@pytest.fixture
def second_site() -> SectionPage:
    """Return a section below the front page of another site of the same database."""
    make_home()
    root = Page.get_first_root_node()
    home = root.add_child(instance=HomePage(title="Другой сайт", slug="second", locale=root.locale))
    HomePage.objects.filter(pk=home.pk).update(locale=make_home().locale)
    Site.objects.create(hostname="second.example.org", root_page=home)
    return make_section(HomePage.objects.get(pk=home.pk), title="Другой раздел")


@pytest.mark.thorough
@pytest.mark.sql
def test_each_of_two_sites_shows_its_own_pages(client, settings, second_site):
    section = make_section(title="Свой раздел")
    for number in range(2):
        make_article(section, title=f"Газопровод {number}", slug=f"own-{number}", published_on=days_ago(400))
    # More, and newer ones, than are looked at for completions.
    for number in range(30):
        title = f"Газопровод и паромщик {number}"
        make_article(second_site, title=title, slug=f"second-{number}", published_on=days_ago(1))
    second = Client(headers={"host": "second.example.org"})

    def seen(browser, text="газопровод"):
        response = ask(browser, text)
        feed = browser.get("/ru/search/feed/", {"q": text}).content.decode()
        offered = browser.get("/ru/search/completions/", {"q": text}).json()["found"]
        hosts = {item.url.partition("/ru/")[0] for item in response.context["results"].found}
        return response.context["results"].total, counts(response)["year"], hosts, feed.count("<entry>"), len(offered)

    assert seen(client) == (2, {"2025": 2}, {""}, 2, 2)
    assert seen(second) == (30, {"2026": 30}, {""}, 20, 6)
    # A slip is mended by what the asked site has.
    assert titles(ask(client, "паромшик")) == []
    assert len(titles(ask(second, "паромшик"))) == 10
    settings.CHORSU_SEARCH = {"ALL_SITES": True}
    assert seen(client)[1:2] + seen(client)[3:] == ({"2026": 30, "2025": 2}, 20, 6)
    settings.CHORSU_SEARCH = {}
    Site.objects.create(hostname="inner.example.org", root_page=second_site)
    assert seen(second) == (30, {"2026": 30}, {""}, 20, 6), "Wagtail has these pages under both sites"


def test_pages_of_other_languages_belong_to_the_site_whose_front_page_is_translated(client, second_site):
    make_article(make_section(make_home("tg")), title="Газ 1")
    make_article(second_site, title="Газ 2")
    response = ask(client, "газ")
    assert [item.page.title for item in response.context["elsewhere"].found] == ["Газ 1"]
    assert titles(response) == []


def test_one_site_costs_no_query_more_and_two_cost_few(client, second_site):
    make_article(title="Газ", slug="gas")

    def cost(address):
        counted = []
        for _time in range(3):  # What is kept for some seconds is asked for anew when these are over.
            with CaptureQueriesContext(connection) as queries:
                client.get(address, {"q": "газ"})
            counted.append(len(queries))
        return min(counted)

    sync()
    addresses = ("/ru/search/", "/ru/search/feed/", "/ru/search/completions/")
    with_two = [cost(address) for address in addresses]
    Site.objects.filter(root_page__slug="second").delete()
    with_one = [cost(address) for address in addresses]
    assert all(two - one <= 2 for one, two in zip(with_one, with_two, strict=True)), (with_one, with_two)
    assert not any(roots_of_site(RequestFactory().get("/")))


@pytest.mark.thorough
def test_whatever_is_typed_gives_a_page(client):
    make_article(title="Газ")
    sync()
    for text in (
        "\0", "a\0b", '"', "'", "((*", "😀", "а" * 50_000, "слово " * 10_000, "%", "\\", "<script>alert(1)</script>",
        "\ud83d", "\u202e\u202d", "NEAR/2", "*:*", "газ OR", "\r\n", "{{ 7*7 }}",
    ):  # fmt: skip
        query = "".join(f"%{byte:02x}" for byte in text.encode("utf-8", "surrogatepass"))
        others = "&".join(f"{name}={query}" for name in ("country", "section", "language", "year"))
        for parameters in (f"q=%D0%B3%D0%B0%D0%B7&{others}", f"q={query}&language=all"):
            response = client.get(f"/ru/search/?{parameters}")
            assert response.status_code == 200, text
            assert b"<script>alert" not in response.content


def test_the_embedded_engine_steps_in(client, settings, caplog):
    make_article(title="Газ")
    call_command("search_rebuild", engine=["embedded"])
    settings.CHORSU_SEARCH = {"ENGINES": {"elasticsearch": BROKEN, "embedded": EMBEDDED}}
    for _time in range(2):
        response = client.get("/ru/search/", {"q": "газ"})
        assert titles(response) == ["Газ"]
    assert "Полный поиск" in response.content.decode()
    assert not get_breaker("elasticsearch").allows()
    assert [record.levelname for record in caplog.records if record.name == "chorsu_search"] == ["ERROR"], "logged once"


def test_without_any_engine_it_says_so_and_no_feed_is_empty(client, settings):
    make_home()
    settings.CHORSU_SEARCH = {"ENGINES": {"elasticsearch": BROKEN}}
    for address in ("?q=газ", "?q=газ&page=2", "feed/?q=газ"):
        response = client.get(f"/ru/search/{address}")
        assert response.status_code == 503
        assert address.startswith("feed") or "chorsu-search__notice" in response.content.decode()


def test_the_engine_is_asked_again_after_the_pause(settings):
    breaker = get_breaker("embedded")
    for pause in (0, 60):
        settings.CHORSU_SEARCH = {"PAUSE": pause}
        breaker.failed(EngineUnavailableError("gone"))
        assert breaker.allows() == (not pause)
    breaker.succeeded()
    assert breaker.allows()
    assert get_engine("embedded") is get_engine("embedded")


THEIR_BASE = """<!doctype html>
<html><head><title>{% block title %}{% endblock %}</title>{% block meta %}<meta name="viewport">{% endblock %}
{% block styles %}<link href="theirs.css">{% endblock %}{% block extra_css %}<link href="more.css">{% endblock %}</head>
<body class="{% block body_class %}theirs{% endblock %}">{% block content %}{% endblock %}</body></html>"""


@pytest.mark.parametrize("name", ["base.html", "frame.html"])
def test_another_sites_base_template_keeps_its_own_and_the_page_its_style(client, settings, name):
    (engine,) = settings.TEMPLATES
    loaders = [
        ("django.template.loaders.locmem.Loader", {name: THEIR_BASE}),
        "django.template.loaders.app_directories.Loader",
    ]
    options = {**engine["OPTIONS"], "loaders": loaders}
    settings.TEMPLATES = [{**engine, "DIRS": [], "APP_DIRS": False, "OPTIONS": options}]
    if name != "base.html":
        settings.CHORSU_SEARCH = {"BASE_TEMPLATE": name}
    make_home("fa")
    head, _, body = client.get("/fa/search/", {"q": "آب"}).content.decode().partition("<body")
    for theirs in ('<meta name="viewport">', '"theirs.css"', '"more.css"'):
        assert theirs in head
    assert body.startswith(' class="theirs">')
    assert body.index("chorsu_search/search.css") < body.index('<div class="chorsu-search" lang="fa" dir="rtl">')
