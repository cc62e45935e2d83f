"""What readers get for words that no page holds: other readings of them, or the pages that hold the rest."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from wagtail.models import PageViewRestriction

from chorsu_locales.table import LANGUAGES
from chorsu_search.analysis import get_analyser
from chorsu_search.models import WordGroup
from chorsu_search.queries import clean
from chorsu_search.spelling import groups
from chorsu_search.spelling.corrections import correct
from chorsu_search.spelling.groups import shipped_groups
from chorsu_search.spelling.vocabulary import remember_words
from chorsu_search.writing import sync
from tests.factories import make_article, make_home, make_section
from tests.search.test_page import ask, titles
from tests.search.test_vocabulary import document

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _groups_are_read_anew() -> Iterator[None]:
    """The database goes back to what it was, and no signal tells it."""
    yield
    groups.forget_groups()


EXAMPLES = tomllib.loads(Path(__file__).with_name("spelling.toml").read_text(encoding="utf-8"))


def first(response: Any) -> str:
    return (titles(response) or [""])[0]


def publish(code: str, *headlines: str, lead: str = "") -> None:
    section = make_section(make_home(code))
    for number, title in enumerate(headlines):
        make_article(section, title=title, lead=lead, slug=f"page-{number}")


@pytest.mark.thorough
def test_what_was_meant_is_found_and_said(client, monkeypatch):
    for code, headlines in EXAMPLES["titles"].items():
        publish(code, *headlines)
    sync()

    def ask(typed, code="ru", **parameters):
        return client.get(f"/{code}/search/", {"q": typed, **parameters})

    meant = EXAMPLES["typed"]["meant"]
    assert [[code, typed, first(ask(typed, code))] for code, typed, _title in meant] == meant
    # What the results are for, and how one insists.
    response = ask("леднеик федченко")
    html = response.content.decode()
    assert "Показаны результаты по запросу «<bdi>Ледник федченко</bdi>»" in html
    assert "&amp;exact=1" in html
    exact = ask("леднеик федченко", exact="1")
    answer = exact.context["results"]
    assert (answer.total, answer.corrected, answer.did_you_mean) == (0, "", "Ледник федченко")
    assert "?q=%D0%9B%D0%B5%D0%B4%D0%BD%D0%B8%D0%BA" in exact.content.decode()
    # A slip that makes another word, and what needs nothing.
    response = ask("щепка лугу")
    assert (titles(response), response.context["results"].corrected) == (["Щётка на лугу"], "Щётка лугу")
    answer = ask("ледники").context["results"]
    assert (answer.total, answer.corrected, answer.did_you_mean, answer.missing) == (1, "", "", ())
    # A missing word doesn't empty the page, and nothing is made up.
    for typed, title, missing in EXAMPLES["typed"]["missing"]:
        response = ask(typed)
        answer = response.context["results"]
        assert (first(response), [*answer.missing, *answer.found[0].missing]) == (title, [missing]), typed
        assert f"<s>{missing}</s>" in response.content.decode()
    for typed in ("абракадабра", "цщцщцщцщцщ", "qqqqqqq", "12345", "-ледник -вода -самолет -программа", ".,;"):
        answer = ask(typed).context["results"]
        assert (answer.corrected, answer.did_you_mean, answer.missing) == ("", "", ()), typed
    # A group of words finds the others.
    assert titles(ask("labor organization", "en")) == ["Labour organisations"]
    group = WordGroup.objects.create(language="ru", words="глетчер, ледник", weight=0.4)
    assert titles(ask("глетчеры")) == ["Ледник Федченко тает"]
    assert titles(ask("глетчер", exact="1")) == []
    group.words = "глетчер, самолёт"
    group.save()
    assert titles(ask("глетчер")) == ["Самолёт летит в Душанбе"]
    WordGroup.objects.filter(pk=group.pk).delete()
    assert titles(ask("глетчер")) == []
    WordGroup.objects.bulk_create([group])  # as another process would: no signal is heard here
    monkeypatch.setattr(groups, "LOOK_EVERY", 0)
    assert titles(ask("глетчер")) == ["Самолёт летит в Душанбе"]


def test_of_few_results_a_much_commoner_word_is_offered(client):
    publish("ru", "Таджикистан 1", "Таджикистан 2", "Тажикистан с ошибкой")
    remember_words(document(90_000 + number, "Таджикистан") for number in range(10))
    answer = ask(client, "тажикистан").context["results"]
    assert (answer.total, answer.did_you_mean) == (1, "Таджикистан")
    assert ask(client, "таджикистан").context["results"].did_you_mean == ""


def test_the_reading_that_the_pages_hold_together_wins(client):
    """«банка» and «балка» are both at one slip; the other word says which."""
    publish("ru", "Балка моста", "Банка в мешке", "Лодка")
    remember_words(document(90_000 + number, "Балка") for number in range(4))
    for typed, meant in (("баъка мешке", "Банка мешке"), ("баъка", "Балка"), ("баъка лодка", "")):
        assert ask(client, typed).context["results"].corrected == meant


def test_nothing_is_found_before_nonsense(client):
    """A short word, a name and a query of nothing but slips need more than one letter in common with what was typed."""
    section = make_section(make_home("en"))
    texts = ("Care in 2026", "Sweet job", "Remember Fridley", "Glaciers melt", "Tajikistan", "Glass", "Receive care")
    texts += ("Track", "Honestly")
    for number, text in enumerate(texts):
        make_article(section, title=text, lead=text if text == "Tajikistan" else text.lower(), slug=f"page-{number}")
    answers = {typed: ask(client, typed, "en").context["results"] for typed in EXAMPLES["otherwise"]}
    assert {typed: answer.corrected for typed, answer in answers.items()} == EXAMPLES["otherwise"]
    assert answers["Jon Skeet"].total == answers["cafe"].total == 0
    # A month that no page holds isn't read otherwise, beside another word either.
    answer = ask(client, "December 2026", "en").context["results"]
    assert (answer.corrected, answer.missing, answer.total) == ("", ("December",), 1)


def test_a_beginning_finds_every_word_that_begins_so(client):
    longer = ["Библиотеки закрыты", "Библиотека", "Библиотекарь года"]
    publish("ru", *longer, "Библиография", "Биржа")
    response = ask(client, "библиот")
    assert (set(titles(response)), response.context["results"].corrected) == (set(longer), "Библиотека")
    assert "<mark>Библиотекарь</mark>" in response.content.decode()
    assert titles(ask(client, "библиот года"))[0] == "Библиотекарь года"
    assert ask(client, "библиотз").context["results"].total == 0
    publish("tg", "Китобҳо", "Китобҳо ва китобҳо", "Китобхона")
    assert ask(client, "китобх", "tg").context["results"].corrected == "Китобхона"


@pytest.mark.thorough
def test_compounds_meet_however_they_are_written(client):
    for code, written in EXAMPLES["written"].items():
        publish(code, *written)
    publish("kk", "Notable", "Not for the able")
    sync()
    for code, written in EXAMPLES["written"].items():
        for asked in (title.removeprefix(title.split(" ")[0] + " ") if code != "fa" else title for title in written):
            response = client.get(f"/{code}/search/", {"q": asked})
            answer = response.context["results"]
            assert (set(titles(response)), answer.corrected) == (set(written), ""), asked
    assert titles(client.get("/kk/search/?q=not able")) == ["Not for the able", "Notable"], "what was typed comes first"
    assert titles(client.get("/kk/search/?q=notable")) == ["Notable"], "parts have to stand next to one another"
    assert "<mark>teahouse</mark>" in client.get("/en/search/?q=tea-house").content.decode()
    assert len(titles(client.get("/en/search/?q=teahouse&exact=1"))) == 1


def test_words_of_pages_that_a_reader_may_not_see_are_not_told(client):
    private = make_article(title="Тайна", lead="")
    sync()
    PageViewRestriction.objects.create(page=private, restriction_type=PageViewRestriction.LOGIN)
    for parameters in ({}, {"exact": "1"}):
        response = client.get("/ru/search/", {"q": "тайнаа", **parameters})
        assert (response.context["results"].corrected, response.context["results"].did_you_mean) == ("", "")
        assert "Тайна" not in response.content.decode()


def test_results_elsewhere_are_counted_forgivingly(client):
    make_home("ru")
    publish("tg", "Китобхона")
    for typed in ("kitobkhona", "китабхона"):
        assert ask(client, typed).context["elsewhere"].languages == {"tg": 1}
    assert ask(client, "kitobkhona", exact="1").context["elsewhere"].languages == {}


def test_all_pages_of_a_corrected_search_are_for_the_same_words(client, settings):
    settings.CHORSU_SEARCH = {"PAGE_SIZE": 2}
    publish("ru", "Ледник 0", "Ледник 1", "Ледник 2")
    pages = [ask(client, "леднек", page=page) for page in ("1", "2")]
    assert len({title for response in pages for title in titles(response)}) == 3


def test_a_slip_costs_few_more_questions(client):
    publish("ru", "Переговоры о воде")
    ask(client, "переговоры")
    numbers = []
    for typed in ("переговоры", "перегворы", "перигаворы"):
        with CaptureQueriesContext(connection) as queries:
            client.get("/ru/search/", {"q": typed})
        numbers.append(len(queries))
    assert numbers[1] <= numbers[0] + 6
    assert numbers[2] <= numbers[0] + 8


def test_shipped_groups_are_rows_that_fit_the_rules():
    assert WordGroup.objects.count() == len(list(shipped_groups())) > 50
    for group in WordGroup.objects.all():
        group.full_clean()
        assert not group.language or group.language in LANGUAGES
        assert all(get_analyser(group.language or "ru").tokens(text) for text in group.texts())


def test_an_editor_adds_a_group(admin_client):
    make_home()
    address = "/admin/chorsu_search_words/new/"
    assert admin_client.get(address).status_code == 200
    refused = admin_client.post(address, {"language": "ru", "words": "одно", "weight": "0.5"})
    assert "два слова" in refused.content.decode()
    admin_client.post(address, {"language": "ru", "words": "глетчер\nледник", "weight": "0.5"})
    assert WordGroup.objects.get(words__startswith="глетчер").texts() == ["глетчер", "ледник"]
    assert "глетчер" in admin_client.get("/admin/chorsu_search_words/?q=глетчер").content.decode()


@given(st.text(max_size=300), st.sampled_from(["ru", "fa", "en", "de"]))
def test_whatever_is_typed_is_corrected_or_not(text, code):
    correction = correct(clean(text), [code])
    assert all(each.candidates for each in correction.replacements)
    places = [(each.start, each.end) for each in correction.replacements]
    assert places == sorted(places)
    assert all(end <= begin for (_start, end), (begin, _end) in pairwise(places))


def test_the_work_for_a_query_is_bounded():
    remember_words([document(1, "переговоры")])
    for typed in (" ".join(f"слово{'абвгде'[number % 6] * number}" for number in range(24)), "ё" * 300, "x,;'[]" * 50):
        with CaptureQueriesContext(connection) as queries:
            correct(clean(typed), ["ru", "tg"])
        assert len(queries) <= 1 + 2 * (2 + 2 * 6)
