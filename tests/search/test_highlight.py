"""Extracts: the right place, whole words, and never a reader's or writer's markup."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chorsu_search.analysis import get_analyser
from chorsu_search.results import EXTRACT_LENGTH, extract, highlight


def tokens(text: str, language: str = "ru") -> frozenset[str]:
    return frozenset(get_analyser(language).tokens(text))


def test_marks_every_form_and_escapes_the_rest():
    assert highlight("Вода & <b>воды</b>", tokens("вода"), "ru") == (
        "<mark>Вода</mark> &amp; &lt;b&gt;<mark>воды</mark>&lt;/b&gt;"
    )


def test_marks_a_word_with_an_apostrophe_or_a_joiner_as_a_whole():
    assert highlight("Oʻzbekiston", tokens("o'zbekiston", "uz"), "uz") == "<mark>Oʻzbekiston</mark>"
    assert "<mark>" in highlight("كتاب‌هاي", tokens("کتاب", "fa"), "fa")
    assert highlight("co\u00adoperate", tokens("cooperate", "en"), "en") == "<mark>co\u00adoperate</mark>"


def test_quotation_marks_around_a_word_stay_outside():
    assert highlight("‘water’ 'water'", tokens("water", "en"), "en") == (
        "‘<mark>water</mark>’ &#x27;<mark>water</mark>&#x27;"
    )
    assert highlight("bugʻdoy, bogʻ", tokens("bogʻ", "uz"), "uz") == "bugʻdoy, <mark>bogʻ</mark>"


def test_takes_the_stretch_with_most_of_the_words():
    filler = "Слова без смысла. " * 40
    text = f"Вода. {filler} Вода и газ рядом. {filler}"
    shown = extract({"lead": "Лид", "body": text}, tokens("вода газ"), "ru")
    assert "<mark>Вода</mark> и <mark>газ</mark> рядом" in shown
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert len(shown) < EXTRACT_LENGTH + 60


def test_cuts_no_word_off_its_quotation_marks():
    shown = extract({"body": "«вода»  " * 100}, tokens("вода"), "ru")
    assert shown.startswith("«<mark>вода</mark>»  «")
    assert shown.endswith("»  «<mark>вода</mark>» …")
    shown = extract({"body": "Ё" * 300 + " «вода»" * 100}, tokens("вода"), "ru")
    assert shown.startswith("… «<mark>вода</mark>» «")
    assert shown.endswith("» «<mark>вода</mark>» …")


def test_shows_where_a_line_ends_that_is_no_sentence():
    shown = extract({"body": "Выводы\nВода прибывает.\n\nКарта: канал\nмираб"}, tokens("вода"), "ru")
    assert shown == "Выводы · <mark>Вода</mark> прибывает. Карта: канал · мираб"


def test_begins_with_the_lead_where_only_a_name_fits():
    texts = {"lead": "О чём речь.", "body": "Текст", "places": "Таджикистан\nУзбекистан\nd20261111"}
    assert extract(texts, tokens("таджикистан d20261111"), "ru") == "О чём речь. · <mark>Таджикистан</mark>"
    assert extract({"headline": "Газ"}, tokens("газ"), "ru") == ""


@given(st.text(max_size=400), st.text(max_size=20))
def test_any_text_gives_balanced_and_escaped_html(text, query):
    for language in ("tg", "en", "de"):
        for shown in (
            highlight(text, tokens(query, language), language),
            extract({"body": text}, tokens(query, language), language),
        ):
            assert shown.count("<mark>") == shown.count("</mark>")
            assert "<" not in shown.replace("<mark>", "").replace("</mark>", "")
