"""The first word of a sentence, cell or heading is a name, or none: who mends a slip there mends it at once."""

from __future__ import annotations

import pytest

from chorsu_editorial import stated_facts
from chorsu_editorial.stated_facts import Verdict, Vocabulary, first_words
from chorsu_feedback import registry
from chorsu_feedback.mending import flags_of
from chorsu_search.models import Word
from tests.feedback.first_words import changes_a_name, on_other_pages, publish
from tests.translation.other_site import other_pages

SMALL = {"depending", "results", "malina", "roman", "rose", "rise", "although", "vera", "mira"}
NAMED = {"roman", "karimov"}


@pytest.fixture(autouse=True)
def _no_slips(monkeypatch):
    """Judge as where the search knows no slips."""
    monkeypatch.setattr(registry, "_slips", [])


@pytest.fixture
def _vocabulary(monkeypatch):
    site = Vocabulary(
        lambda word, _language: word.lower(), lambda words, _language: Verdict(SMALL & {*words}, (), NAMED & {*words})
    )
    monkeypatch.setattr(stated_facts, "_vocabularies", [site])


@pytest.mark.usefixtures("_vocabulary")
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Dependng on the year it differs.", "Depending on the year it differs."),
        ("It rains. Dependng on the year it differs.", "It rains. Depending on the year it differs."),
        ("Resluts", "Results"),
        ("– Resluts are here, she said.", "– Results are here, she said."),
        ("Altough Karimov had come, it rained all the day.", "Although Karimov had come, it rained all the day."),
        ("Teh river rises in May as it did in the old days.", "The river rises in May as it did in the old days."),
    ],
)
def test_a_slip_in_a_first_word_is_mended_at_once(before, after):
    assert "name" not in flags_of(before, after, "en")


@pytest.mark.usefixtures("_vocabulary")
@pytest.mark.parametrize(
    ("before", "after", "beside"),
    [
        ("Karimov said so.", "Rahimov said so.", ""),
        ("Karimob said so.", "Karimov said so.", ""),
        ("Zarina said so.", "Karina said so.", ""),
        ("Marina said so.", "Malina said so.", "They asked Marina."),
        ("Ramon said so.", "Roman said so.", ""),
        ("Rosa said so.", "Rose said so.", ""),
        ("Vera said so.", "Mira said so.", ""),
        ("Marina Karimova said so.", "Malina Karimova said so.", ""),
        ("They asked Dependng.", "They asked Depending.", ""),
        ("Depending on him.", "Karimov on him.", ""),
        ("Said Dependng on it.", "Said Depending on it.", ""),
        ("Bell met John Bell, a bell and a bill.", "Bill met John Bell, a bell and a bill.", ""),
    ],
)
def test_a_name_that_begins_a_sentence_is_one(before, after, beside):
    assert "name" in flags_of(before, after, "en", beside=[beside, before])


def test_without_a_vocabulary_the_page_and_the_language_say_what_is_no_name(monkeypatch):
    monkeypatch.setattr(stated_facts, "_vocabularies", [])
    before, after = "Dependng on the year it differs.", "Depending on the year it differs."
    assert "name" in flags_of(before, after, "en")
    assert "name" not in flags_of(before, after, "en", beside=["It differs depending on the year."])
    assert "name" not in flags_of("Teh river rises.", "The river rises.", "en")
    assert "name" in flags_of("Tim rises.", "Tom rises.", "en")


def test_first_words_are_those_behind_a_mark_a_dash_or_a_number():
    assert first_words("Вода ушла. Куда? – Вниз. «Река» и Ош, МЧС: Итоги") == ["Вода", "Куда", "Вниз", "Река", "Итоги"]
    assert first_words("2. Вода") == ["Вода"]


@pytest.mark.thorough
@pytest.mark.django_db
def test_pages_of_another_site_have_no_false_alarm_and_no_name_passes():
    slips, names = on_other_pages(other_pages()[::4], 100)
    assert (len(slips) > 200, sum(slips)) == (True, 0)
    assert names == [True] * 100


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "small", "names", "name", "other"),
    [
        ("en", "They ring a bell and pay a bill.", "They met John Bell and Ann Bill.", "Bell", "Bill"),
        ("en", "They ask bakers and a banker.", "They met John Baker and Ann Banker.", "Baker", "Banker"),
        ("ru", "На рынке нет баранов, есть баранка.", "Пришли Иван Баранов и Анна Баранка.", "Баранов", "Баранка"),
    ],
)
def test_of_two_names_that_pages_write_small_too_none_takes_the_others_place(language, small, names, name, other):
    publish([(language, [small]), (language, [names])] * 3)
    before = f"{name} stole all the money of the fund for children."
    assert changes_a_name(before, before.replace(name, other), language, [before])


@pytest.mark.django_db
def test_a_word_is_written_small_once_a_page_does_so():
    publish([("en", ["Results"])])
    assert Word.objects.get(word="results").written == "Results"
    publish([("en", ["Results"]), ("en", ["The results"])])
    assert Word.objects.get(word="results").written == "results"
