from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locales.table import LANGUAGES
from locales.text import SLUG_LENGTH, local_digits, nfc, slugify, to_latin

CODES = [*LANGUAGES, "de", "xx-unknown"]
codes = st.sampled_from(CODES)
SCRIPTS = "аяёғӣқӯҳҷәңөұүһіўABCzÄß\u0301\u0338ʻʼ'’ -—/\\.\u200cآبیو۱۲🎉中"
texts = st.text() | st.text(alphabet=SCRIPTS)


@pytest.mark.parametrize(
    ("code", "text", "slug"),
    [
        ("ru", "Чрезвычайный съезд: «ещё раз» о Ёлкино", "chrezvychaynyy-sezd-eshchyo-raz-o-yolkino"),
        ("tg", "Ҷумҳурии Тоҷикистон ва Ӯзбекистон", "jumhurii-tojikiston-va-uzbekiston"),
        ("tg", "Европа, поезд, Ҳисор, қишлоқи Ғарм", "yevropa-poyezd-hisor-qishloqi-gharm"),
        ("en", "Tashkent’s café: a “new” start", "tashkents-cafe-a-new-start"),
        ("kk", "Қарағанды мен Өскемен, Шыңғыс", "qaraghandy-men-oskemen-shyngghys"),
        ("ky", "Жогорку Кеңеш, Өзгөн жана Үзөңгү", "jogorku-kengesh-ozgon-jana-uzonggu"),
        ("uz", "Oʻzbekiston: gʻalaba, maʼno va o'g'il", "ozbekiston-galaba-mano-va-ogil"),
        ("uz", "Ўзбекистон Республикаси, Ғалаба, Европа", "ozbekiston-respublikasi-galaba-yevropa"),
        ("fa", "ایران و تاجیکستان", "iran-va-tajikstan"),
        ("fa", "خانه‌ها در سال ۲۰۲۶", "khaneh-ha-dar-sal-2026"),
        ("de", "Über Größe", "uber-grosse"),
        ("en", "Что нового", "chto-novogo"),
    ],
)
def test_slug_by_each_languages_practice(code: str, text: str, slug: str) -> None:
    assert slugify(text, code) == slug


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_letter_of_the_alphabet_has_latin(code: str) -> None:
    for letter in LANGUAGES[code].alphabet + LANGUAGES[code].alphabet.upper():
        assert re.fullmatch("[a-z]*", to_latin(f"{letter}", code)), letter


@given(text=texts, code=codes, max_length=st.integers(1, 200))
def test_a_slug_always_exists_and_fits(text: str, code: str, max_length: int) -> None:
    slug = slugify(text, code, max_length)
    assert re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", slug)
    assert len(slug) <= max_length
    assert slugify(slug, code, max_length) == slug


@given(text=texts, code=codes)
def test_a_slug_does_not_depend_on_the_encoding(text: str, code: str) -> None:
    assert slugify(unicodedata.normalize("NFD", text), code) == slugify(nfc(text), code)


def test_text_without_letters_gives_different_slugs() -> None:
    assert slugify("🎉", "tg") != slugify("中国", "tg")
    assert slugify("🎉", "tg") == slugify("🎉", "ru")
    assert slugify("", "tg")


def test_a_long_headline_is_cut_between_words() -> None:
    slug = slugify("слово " * 40, "ru")
    assert len(slug) <= SLUG_LENGTH
    assert set(slug.split("-")) == {"slovo"}


def test_a_slug_of_no_length_is_refused() -> None:
    with pytest.raises(ValueError, match="at most 0"):
        slugify("слово", "ru", 0)


@given(st.text())
def test_nfc_keeps_what_is_written(text: str) -> None:
    normal = nfc(text)
    assert nfc(normal) == normal
    assert unicodedata.normalize("NFD", normal) == unicodedata.normalize("NFD", text)


def test_nfc_folds_nothing() -> None:
    assert nfc("Ҷумҳурӣ ﬁ ё «ТАҶИК» ۱۲") == "Ҷумҳурӣ ﬁ ё «ТАҶИК» ۱۲"
    assert nfc("и\u0306") == "й"


def test_digits() -> None:
    assert local_digits("2026", "fa") == "۲۰۲۶"
    assert local_digits("2026", "tg") == "2026"
    assert local_digits("2026", "de") == "2026"
