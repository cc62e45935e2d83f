"""Normal form C, slugs and digits; addresses of Persian headlines have the vowels of the commonest words."""

from __future__ import annotations

import re
import sys
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chorsu_locales.table import LANGUAGES
from chorsu_locales.table.model import LATIN
from chorsu_locales.text import SLUG_LENGTH, local_digits, nfc, slugify, to_latin

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
        ("fa", "ایران و تاجیکستان", "iran-va-tajikestan"),
        ("fa", "خانه‌ها در سال ۲۰۲۶", "khaneh-ha-dar-sal-2026"),
        ("de", "Über Größe", "uber-grosse"),
        ("en", "Что нового", "chto-novogo"),
    ],
)
def test_slug_by_each_languages_practice(code, text, slug):
    assert slugify(text, code) == slug


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_letter_of_the_alphabet_has_latin(code):
    for letter in LANGUAGES[code].alphabet + LANGUAGES[code].alphabet.upper():
        assert re.fullmatch("[a-z]*", to_latin(f"{letter}", code)), letter


@given(text=texts, code=codes, max_length=st.integers(1, 200))
def test_a_slug_always_exists_and_fits(text, code, max_length):
    slug = slugify(text, code, max_length)
    assert re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", slug)
    assert len(slug) <= max_length
    assert slugify(slug, code, max_length) == slug


@given(text=texts, code=codes)
def test_a_slug_does_not_depend_on_the_encoding(text, code):
    assert slugify(unicodedata.normalize("NFD", text), code) == slugify(nfc(text), code)


def test_text_without_letters_gives_different_slugs():
    assert slugify("🎉", "ru") == slugify("🎉", "tg") != slugify("中国", "tg")


def test_a_slug_of_no_length_is_refused():
    with pytest.raises(ValueError, match="at most 0"):
        slugify("слово", "ru", 0)


@given(st.text())
def test_nfc_keeps_what_is_written(text):
    normal = nfc(text)
    assert nfc(normal) == normal
    assert unicodedata.normalize("NFD", normal) == unicodedata.normalize("NFD", text)


@given(st.text("a\u00e9\u0301\u0327\u0344\u0345\u05b0\u0f73\u0338\u200d!", min_size=31, max_size=200))
def test_nfc_puts_many_marks_in_unicodes_order(text):
    assert nfc(f"я{text}") == unicodedata.normalize("NFC", f"я{text}")


@pytest.mark.parametrize("mark", ["\u0301\u0327", "\u0344\u0327", "\u0f73", "\uff9e\u0301"])
def test_unicodedata_orders_no_long_run_of_marks(mark, monkeypatch):
    """It does so by insertion, and holds the interpreter meanwhile: no other thread works for a minute."""
    normalize, longest = unicodedata.normalize, 0

    def watch(form, text):
        nonlocal longest
        orders = [unicodedata.combining(part) for character in text for part in normalize(form, character)]
        longest = max(longest, sum(one > other > 0 for one, other in pairwise(orders)))
        return normalize(form, text)

    monkeypatch.setattr(unicodedata, "normalize", watch)
    nfc("a" + mark * 1000)
    slugify("a" + mark * 1000, "en")
    assert longest < 31


def test_every_mark_counts_as_one():
    characters = map(chr, range(sys.maxunicode + 1))
    marks = [found for found in characters if unicodedata.combining(unicodedata.normalize("NFD", found)[0])]
    assert len(marks) > 900
    assert not [mark for mark in marks if re.match(r"[\w\s]", mark)]


def test_nfc_folds_nothing():
    assert nfc("Ҷумҳурӣ ﬁ ё и\u0306 ۱۲") == "Ҷумҳурӣ ﬁ ё й ۱۲"


def test_digits():
    assert [local_digits("2026", code) for code in ("fa", "tg", "de")] == ["۲۰۲۶", "2026", "2026"]


LINES = (LATIN / "fa.txt").read_text(encoding="utf-8").splitlines()
ENTRIES = [entry for line in LINES if not line.startswith("#") for entry in zip(*[iter(line.split())] * 2, strict=True)]


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("زردآلو زیر شیشه: خشک‌کن‌های خورشیدی چه آوردند", "zardalu-zir-shisheh-khoshk-kon-haye-khorshidi-cheh-avardand"),
        ("آب زودتر می‌رسد", "ab-zudtar-mi-resad"),
        ("کتابخانهٔ بذر", "ketabkhaneh-bazr"),
        ("حمل‌ونقل در شهرها", "haml-o-naql-dar-shahrha"),
        ("كتاب علي", "ketab-ali"),  # the letters of an Arabic keyboard
        ("مهاجرانی از تاجیکستان", "mohajerani-az-tajikestan"),
        ("کتاب و قلم", "ketab-va-qlm"),  # the second isn't in the table
    ],
)
def test_common_words_have_their_vowels(text, slug):
    assert slugify(text, "fa") == slug


def test_a_short_word_with_an_ending_is_left_to_the_letters():
    assert slugify("نهان", "fa") == "nhan"  # "hidden", not "not" with a plural


def test_the_table_is_in_order():
    assert len(ENTRIES) > 600
    assert len({word for word, _latin in ENTRIES}) == len(ENTRIES)
    assert not [
        entry for entry in ENTRIES if not re.fullmatch("[a-z]+(-[a-z]+)*", entry[1]) or nfc(entry[0]) != entry[0]
    ]


def test_words_of_another_language_in_persian_letters_are_not_looked_up():
    assert slugify("کتاب", "ru") == "ktab"


@given(st.lists(st.text("abcde", min_size=1, max_size=60), min_size=2, max_size=30))
def test_a_slug_is_never_cut_inside_a_word(words):
    slug = slugify(" ".join(words), "en")
    assert len(slug) <= SLUG_LENGTH
    assert f"{'-'.join(words)}-".startswith(f"{slug}-")
