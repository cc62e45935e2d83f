from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf.locale import LANG_INFO
from django.core.checks import INFO, run_checks
from django.test import override_settings

from chorsu_locales.catalogues import register_names
from chorsu_locales.checks import check_languages
from chorsu_locales.dates import format_date
from chorsu_locales.selectors import (
    default_code,
    enabled_codes,
    enabled_languages,
    fallback_chain,
    get_language_row,
    is_enabled,
    is_known,
)
from chorsu_locales.table import LANGUAGES, Keyboard, Language, add_language, language_settings
from chorsu_locales.text import slugify
from tests.languages import newsroom_languages

LAYOUTS = tomllib.loads(Path(__file__).with_name("layouts.toml").read_text(encoding="utf-8"))
PAMIRI = Language("sgh", "Shughni", "Хуг̌ну̊н зив", "Cyrl", fallbacks=("tg", "ru"))


@pytest.fixture
def pamiri() -> Iterator[Language]:
    """Yield a language of the table that Django doesn't know, and take it out again."""
    assert PAMIRI.code not in LANG_INFO
    add_language(PAMIRI)
    register_names()
    yield PAMIRI
    del LANGUAGES[PAMIRI.code]
    del LANG_INFO[PAMIRI.code]


def test_the_table_has_the_seven_languages():
    assert list(LANGUAGES) == ["ru", "tg", "en", "kk", "ky", "uz", "fa"]
    assert [code for code, row in LANGUAGES.items() if row.direction == "rtl"] == ["fa"]


@pytest.mark.parametrize("row", LANGUAGES.values(), ids=list(LANGUAGES))
def test_a_row_is_whole(row):
    assert row.alphabet
    assert len(set(row.alphabet)) == len(row.alphabet)
    assert row.dates is not None
    assert len(set(row.dates.months)) == len(set(row.dates.months_alone)) == 12
    assert row.transliteration is not None
    assert row.code not in row.fallbacks
    assert set(row.fallbacks) <= set(LANGUAGES)
    assert row.keyboards
    assert all(letter.islower() or letter.upper() == letter for letter in row.analysis.folds)
    assert hash(row)


@pytest.mark.parametrize(("code", "typed", "meant"), LAYOUTS["typed"])
def test_layout_slips(code, typed, meant):
    assert meant in [reading for keyboard in LANGUAGES[code].keyboards for reading in keyboard.readings(typed)]


def test_a_layout_that_lacks_a_letter_was_not_typed_with():
    keyboard = Keyboard("ab1", "фис")
    assert keyboard.readings("a1 B") == ["фс и"]
    assert keyboard.readings("ф1") == ["a1"]
    assert keyboard.readings("aф") == keyboard.readings("1") == keyboard.readings("") == []


def test_a_crooked_keyboard_is_refused():
    with pytest.raises(ValueError, match="2 keys on one layout and 1"):
        Keyboard("ab", "a")


def test_rows_of_regions_and_of_unknown_languages():
    assert get_language_row("ru-kg").code == "ru"
    assert get_language_row("EN_GB").code == "en"
    german = get_language_row("de")
    assert (german.name, german.english_name, german.direction) == ("Deutsch", "German", "ltr")
    assert get_language_row("ar").direction == "rtl"
    nonsense = get_language_row("qq")
    assert (nonsense.name, nonsense.dates, nonsense.transliteration) == ("qq", None, None)
    assert is_known("uz-cyrl")
    assert not is_known("de")


@pytest.mark.parametrize(
    "chain", [("tg", "ru", "en"), ("ru-kg", "ru", "en"), ("de", "en"), ("de-at", "de", "en")], ids=lambda it: it[0]
)
def test_chains(chain):
    assert fallback_chain(chain[0]) == chain


def test_settings_for_a_subset():
    settings = language_settings(["tg", "ru"])
    assert settings["LANGUAGE_CODE"] == settings["MODELTRANSLATION_DEFAULT_LANGUAGE"] == "tg"
    assert settings["LANGUAGES"] == settings["WAGTAIL_CONTENT_LANGUAGES"] == [("tg", "Тоҷикӣ"), ("ru", "Русский")]
    assert settings["MODELTRANSLATION_LANGUAGES"] == tuple(LANGUAGES)
    assert settings["MODELTRANSLATION_FALLBACK_LANGUAGES"]["kk"][:2] == ("ru", "en")
    for code, chain in settings["MODELTRANSLATION_FALLBACK_LANGUAGES"].items():
        assert {*chain, code} - {"default"} == set(LANGUAGES), "a name in any language is better than none"


@pytest.mark.parametrize(
    ("given", "codes"), [(["TG", "xx", "tg", "en"], ["tg", "en"]), (["xx"], list(LANGUAGES)), ([], list(LANGUAGES))]
)
def test_settings_survive_wrong_codes(given, codes):
    assert [code for code, _ in language_settings(given)["LANGUAGES"]] == codes


def test_enabled_languages():
    with newsroom_languages("tg", "en"):
        assert default_code() == "tg"
        assert [row.code for row in enabled_languages()] == enabled_codes() == ["tg", "en"]
        assert [is_enabled(code) for code in ("en", "ru")] == [True, False]
    with override_settings(LANGUAGE_CODE="en"):
        assert enabled_codes()[0] == "en", "the default language comes first"


def test_an_unknown_code_is_reported_with_the_known_ones():
    with override_settings(NEWSROOM_LANGUAGES=["ru", "tajik", "xx", "ru"]):
        errors = list(check_languages())
    assert [error.id for error in errors] == ["chorsu_locales.E001"] * 2
    assert "'tajik'" in errors[0].msg
    assert "ru, tg, en, kk, ky, uz, fa" in str(errors[0].hint)


@pytest.mark.django_db
def test_the_checks_run_and_the_site_passes_them():
    # Notes are of the tests' own page types.
    assert not [each for each in run_checks() if str(each.id).startswith("chorsu_locales") and each.level > INFO]
    with override_settings(NEWSROOM_LANGUAGES=["xx"]):
        assert "chorsu_locales.E001" in {message.id for message in run_checks()}


def test_a_row_can_not_be_replaced_unnoticed():
    with pytest.raises(ValueError, match="row 'ru' already"):
        add_language(replace(LANGUAGES["ru"], name="?"))
    add_language(LANGUAGES["ru"])


def test_a_language_that_django_does_not_know(pamiri):
    assert language_settings(["ru", "sgh"])["LANGUAGES"][1] == ("sgh", pamiri.name)
    with newsroom_languages("ru", "sgh"):
        assert enabled_languages()[1] is pamiri
        (warning,) = check_languages()
        assert warning.id == "chorsu_locales.W001"
        assert "makemessages -l sgh" in str(warning.hint)
    assert slugify(pamiri.name, "sgh") == "khugnun-ziv"
    assert format_date(dt.date(2026, 11, 24), "sgh") == "2026-11-24"


@pytest.mark.parametrize("row", LANGUAGES.values(), ids=lambda row: row.code)
@pytest.mark.parametrize("field", ["negations", "negating", "numerals", "opposites"])
def test_words_that_turn_the_sense_are_of_the_alphabet_and_each_stands_once(row, field):
    forms = [form for group in getattr(row, field).split() for form in group.split("/")]
    assert forms
    once = [group.partition("/")[0] for group in row.negating.split()] if field == "negating" else forms
    assert len(once) == len(set(once))
    letters = set(row.alphabet) | set(row.hyphenation.letters if row.hyphenation else "")
    assert not set("".join(form.removesuffix("-") for form in forms)) - letters
