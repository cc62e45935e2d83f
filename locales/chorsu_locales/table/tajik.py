from __future__ import annotations

import re

from chorsu_locales.table import keyboards, letters
from chorsu_locales.table.model import Affix, Analysis, DatePatterns, Language, Quotes, Transliteration, folds

# The stages: the object marker; a possessor; izofat, relation and the indefinite article; the plural; relation that the
# plural uncovers; comparison.
SUFFIXES = (
    (Affix("ро"),),
    (
        Affix("амон"), Affix("ямон"), Affix("атон"), Affix("ятон"), Affix("ашон"), Affix("яшон"),
        Affix("аш", 4), Affix("яш"),
    ),
    (Affix("ии"), Affix("ӣи"), Affix("и"), Affix("ӣ"), Affix("е", 4)),
    (
        Affix("ҳо", 2), Affix("гон"), Affix("ён", 4), Affix("вон", 4),
        # "Тоҷикистон", "гулистон": a country or place, not a plural.
        Affix("он", 4, not_after=("ист",)),
    ),
    (Affix("ӣ"),),
    (Affix("тарин"), Affix("тар", 4)),
)  # fmt: skip

ROW = Language(
    code="tg",
    english_name="Tajik",
    name="Тоҷикӣ",
    script="Cyrl",
    fallbacks=("ru", "en"),
    # CLDR gives Tajik curly marks; the press and schoolbooks of Tajikistan write guillemets.
    quotes=Quotes("«", "»", "„", "“"),
    alphabet="абвгғдеёжзиӣйкқлмнопрстуӯфхҳчҷшъэюя",
    keyboards=(keyboards.LATIN_AND_TAJIK, keyboards.LATIN_AND_RUSSIAN, keyboards.RUSSIAN_AND_TAJIK),
    analysis=Analysis(
        # Why "ҷ" becomes "ч" and not "ж" or "дж": docs/decisions/tajik-analysis.md. The last six are what the fonts in
        # use before Unicode ("Times New Roman Tj") left in old texts.
        folds("ӣи ӯу ҳх қк ғг ҷч ёе їи ўу њх ќк ѓг љч"),
        suffixes=SUFFIXES,
        words="Бухоро\nмеҳмон\nпаймон\nфармон\nдостон\nдармон",
    ),
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
)  # fmt: skip
