"""What the search page shows beside the results: cards, direct answers, filters, other languages, feed, completions."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape
from wagtail.models import PageViewRestriction

from chorsu_articles.models import Country, PublicationAuthor, Topic
from chorsu_search.spelling import groups
from chorsu_search.writing import sync
from tests.factories import days_ago, make_article, make_home, make_person, make_picture, make_section
from tests.search.test_page import ask, titles

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def water() -> Topic:
    return Topic.objects.create(name_ru="Вода", name_tg="Об", slug="water")


def test_results_show_picture_section_date_and_authors(client):
    section = make_section(title="Анализ")
    people = make_person("Анна Первая"), make_person("Тайный Автор", name_withheld=True)
    authors = [PublicationAuthor(person=person) for person in people]
    make_article(section, title="Газ", main_picture=make_picture(), published_on=days_ago(0), author_links=authors)
    make_article(section, title="Газ без картинки", slug="plain")
    html = re.sub(r"\s+", " ", ask(client, "газ").content.decode())
    assert "Тайный" not in html
    for part in ("> Анна Первая, Редакция <", "<span>Анализ</span>", "1 ноября 2026"):
        assert part in html
    assert len(re.findall(r'class="chorsu-search__picture".*?<img', html)) == 1


def test_what_the_query_names_stands_above_the_results(client, water):
    make_article(title="Газ", topics=[water])
    response = ask(client, "водой")
    html = response.content.decode()
    assert '<a href="/ru/topics/water/">Вода</a>' in html
    assert "1 публикация" in html
    assert html.index("/ru/topics/water/") < html.index("chorsu-search__results")
    assert ">Вода</a>" in ask(client, "voda").content.decode(), "by what it was taken for"
    for narrowed in ({"year": "2026"}, {"since": "2020-01-01"}):
        assert ask(client, "водой", **narrowed).context["direct_answers"] == []


def test_each_filter_is_removed_by_itself(client, water):
    country = Country.objects.update_or_create(code="TJ", defaults={"name_ru": "Таджикистан"})[0]
    make_article(title="Газ", published_on=days_ago(0), topics=[water], countries=[country])
    response = ask(client, "газ", topic="water", country="TJ", since="2026-10-01", until="2026-12-31", sort="date")
    assert titles(response) == ["Газ"]
    chosen = {item["label"]: item["address"] for item in response.context["chosen"]}
    assert list(chosen) == ["Таджикистан", "Вода", "С 01.10.2026", "По 31.12.2026"]
    everything = {"q", "topic", "country", "since", "until", "sort"}
    for label, left_out in zip(chosen, ("country", "topic", "since", "until"), strict=True):
        shown = client.get(f"/ru/search/{chosen[label]}")
        assert set(shown.wsgi_request.GET) == everything - {left_out}
        assert len(shown.context["chosen"]) == 3
    assert set(client.get(f"/ru/search/{response.context['asked'].plain_address()}").wsgi_request.GET) == {"q", "sort"}


def test_dates_narrow_and_order(client):
    section = make_section()
    make_article(section, title="Газ газ", slug="a", published_on=days_ago(40))
    make_article(section, title="О том, как в горах нашли газ", slug="b", published_on=days_ago(0))
    assert titles(ask(client, "газ", sort="date")) == ["О том, как в горах нашли газ", "Газ газ"]
    assert titles(ask(client, "газ", until="2026-10-15")) == ["Газ газ"]
    for wrong in ("2026-02-30", "15.10.2026", "2026-10-15T", "99999-01-01", "٢٠٢٦-10-15"):
        assert ask(client, "газ", since=wrong).context["query"].since is None
    query = ask(client, "газ", since="2026-11-30", until="2026-10-15").context["query"]
    assert (query.since, query.until) == (date(2026, 10, 15), date(2026, 11, 30)), "the days are put in order"


def translated(title: str, language: str, original: Any = None, **fields: Any) -> Any:
    if original is not None:
        fields["translation_key"] = original.translation_key
    home = make_home(language)
    section = home.get_children().first() or make_section(home)
    return make_article(section.specific, title=title, slug=title.lower().replace(" ", "-"), **fields)


def test_other_languages_come_below_and_an_article_once(client):
    both = translated("Gaz ru", "ru")
    translated("Gaz tg", "tg", both)
    of_others = translated("Gaz tg alone", "tg")
    translated("Gaz uz alone", "uz", of_others)
    russian = translated("Without the word", "ru", translated("Gaz en", "en"))
    response = ask(client, "gaz")
    assert titles(response) == ["Gaz ru"]
    others = response.context["elsewhere"]
    assert others.languages == {"tg": 2, "en": 1, "uz": 1}
    assert {item.page.translation_key for item in others.found} == {of_others.translation_key, russian.translation_key}
    in_russian = next(item for item in others.found if item.page.title == "Without the word")
    assert in_russian.card.section.language == "ru"
    assert in_russian.published_on is None, "the date is that of the English page"
    html = response.content.decode()
    assert "?q=gaz&amp;language=tg" in html
    assert 'lang="tg" dir="ltr"' in html
    assert titles(client.get("/ru/search/?q=gaz&language=tg")) == ["Gaz tg", "Gaz tg alone"]
    assert titles(client.get("/ru/search/?q=gaz&language=xx")) == ["Gaz ru"]


def test_an_excluded_word_keeps_the_readers_own_page_of_an_article_out(client):
    translated("Gaz tg", "tg", translated("Gaz i neft", "ru"))
    elsewhere = ask(client, "gaz -neft").context["elsewhere"]
    assert (elsewhere.languages, elsewhere.found) == ({"tg": 1}, [])


def test_words_that_the_readers_language_knows_are_not_read_otherwise_in_others(client):
    translated("Suun va muzlik", "uz")
    translated("The sun", "en")
    assert ask(client, "suun -muzlik", "uz").context["elsewhere"].languages == {}
    assert ask(client, "sunn", "tg").context["elsewhere"].languages["en"] == 1


def test_a_word_of_the_readers_language_is_not_asked_for_in_others(client):
    translated("Tajik", "tg", lead="Оби тоза дар Хуҷанд, об дар кӯҳ")
    translated("Russian", "ru", lead="Статья об этом, Худжанд, Хуҷанд")
    response = ask(client, "об", "tg")
    assert titles(response) == ["Tajik"]
    assert response.context["elsewhere"].languages == {}
    assert [item["count"] for item in response.context["search_languages"] if item["row"].code == "ru"] == [None]
    for name in ("Хуҷанд", "статья"):
        assert ask(client, name, "tg").context["elsewhere"].languages == {"ru": 1}, name
    assert ask(client, "Хуҷанд об", "tg").context["elsewhere"].languages == {}


def test_nothing_in_the_readers_language_shows_the_others_at_once(client):
    page = translated("Gaz tg alone", "tg")
    make_home("ru")
    assert "Тоҷикӣ</span> (1)" in ask(client, "gaz").content.decode()
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    assert client.get("/ru/search/?q=gaz").context["elsewhere"].found == []


def test_an_empty_page_offers_popular_topics_and_says_how_to_search(client, water):
    Topic.objects.create(name_ru="Пустая", slug="empty")
    make_article(title="Газ", topics=[water])
    for html in (ask(client).content.decode(), ask(client, "ненайденное").content.decode()):
        assert '<a href="/ru/topics/water/">Вода</a>' in html
        assert "Пустая" not in html
        assert "Слова в кавычках" in html


def test_the_feed_has_the_newest_of_any_search(client):
    section = make_section()
    for number in range(3):
        make_article(section, title=f"Газ {number} \x01<&", slug=f"gas-{number}", published_on=days_ago(number))
    sync()
    response = client.get("/ru/search/feed/", {"q": "газ", "year": "2026", "page": "1", "nothing": "x"})
    assert response["Content-Type"].startswith("application/atom+xml")
    assert not response.cookies
    feed = ET.fromstring(response.content)
    entries = [entry.findtext(f"{ATOM}title")[:5] for entry in feed.iter(f"{ATOM}entry")]
    assert entries == ["Газ 0", "Газ 1", "Газ 2"]
    # Nobody is named by an empty element.
    assert all(name.text for name in feed.iter(f"{ATOM}name"))
    query = "?q=%D0%B3%D0%B0%D0%B7&year=2026"
    assert all(link.get("href").endswith(query) for link in feed.findall(f"{ATOM}link"))
    page = client.get(f"/ru/search/{query}").content.decode()
    assert f'href="/ru/search/feed/{escape(query)}"' in page
    assert "<entry>" not in client.get("/ru/search/feed/").content.decode()


def test_the_script_of_completions_is_small():
    assert Path(finders.find("chorsu_search/completions.js") or "").stat().st_size <= 5_000


def test_completions_are_for_any_cache_and_set_no_cookie(client, water):
    page = make_article(title="Водный режим", topics=[water])
    sync()
    response = client.get("/ru/search/completions/?q=во")
    assert [(item["text"], item["kind"], item["url"], item["dir"]) for item in response.json()["found"]] == [
        ("Вода", "Тема", "/ru/topics/water/", "ltr"),
        ("Водный режим", "", page.url, "ltr"),
    ]
    assert response["Cache-Control"] == "public, max-age=300"
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")
    assert client.get("/ru/search/completions/").json() == {"found": []}
    assert client.post("/ru/search/completions/?q=во").status_code == 405
    for text in ("%00%ff", "%F0%9F%92%A9" * 100, "a" * 5_000, "%" * 90):
        assert client.get(f"/ru/search/completions/?q={text}").json() == {"found": []}


def _write_about_water(number: int) -> None:
    """Write articles with everything that a result shows, a topic of their name, and articles in other languages."""
    author, water = make_person("Анна Первая"), Topic.objects.create(name_ru="Вода", slug="water")
    country = Country.objects.update_or_create(code="TJ", defaults={"name_ru": "Таджикистан"})[0]
    section, picture = make_section(), make_picture()
    for place in range(number):
        make_article(
            section,
            title=f"Вода {place}",
            main_picture=picture,
            author_links=[PublicationAuthor(person=author)],
            topics=[water],
            countries=[country],
        )
    translated("вода alone", "tg", main_picture=picture)
    translated("вода too", "en", translated("Without the word", "ru"))


@pytest.mark.thorough
@pytest.mark.usefixtures("memory_cache")
@pytest.mark.parametrize(("number", "shown", "elsewhere"), [(10, 10, 2), (12, 10, 0)])
def test_the_questions_of_a_full_page(
    client,
    monkeypatch,
    django_capture_on_commit_callbacks,
    number,
    shown,
    elsewhere,
):
    """With an answer, filters, cards and other languages: numbers alone, and their best where the results end."""
    monkeypatch.setattr(groups, "LOOK_EVERY", 3600)
    with django_capture_on_commit_callbacks(execute=True):
        _write_about_water(number)
    sync()
    client.get("/ru/search/?q=вода")
    with CaptureQueriesContext(connection) as asked:
        response = client.get("/ru/search/?q=вода")
    answer = response.context["results"]
    assert [len(answer.found), len(answer.elsewhere.found)] == [shown, elsewhere]
    assert len(answer.filters) == 5
    assert all(item.card.picture and item.card.authors and item.card.section for item in answer.found)
    assert [found.details.count for found in response.context["direct_answers"]] == [number]
    questions = [query["sql"] for query in asked.captured_queries if "SAVEPOINT" not in query["sql"]]
    assert len(questions) <= 10, questions
