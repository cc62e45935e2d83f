"""The picture with the outlet's name."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image, ImageChops, ImageFont, features

from chorsu_locales.table import LANGUAGES
from cms.reader import card as drawing
from cms.reader.card import FONT_NAMES, FONTS, MARGIN, NAME_MIDDLE, PAPER, SIZE, card

# With letters of the language that others lack.
NAMES = {
    "ru": "Ёж и подъезд",
    "tg": "Ғӯри Қаҳҷӣ",
    "en": "Chorsu",
    "kk": "Қазақ әңгімеһі ұлы үйі",
    "ky": "Өзгөчө үңкүр",
    "uz": "Oʻzbekcha gʻoya",
    "fa": "چارسو، گزارش ژرف",
}


def ink(content: bytes | None) -> tuple[int, int, int, int]:
    """Return the box of the name, below the mark and above the band."""
    assert content
    image = Image.open(BytesIO(content))
    assert image.size == SIZE
    part = image.crop((0, 220, SIZE[0], 590))
    box = ImageChops.difference(part, Image.new("RGB", part.size, PAPER)).getbbox()
    assert box
    return box


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("times", [1, 6], ids=["short", "long"])
def test_each_languages_name_stands_in_the_middle_within_the_margins(code, times):
    left, top, right, bottom = ink(card(" ".join([NAMES[code]] * times), code))
    assert left >= MARGIN - 10
    assert right <= SIZE[0] - MARGIN + 10
    assert abs((left + right) - SIZE[0]) < 30
    assert abs((top + bottom) / 2 + 220 - NAME_MIDDLE) < 40


def test_a_name_with_a_letter_that_the_font_lacks_has_none():
    assert card("Chorsu", "ru")
    assert card("चार", "en") is None
    assert card("Чорсу", "en") is None
    assert card(" ", "en") is None


def test_persian_letters_are_joined_or_there_is_none(monkeypatch):
    font = ImageFont.truetype(FONTS / FONT_NAMES["Arab"], 150)
    left, _top, right, _bottom = ink(card("تحلیل", "fa"))
    assert right - left < 0.8 * sum(font.getlength(letter) for letter in "تحلیل")
    monkeypatch.setattr(features, "check", lambda _name: False)
    drawing.card.cache_clear()
    assert card("چارسو", "fa") is None
    assert card("Чорсу", "ru")
    drawing.card.cache_clear()
