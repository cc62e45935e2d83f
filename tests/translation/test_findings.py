"""Checks of translations: what each finds and lets pass."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from wagtail.models import Page

from chorsu_translation.findings import Name, find, register_check, unregister_check
from chorsu_translation.findings import numbers_and_names as names_check
from chorsu_translation.findings.numbers_and_names import check_links, check_names, check_numbers
from chorsu_translation.findings.running import Alignment, Pair, Text, registered_checks
from chorsu_translation.findings.texts import check_alphabet, check_length, check_quotation_marks, check_untranslated

pytestmark = pytest.mark.usefixtures("_messages_in_english")

WATER = "Наблюдатель записывает уровень реки дважды в день, и это видно по тетрадям."


def beside(source: str, target: str, codes: str = "ru tg", **options: Any) -> Alignment:
    """Return two texts as pages of one unit, side by side."""
    source_code, target_code = codes.split()
    language = options.get("language", target_code)
    pair = Pair("lead", 0, Text(source, source, source_code), Text(target, target, language))
    page: Any = None
    return Alignment(page, page, source_code, target_code, [pair], [pair])


def said(check: Callable[[Alignment], Any], *texts: str, **options: Any) -> str:
    return " ".join(message for _pair, message in check(beside(*texts, **options)))


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ((WATER, WATER), "says the same"),
        ((WATER, f"{WATER} Ва ин ҳам."), "words are those of the source"),
        ((WATER, "The observer writes down the level of the river twice a day."), "English"),
        (("The level of the river", "Об барвақт меояд. Отец ждал большую воду к середине июня.", "en tg"), "Русский"),
        (("Раиса Ивановна Ким", "Раиса Ивановна Ким", "ru en"), "says the same"),
        (("How water is shared", "How water is shared", "en de"), "says the same"),
    ],
)
def test_what_is_not_translated_is_found(texts, message):
    assert message in said(check_untranslated, *texts)


@pytest.mark.parametrize(
    ("texts", "language"),
    [
        (("Раиса Ивановна Ким", "Раиса Ивановна Ким"), "tg"),
        (("Wikipedia, 2026", "Wikipedia, 2026", "en tg"), "tg"),
        (
            (
                "<i>The Physical Science Basis of the Climate</i>, глава 9",
                "<i>The Physical Science Basis of the Climate</i>, боби 9",
            ),
            "tg",
        ),
        ((WATER, WATER), "ru"),  # a quotation whose block says that it is in Russian
        ((WATER, "Мушоҳидакор сатҳи дарёро рӯзе ду бор қайд мекунад."), "tg"),
        (("Wasser und Eis im Sommer", "Water and ice in the summer", "de en"), "en"),
    ],
)
def test_what_is_the_same_in_both_languages_is_let_pass(texts, language):
    assert said(check_untranslated, *texts, language=language) == ""


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (("14 июня 2026 года", "14 июни соли 2025"), "Not in the translation: 2026; not in the source: 2025"),
        (("Пришло 118 человек", "Одамон омаданд"), "Not in the translation: 118"),
        (("3,5 млн", "35 million", "ru en"), "Not in the translation: 3.5; not in the source: 35"),
        (("14 июня", "14 July", "ru en"), "The month isn't the same: июнь"),
        (("в августе и в июне", "дар август ва июл"), "The month isn't the same: июнь"),
        (("14 июня", "Чордаҳуми моҳ, 14"), "The month isn't the same: июнь"),
        (("XX век", "19th century", "ru en"), "Not in the translation: 20; not in the source: 19"),
    ],
)
def test_changed_numbers_and_dates_are_found(texts, message):
    assert said(check_numbers, *texts) == message


@pytest.mark.parametrize(
    "texts",
    [
        ("14 июня 2026 года, 1 200 человек и 3,5 %", "14 ژوئن ۲۰۲۶، ۱٬۲۰۰ نفر و ۳٫۵ ٪", "ru fa"),
        ("12 500 сомони", "12,500 somoni", "ru en"),
        ("10.11.2026", "10 November 2026", "ru en"),
        ("с 20 до 4 часов", "8 p.m. to 4 a.m.", "ru en"),
        ("два раза, 2 села", "two villages, twice", "ru en"),
        ("в 1990-х", "in the 90s", "ru en"),
        ("XXI век", "21st century", "ru en"),
        ("К августу канал мелеет", "By August it may run low", "ru en"),
        ("14 июня", "14-iyun", "ru uz"),
    ],
)
def test_the_same_number_may_be_written_in_another_way(texts):
    assert said(check_numbers, *texts) == ""


@pytest.mark.parametrize(
    ("codes", "text", "message"),
    [
        ("ru tg", "«Об меояд», – мегӯяд ӯ", ""),
        ("ru tg", "“Об меояд”, – мегӯяд ӯ", "“ ” are not the quotation marks"),
        ("ru tg", '"Об меояд", – мегӯяд ӯ', '" are not the quotation marks'),
        ("ru tg", "«Об меояд, – мегӯяд ӯ", "opened and not closed"),
        ("ru en", "“Put them “side by side”,” he says", ""),
        ("ru en", "«Put them side by side»", "« » are not"),
        ("ru en", 'A pipe of 12" in the ground', ""),
        ("ru de", "„Das Wasser kommt“", ""),
    ],
)
def test_quotation_marks_are_those_of_the_language(codes, text, message):
    found = said(check_quotation_marks, "Вода", text, codes)
    assert (message in found) if message else found == ""


def test_a_quotation_without_marks_is_found_and_a_name_without_them_is_none():
    assert "quotes somebody" in said(check_quotation_marks, "«Я жду её к первому числу»", "Ман интизорам")
    assert said(check_quotation_marks, "Клуб «Заря»", "Zarya Club", "ru en") == ""


@pytest.mark.parametrize(
    ("codes", "text", "found"),
    [
        ("ru tg", "Дар шaҳр", "шaҳр"),
        ("ru en", "The сity", "сity"),
        ("ru kk", "Қазақстан, өңір, ұлт, іс", ""),
        ("ru tg", "IT-ширкат ва 5G", ""),
        ("ru fa", "كتاب", "كتاب"),
        ("ru fa", "کتاب", ""),
    ],
)
def test_letters_of_another_alphabet_are_found(codes, text, found):
    message = said(check_alphabet, "Вода", text, codes)
    assert message == (f"Letters of two alphabets in one word: {found}" if found else "")


@pytest.mark.django_db
def test_links_lead_where_those_of_the_source_lead():
    root = Page.objects.get(depth=1)
    page = Page.objects.filter(depth=2).get()
    link = '<a href="https://ru.wikipedia.org/wiki/Вода">вода</a>'
    to_page = f'<a linktype="page" id="{page.pk}">вода</a>'
    for source, target, message in (
        (link, '<a href="https://tg.wikipedia.org/wiki/Об">об</a>', ""),
        (link, "об", "A link of the source is missing."),
        ("вода", link, "The source has no such link."),
        (link, '<a href="https://example.org/">об</a>', "A link leads elsewhere than in the source."),
        (to_page, to_page, ""),
        (to_page, f'<a linktype="page" id="{root.pk}">вода</a>', "A link leads elsewhere than in the source."),
        ("Пишите на desk@example.org.", "Нависед.", "A link of the source is missing."),
    ):
        assert said(check_links, source, target) == message


def test_a_text_may_not_be_far_shorter_or_longer_than_its_source():
    assert said(check_length, WATER, WATER[: len(WATER) * 2 // 5]) == "Much shorter than the source."
    assert said(check_length, WATER, f"{WATER} {WATER}") == "Much longer than the source."
    assert said(check_length, "Вода", "Об барвақт меояд") == ""


@pytest.fixture
def vocabulary(monkeypatch):
    known = [Name("Рустам Шарифов", "Rustam Sharifov"), Name("Таджикистан", "Tajikistan"), Name("Вода", "Water", False)]
    monkeypatch.setattr(names_check, "_sources", [lambda _source, _target: known])


@pytest.mark.usefixtures("vocabulary")
@pytest.mark.parametrize(
    ("source", "target", "found"),
    [
        ("Рустама Шарифова спросили в Таджикистане", "Rustam Sharifov was asked in Tajikistan’s north", ""),
        ("Рустама Шарифова спросили", "Rustam Sharipov was asked", "Rustam Sharifov"),
        ("Шарифов думает", "He thinks", ""),
        ("таджикистанская вода", "water of the country", ""),
        ("Вода приходит", "It comes", ""),
    ],
)
def test_names_are_spelled_as_in_the_vocabulary(source, target, found):
    assert said(check_names, source, target, "ru en") == (
        f"By the glossary or the vocabularies: {found}" if found else ""
    )


def test_a_check_of_ones_own_is_run_and_no_two_have_one_name(monkeypatch):
    monkeypatch.setattr(
        "chorsu_translation.findings.running.side_by_side", lambda _source, _target: beside("Вода!", "Об")
    )

    @register_check("exclamation_marks", "Exclamation marks")
    def exclamation_marks(pages):
        for pair in pages.pairs:
            if pair.source and pair.target and "!" in pair.source.text and "!" not in pair.target.text:
                yield pair, "The source shouts."
                yield pair, "Loudly."

    page: Any = None
    monkeypatch.setattr("chorsu_translation.findings.running.registered_checks", lambda: registered_checks()[-1:])
    try:
        (finding,) = find(page, page)
        assert (finding.key, finding.message) == (("exclamation_marks", "lead", 0), "The source shouts. Loudly.")
        with pytest.raises(ValueError, match="exclamation_marks"):
            register_check("exclamation_marks", "Again")(exclamation_marks)
    finally:
        unregister_check("exclamation_marks")
    assert "exclamation_marks" not in [check.name for check in registered_checks()]


@pytest.mark.thorough
@pytest.mark.parametrize(
    "unit",
    [
        "a1 ",
        "<a ",
        "«",
        "«а ",
        "Аa",
        '"',
        "1 000 ",
        "1,000.",
        "XIX ",
        "Рустам ",
        "www.",
        "a@b.",
        "Вода приходит. ",
        "а'",
    ],
)
def test_the_checks_take_linear_time(unit):
    """Twice as much text takes twice as long, with room for a busy machine."""
    checks = [check.function for check in registered_checks() if check.name not in {"pictures", "names"}]

    def seconds(size):
        text = unit * (size // len(unit))
        pages = beside(text, text[:-1], "ru en")
        started = time.process_time()
        for check in checks:
            list(check(pages))
        return time.process_time() - started

    seconds(1_000)
    small = min(seconds(30_000) for _ in range(2))
    large = min(seconds(60_000) for _ in range(2))
    assert large < max(0.3, 3.5 * small)
