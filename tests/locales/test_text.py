from __future__ import annotations

import re
import sys
import unicodedata
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chorsu_locales.normal_form import no_formula, permitted
from chorsu_locales.table import LANGUAGES
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


@given(st.text("a\u00e9\u0301\u0327\u0344\u0345\u05b0\u0f73\u0338\u200d!", min_size=31, max_size=200))
def test_nfc_puts_many_marks_in_unicodes_order(text: str) -> None:
    assert nfc(f"я{text}") == unicodedata.normalize("NFC", f"я{text}")


@pytest.mark.parametrize("mark", ["\u0301\u0327", "\u0344\u0327", "\u0f73", "\uff9e\u0301"])
def test_unicodedata_orders_no_long_run_of_marks(mark: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It does so by insertion, and holds the interpreter meanwhile: no other thread works for a minute."""
    normalize, longest = unicodedata.normalize, 0

    def watch(form: Any, text: str) -> str:
        nonlocal longest
        orders = [unicodedata.combining(part) for character in text for part in normalize(form, character)]
        longest = max(longest, sum(one > other > 0 for one, other in pairwise(orders)))
        return normalize(form, text)

    monkeypatch.setattr(unicodedata, "normalize", watch)
    nfc("a" + mark * 1000)
    slugify("a" + mark * 1000, "en")
    assert longest < 31


def test_every_mark_counts_as_one() -> None:
    characters = map(chr, range(sys.maxunicode + 1))
    marks = [found for found in characters if unicodedata.combining(unicodedata.normalize("NFD", found)[0])]
    assert len(marks) > 900
    assert not [mark for mark in marks if re.match(r"[\w\s]", mark)]


def test_nfc_folds_nothing() -> None:
    assert nfc("Ҷумҳурӣ ﬁ ё «ТАҶИК» ۱۲") == "Ҷумҳурӣ ﬁ ё «ТАҶИК» ۱۲"
    assert nfc("и\u0306") == "й"


def test_digits() -> None:
    assert local_digits("2026", "fa") == "۲۰۲۶"
    assert local_digits("2026", "tg") == "2026"
    assert local_digits("2026", "de") == "2026"


FLAG = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("a" + "".join(chr(0xE0000 + ord(letter)) for letter in "hidden") + "b", "ab"),
        ("a" + "\ufe0f" * 400 + "b", "a\ufe0fb"),
        ("a\U000e0061\ufe0f\U000e0061\ufe0fb", "a\ufe0fb"),
        ("".join(chr(0xE0100 + number) for number in range(240)), "\U000e0100"),
        (f"{FLAG}{FLAG} ❤️ 👩‍🔬", f"{FLAG}{FLAG} ❤️ 👩‍🔬"),
        ("\U0001f3f4" + "\U000e0061" * 400 + "\U000e007f", "\U0001f3f4"),
        ("Ӣ ӯ ҳ қ ғ ҷ می‌شود", "Ӣ ӯ ҳ қ ғ ҷ می‌شود"),
    ],
    ids=["tags", "selectors", "between", "supplement", "emojis", "long flag", "letters"],
)
def test_no_message_hides_in_what_nobody_sees(text: str, stored: str) -> None:
    assert permitted(text) == stored
    assert permitted(permitted(text, "\ufffd"), "\ufffd") == permitted(text, "\ufffd")


@pytest.mark.parametrize("sign", ["=", "＝", "﹦", "＋", "﬩", "－", "﹣", "＠", "﹫", "@", "\t", "\r"])
@pytest.mark.parametrize("before", ["", " ", "\u200b", "\ufe0f\u00ad", "\u3000", "\n", "\u0301"])
def test_no_cell_is_a_formula(sign: str, before: str) -> None:
    text = f"{before}{sign}1+1"
    # A tab stands for a formula at the beginning alone.
    assert no_formula(text) == (text if sign in "\t\r" and before else f"'{text}")
    assert no_formula(f"{before}1{sign}1") == f"{before}1{sign}1"
