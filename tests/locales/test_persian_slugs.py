"""Addresses of Persian headlines: vowels of the commonest words, and cuts between words."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chorsu_locales.table.model import latin_file
from chorsu_locales.text import nfc, slugify

LINES = latin_file("fa").read_text(encoding="utf-8").splitlines()
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
def test_common_words_have_their_vowels(text: str, slug: str) -> None:
    assert slugify(text, "fa") == slug


def test_a_short_word_with_an_ending_is_left_to_the_letters() -> None:
    assert slugify("نهان", "fa") == "nhan"  # "hidden", not "not" with a plural


def test_the_table_is_in_order() -> None:
    assert len(ENTRIES) > 600
    assert len({word for word, _latin in ENTRIES}) == len(ENTRIES)
    assert not [
        entry for entry in ENTRIES if not re.fullmatch("[a-z]+(-[a-z]+)*", entry[1]) or nfc(entry[0]) != entry[0]
    ]


def test_words_of_another_language_in_persian_letters_are_not_looked_up() -> None:
    assert slugify("کتاب", "ru") == "ktab"


@given(st.lists(st.text("abcde", min_size=1, max_size=60), min_size=2, max_size=30), st.integers(61, 120))
def test_a_slug_is_never_cut_inside_a_word(words: list[str], longest: int) -> None:
    whole = "-".join(words)
    assert f"{whole}-".startswith(f"{slugify(' '.join(words), 'en', longest)}-")
