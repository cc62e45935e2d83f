from __future__ import annotations

from locales.table import keyboards, letters
from locales.table.model import DatePatterns, Language, Quotes, Transliteration

MONTHS = (
    "қаңтар", "ақпан", "наурыз", "сәуір", "мамыр", "маусым",
    "шілде", "тамыз", "қыркүйек", "қазан", "қараша", "желтоқсан",
)  # fmt: skip

ROW = Language(
    code="kk",
    english_name="Kazakh",
    name="Қазақ тілі",
    script="Cyrl",
    fallbacks=("ru", "en"),
    quotes=Quotes("«", "»", "“", "”"),
    alphabet="аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя",
    substitutes={
        "ә": ("а",),
        "ғ": ("г",),
        "қ": ("к",),
        "ң": ("н",),
        "ө": ("о",),
        "ұ": ("у",),
        "ү": ("у",),
        "һ": ("х",),
        "і": ("и", "ы"),
        "ё": ("е",),
    },
    keyboards=(keyboards.LATIN_FOR_KAZAKH, keyboards.LATIN_FOR_RUSSIAN),
    # BGN/PCGN 1979 without diacritics: Қарағанды is qaraghandy.
    transliteration=Transliteration(
        {
            **letters.RUSSIAN,
            "ә": "a", "ғ": "gh", "қ": "q", "ң": "ng", "ө": "o", "ұ": "u", "ү": "u", "һ": "h", "і": "i",
        }
    ),
    dates=DatePatterns(
        months=MONTHS,
        months_alone=MONTHS,
        long="{year} жылғы {day} {month}",
        month="{year} жылғы {month}",
        day="{day} {month}",
        same_month="{year} жылғы {day}–{end_day} {month}",
        same_year="{year} жылғы {day} {month} – {end_day} {end_month}",
        moment="{date}, сағат {time}",
    ),
    fonts=("latin", "cyrillic", "cyrillic-ext"),
)  # fmt: skip
