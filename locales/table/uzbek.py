from __future__ import annotations

import re

from locales.table import letters
from locales.table.model import Apostrophes, DatePatterns, Language, Quotes, Transliteration

MONTHS = (
    "yanvar", "fevral", "mart", "aprel", "may", "iyun",
    "iyul", "avgust", "sentabr", "oktabr", "noyabr", "dekabr",
)  # fmt: skip

ROW = Language(
    code="uz",
    english_name="Uzbek",
    name="Oʻzbekcha",
    script="Latn",
    fallbacks=("ru", "en"),
    quotes=Quotes("“", "”", "‘", "’"),
    alphabet="abdefghijklmnopqrstuvxyzʻʼ",
    substitutes={"ʻ": ("'", "‘", "’", "`", "´", "ʼ", ""), "ʼ": ("'", "’", "‘", "`", "´", "ʻ", "")},
    # oʻ and gʻ are letters with a turned comma (U+02BB); elsewhere the tutuq belgisi is U+02BC.
    apostrophes=Apostrophes(variants="ʻʼ'‘’`´′", turned_after="oOgG", turned="ʻ", plain="ʼ"),
    # The official Latin alphabet without its apostrophes; the Cyrillic spelling by the same alphabet.
    transliteration=Transliteration(
        {
            **letters.RUSSIAN,
            "ў": "o", "қ": "q", "ғ": "g", "ҳ": "h", "х": "x", "ж": "j", "ы": "i", "щ": "sh",
        },
        ((re.compile(r"(?<![^\W\d_])е|(?<=[аеёиоуўэюяъ])е"), "ye"),),
    ),
    dates=DatePatterns(
        months=MONTHS,
        months_alone=MONTHS,
        long="{year}-yil {day}-{month}",
        month="{year}-yil {month}",
        day="{day}-{month}",
        same_month="{year}-yil {day}–{end_day}-{month}",
        same_year="{year}-yil {day}-{month} – {end_day}-{end_month}",
        moment="{date}, soat {time}",
    ),
    fonts=("latin", "latin-ext"),
)  # fmt: skip
