from __future__ import annotations

from locales.table import keyboards, letters
from locales.table.model import Analysis, DatePatterns, Language, Quotes, Transliteration, folds

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
    keyboards=(keyboards.LATIN_AND_KAZAKH, keyboards.LATIN_AND_RUSSIAN),
    analysis=Analysis(folds("әа ғг қк ңн өо ұу үу һх іи ёе")),
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
)  # fmt: skip
