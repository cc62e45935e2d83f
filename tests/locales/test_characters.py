from __future__ import annotations

import sys
import unicodedata

import pytest

from chorsu_locales.normal_form import LOST, permitted

EVERY = [chr(code) for code in range(sys.maxunicode + 1)]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Word's\vbreak\fand\x85page\u2028line\u2029", "Word's break and page line "),
        ("lines\tof\na\r\nform", "lines\tof\na\r\nform"),
        ("a\0b\x07\x7f\x9f", "ab"),
        ("half \ud83d an emoji 😀", "half  an emoji 😀"),
        ("\u202aturned\u202e \u2067round\u2069\u202c", "turned round"),
        ("می\u200cخواهم \u200fو\u200e", "می\u200cخواهم \u200fو\u200e"),
        ("soft\u00adhyphen, no\u00a0break, \u200bspace", "soft\u00adhyphen, no\u00a0break, \u200bspace"),
        (
            "👩\u200d🔬 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
            "👩\u200d🔬 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        ),
        ("\ufeffbyte order\ufffe\U0010ffff", "byte order"),
        ("private \ue000\uf8ff, unassigned \u0378", "private , unassigned "),
        ("an emoji of a later Unicode: \U0001fac9", "an emoji of a later Unicode: \U0001fac9"),
    ],
)
def test_texts(sent: str, kept: str) -> None:
    assert permitted(sent) == kept


def test_every_character_that_is_no_other_category_stays() -> None:
    plain = [character for character in EVERY if not unicodedata.category(character).startswith(("C", "Zl", "Zp"))]
    # Each behind a letter: a variation selector behind another one changes nothing that is seen.
    assert permitted("a".join(plain)) == "a".join(plain)


def test_what_stays_can_stand_in_xml() -> None:
    illegal = [chr(code) for code in (*range(9), 11, 12, *range(14, 32), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF)]
    assert not set(permitted("".join(EVERY))) & set(illegal)


def test_a_mark_stands_for_each() -> None:
    assert permitted("a\0b\u202ec\nd", LOST) == "a\ufffdb\ufffdc\nd"
