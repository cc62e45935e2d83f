from __future__ import annotations

import re

from locales.table import keyboards, letters
from locales.table.model import DatePatterns, Language, Quotes, Transliteration

ROW = Language(
    code="tg",
    english_name="Tajik",
    name="Тоҷикӣ",
    script="Cyrl",
    fallbacks=("ru", "en"),
    # CLDR gives Tajik curly marks; the press and schoolbooks of Tajikistan write guillemets.
    quotes=Quotes("«", "»", "„", "“"),
    alphabet="абвгғдеёжзиӣйкқлмнопрстуӯфхҳчҷшъэюя",
    # After the plain letter: what the fonts in use before Unicode ("Times New Roman Tj") left in old texts.
    substitutes={
        "ғ": ("г", "ѓ"),
        "ӣ": ("и", "й", "ї"),
        "қ": ("к", "ќ"),
        "ӯ": ("у", "ў"),
        "ҳ": ("х", "њ"),
        "ҷ": ("ч", "љ", "дж"),
        "ё": ("е",),
    },
    keyboards=(keyboards.LATIN_FOR_TAJIK, keyboards.LATIN_FOR_RUSSIAN, keyboards.RUSSIAN_FOR_TAJIK),
    # BGN/PCGN 1994 without diacritics: е is ye at the start of a word and after a vowel.
    transliteration=Transliteration(
        {**letters.RUSSIAN, "ғ": "gh", "ӣ": "i", "қ": "q", "ӯ": "u", "ҳ": "h", "ҷ": "j"},
        ((re.compile(r"(?<![^\W\d_])е|(?<=[аеёиӣоуӯэюя])е"), "ye"),),
    ),
    # In a date the month takes the izofat: "24 ноябри соли 2026".
    dates=DatePatterns(
        months=(
            "январи", "феврали", "марти", "апрели", "майи", "июни",
            "июли", "августи", "сентябри", "октябри", "ноябри", "декабри",
        ),
        months_alone=(
            "январ", "феврал", "март", "апрел", "май", "июн",
            "июл", "август", "сентябр", "октябр", "ноябр", "декабр",
        ),
        long="{day} {month} соли {year}",
        month="{month} соли {year}",
        day="{day} {month_alone}",
        same_month="{day}–{end_day} {month} соли {year}",
        same_year="{day} {month_alone} – {end_day} {end_month} соли {year}",
        moment="{date}, соати {time}",
    ),
    fonts=("latin", "cyrillic", "cyrillic-ext"),
)  # fmt: skip
