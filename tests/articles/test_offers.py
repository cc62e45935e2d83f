"""What the text names and the form doesn't hold yet is offered to the journalist."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from html import unescape
from typing import Any

import pytest
from django.urls import reverse

from chorsu_articles.models import Country, EventReportPage, Organisation, PublicationAuthor, Topic
from chorsu_articles.offers import _index, offers
from chorsu_articles.protected_names import protect
from chorsu_editorial import stated_facts
from tests.articles.test_protected_names import make_keeper
from tests.cms.content import block
from tests.counted_lines import count_lines
from tests.factories import make_article, make_event, make_home, make_person, make_section, make_user

pytestmark = pytest.mark.django_db

FACTS: dict[str, Any] = {"starts_on": None, "ends_on": None, "city": "", "venue": "", "country": None}


def event(*paragraphs: str, code: str = "ru", **fields: Any) -> EventReportPage:
    """Return a draft of an event with a text and no facts."""
    section = make_section(make_home(code), kind="events")
    body = json.dumps([block("paragraph", f"<p>{text}</p>", text) for text in paragraphs])
    return make_event(section, live=False, **{"title": "Событие", "lead": "", "body": body, **FACTS, **fields})


def offered(page: Any) -> list[tuple[str, dict[str, Any]]]:
    return [(offer.label, offer.values) for offer in offers(page, page.get_parent())]


def test_the_facts_of_an_event_are_found_in_the_forms_of_their_words():
    water = Topic.objects.create(name_ru="Вода")
    religion = Organisation.objects.create(name_ru="Комитет по делам религии")
    country = Country.objects.create(code="UZ", name_ru="Узбекистан")
    event("Раньше.", city="Ташкент", country=country)
    make_person("Дмитрий Завалов", position_ru="координатор")
    page = event(
        "12–13 марта 2026 года в Ташкенте при участии Комитета по делам религии говорили о воде.",
        "Анна Ли слушала Дмитрия Завалова. Люди из Узбекистана пришли тоже.",
        "Без воды нельзя.",
    )
    page.author_links = [PublicationAuthor(person=make_person("Анна Ли"))]
    guest = {"name": "Дмитрий Завалов", "role": "координатор", "organisation": ""}
    assert offered(page) == [
        ("12–13 марта 2026 г.", {"starts_on": date(2026, 3, 12), "ends_on": date(2026, 3, 13)}),
        ("Ташкент", {"city": "Ташкент"}),
        ("Узбекистан", {"country": country.pk}),
        ("Дмитрий Завалов, координатор", {"participants": [{"type": "participant", "value": guest}]}),
        ("Вода", {"topics": [water.pk]}),
        ("Узбекистан", {"countries": [country.pk]}),
        ("Комитет по делам религии", {"organisers": [religion.pk]}),
    ]


# Some 330 days later nobody but the journalist knows.
@pytest.mark.parametrize(("published_on", "years"), [(date(2026, 12, 20), [2026]), (date(2026, 11, 10), [2025, 2026])])
def test_a_report_is_of_past_days_and_long_after_them_the_year_is_asked(published_on, years):
    page = event("12–13 декабря говорили о воде.", published_on=datetime.combine(published_on, time(), tzinfo=UTC))
    found = [offer for offer in offers(page, page.get_parent()) if "starts_on" in offer.values]
    assert [offer.values["starts_on"] for offer in found] == [date(year, 12, 12) for year in years]
    assert {offer.is_choice for offer in found} == {len(years) > 1}


@pytest.mark.parametrize(
    ("code", "city", "text"),
    [
        ("tg", "Тошканд", "Дар Тошкандро дидем."),
        ("uz", "Toshkent", "Toshkentda gaplashdik."),
        ("kk", "Алматы", "Алматыда."),
    ],
)
def test_a_place_is_found_by_the_analysis_of_the_language(code, city, text):
    event("…", code=code, city=city)
    assert (city, {"city": city}) in offered(event(text, code=code))


def test_who_is_quoted_is_offered_with_the_role():
    page = event("Текст.")
    page.body.append(("quotation", {"text": "Да.", "who": "Абахон Султоназаров", "role": "директор", "language": ""}))
    assert [label for label, _values in offered(page)] == ["Абахон Султоназаров, директор"]
    page.participants.append(("participant", {"name": "Абахон Султоназаров", "role": "", "organisation": ""}))
    assert offered(page) == []


def test_what_is_chosen_is_not_offered_again_and_two_topics_need_a_main_one():
    water, school = Topic.objects.create(name_ru="Вода"), Topic.objects.create(name_ru="Школа")
    body = json.dumps([block("paragraph", "<p>Вода в школе.</p>")])
    page = make_article(make_section(make_home("ru")), title="Школа", body=body)
    both = {"topics": [school.pk], "main_topic": school.pk}
    assert offered(page) == [("Школа", {"topics": [school.pk]}), ("Вода", {"topics": [water.pk]}), ("Школа", both)]
    page.topics, page.main_topic = [school], school
    assert offered(page) == [("Вода", {"topics": [water.pk]})]


def test_a_word_that_begins_alike_or_is_no_name_offers_nothing():
    for name, code in (("Таджикистан", "TJ"), ("Мали", "ML")):
        Country.objects.create(code=code, name_ru=name)
    page = event("Таджикский язык учат. Мали ему эти слова.", "Слова мали.")
    assert offered(page) == []


@pytest.fixture
def _without_search(monkeypatch) -> Iterator[None]:
    monkeypatch.setattr(stated_facts, "_vocabularies", [])
    _index.cache_clear()
    yield
    _index.cache_clear()


@pytest.mark.usefixtures("_without_search")
def test_without_the_analysis_of_a_search_the_very_words_are_found():
    water = Topic.objects.create(name_ru="Вода")
    assert offered(event("ВОДА есть.")) == [("Вода", {"topics": [water.pk]})]
    assert offered(event("Воды нет.")) == []


def test_a_withheld_name_is_offered_neither_by_its_code_name_nor_by_the_former():
    person = make_person("Дмитрий Завалов", position_ru="координатор")
    page = event("Дмитрий Завалов и Красная Сова говорили.")
    assert len(offered(page)) == 1
    protect(user=make_keeper(), person=person, code_name="Красная Сова")
    page.body.append(("quotation", {"text": "Да.", "who": "Красная Сова", "role": "", "language": ""}))
    assert offered(page) == []


def test_the_usual_subjects_of_a_section_are_offered_until_the_text_names_others():
    usual, named = Topic.objects.create(name_ru="Реформа"), Topic.objects.create(name_ru="Вода")
    section = make_section(make_home("ru"), kind="events")
    for _number in range(4):
        make_event(section, topics=[usual])
    page = make_event(section, title="Новое", lead="", body="[]", live=False, **FACTS)
    assert offered(page) == [("Реформа", {"topics": [usual.pk]})]
    page.title = "Вода пришла"
    assert offered(page) == [("Вода", {"topics": [named.pk]})]


def test_the_editor_answers_values_as_its_form_takes_them(client):
    topic, country = Topic.objects.create(name_en="Water"), Country.objects.create(code="UZ", name_en="Uzbekistan")
    page = event("On 12 March 2026 they spoke of water in Uzbekistan.", code="en")
    client.force_login(make_user(superuser=True))
    answer = unescape(client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode())
    for values in ('{"starts_on": "2026-03-12"', f'{{"topics": ["{topic.pk}"', f'"country": {{"id": {country.pk}, '):
        assert values in answer


def test_finding_takes_time_by_the_length_of_the_text_not_by_the_vocabulary():
    Organisation.objects.bulk_create(
        Organisation(slug=f"o-{number}", name_ru=f"Общественная организация «Путь {number}»") for number in range(200)
    )
    page = event("", title="Событие")
    lines = []
    for number in (100, 200):
        text = "Общественная организация и Общественная палата. " * number
        page.body = page._meta.get_field("body").to_python(json.dumps([block("paragraph", f"<p>{text}</p>")]))
        lines.append(count_lines(lambda: offers(page, page.get_parent())))
    assert lines[1] - lines[0] < lines[0] * 1.2


def test_quotations_in_the_text_are_offered_with_their_speakers():
    page = event(
        "Вода пришла. «Мы её ждали с весны», – сказал Иван Ким, врач.", "Раиса Ким, врач, сказала:", "«Вода пришла.»"
    )
    page.body[0].id, page.body[1].id, page.body[2].id = "a", "b", "c"
    label, values = offered(page)[0]
    assert (label, list(values)) == ("Иван Ким, Раиса Ким", ["body"])
    assert [(each["text"][:5], [block["type"] for block in each["blocks"]]) for each in values["body"]] == [
        ("Водап", ["paragraph", "quotation"]),
        ("Раиса", []),
        ("«Вода", ["quotation"]),
    ]
    assert not any("body" in values for _label, values in offered(event("«Мы её ждали с весны», – сказал он.")))


def test_a_quotation_that_came_without_its_speaker_stops_nothing():
    page = event("Текст.")
    page.body = json.dumps([{"type": "quotation", "value": value} for value in ({"text": "<p>а</p>"}, {"who": None})])
    assert offered(page) == []
