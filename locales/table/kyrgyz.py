from __future__ import annotations

from locales.table import keyboards, letters
from locales.table.model import Analysis, DatePatterns, Language, Transliteration, folds

ROW = Language(
    code="ky",
    english_name="Kyrgyz",
    name="Кыргызча",
    script="Cyrl",
    fallbacks=("ru", "en"),
    alphabet="абвгдеёжзийклмнңоөпрстуүфхцчшщъыьэюя",
    keyboards=(keyboards.LATIN_AND_KYRGYZ, keyboards.LATIN_AND_RUSSIAN),
    analysis=Analysis(folds("ңн өо үу ёе")),
    # BGN/PCGN 1979 without diacritics: ж is j.
    transliteration=Transliteration({**letters.RUSSIAN, "ж": "j", "ң": "ng", "ө": "o", "ү": "u"}),
    # The month of a date belongs to its year: "2026-жылдын 24-ноябры".
    dates=DatePatterns(
        months=(
            "январы", "февралы", "марты", "апрели", "майы", "июну",
            "июлу", "августу", "сентябры", "октябры", "ноябры", "декабры",
        ),
        months_alone=(
            "январь", "февраль", "март", "апрель", "май", "июнь",
            "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь",
        ),
        long="{year}-жылдын {day}-{month}",
        month="{year}-жылдын {month}",
        day="{day}-{month_alone}",
        same_month="{year}-жылдын {day}–{end_day}-{month}",
        same_year="{year}-жылдын {day}-{month} – {end_day}-{end_month}",
        moment="{date}, саат {time}",
    ),
)  # fmt: skip
