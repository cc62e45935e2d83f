"""The check of names: whole words in any form, and no first word of a sentence that only looks like a name."""

from __future__ import annotations

import random
from itertools import islice

import pytest

from chorsu_editorial import stated_facts
from chorsu_translation.findings import Name
from chorsu_translation.findings import numbers_and_names as names_check
from chorsu_translation.findings.numbers_and_names import check_names
from tests.translation.other_site import PAGES, names_of, other_pages, with_wrong_name
from tests.translation.test_findings import said

pytestmark = pytest.mark.usefixtures("_messages_in_english")

COUNTRIES = [
    *(("China", "Китай"), ("India", "Индия"), ("Georgia", "Грузия"), ("Poland", "Польша"), ("Russia", "Россия")),
    *(("Niger", "Нигер"), ("Nigeria", "Нигерия"), ("Egypt", "Египет"), ("Togo", "Того")),
]


@pytest.fixture
def _countries(monkeypatch):
    def known(source, _target):
        return [Name(*(pair if source == "en" else pair[::-1])) for pair in COUNTRIES]

    monkeypatch.setattr(names_check, "_sources", [known])


@pytest.mark.usefixtures("_countries")
@pytest.mark.django_db
@pytest.mark.parametrize("with_search", [True, False])
@pytest.mark.parametrize(
    ("source", "target", "codes"),
    [
        ("Chief among them is the snow. Indeed, George waits.", "Главное – снег. Да, Джордж ждёт.", "en ru"),
        ("Georgian tea, Indian rice, Russian words", "чай, рис и слова", "en ru"),
        ("Polish it", "Протрите", "en ru"),
        ("Того же мнения соседи, а кроме того и учитель", "The neighbours think so", "ru en"),
        ("В Нигере и в Нигерии", "In Niger and in Nigeria", "ru en"),
        ("In Egypt, in Russia and in India", "В Египте, в России и в Индии", "en ru"),
    ],
)
def test_other_words_are_no_names(source, target, codes, with_search, monkeypatch):
    if not with_search:
        monkeypatch.setattr(stated_facts, "_vocabularies", [])
    assert said(check_names, source, target, codes) == ""


@pytest.mark.usefixtures("_countries")
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("source", "target", "codes", "found"),
    [
        ("They came from China.", "Они приехали из Индии.", "en ru", "Китай"),
        ("China is near.", "Индия близко.", "en ru", "Китай"),
        ("Они приехали из Китая.", "They came from Georgia.", "ru en", "China"),
        ("Живут в Того", "They live there", "ru en", "Togo"),
    ],
)
def test_a_name_that_is_lost_is_found(source, target, codes, found):
    assert said(check_names, source, target, codes) == f"By the glossary or the vocabularies: {found}"


@pytest.mark.thorough
@pytest.mark.django_db
def test_two_hundred_pages_of_another_site_have_no_false_alarm_and_nine_of_ten_errors_are_found(
    monkeypatch,
):
    monkeypatch.setattr(names_check, "_sources", [names_of])
    pages = other_pages()
    assert len(pages) == PAGES
    assert [found for page in pages for found in check_names(page.pages)] == []
    choice = random.Random(1)
    wrong = list(islice(filter(None, (with_wrong_name(page, choice) for page in pages)), 100))
    assert len(wrong) == 100
    assert sum(any(True for _found in check_names(page)) for page in wrong) >= 90
