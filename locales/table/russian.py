from __future__ import annotations

from locales.table import keyboards, letters
from locales.table.model import DatePatterns, Language, Transliteration

ROW = Language(
    code="ru",
    english_name="Russian",
    name="Русский",
    script="Cyrl",
    fallbacks=("en",),
    alphabet="абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    substitutes={"ё": ("е",)},
    keyboards=(keyboards.LATIN_FOR_RUSSIAN, keyboards.TAJIK_FOR_RUSSIAN),
    transliteration=Transliteration(letters.RUSSIAN),
    dates=DatePatterns(
        months=(
            "января", "февраля", "марта", "апреля", "мая", "июня",
            "июля", "августа", "сентября", "октября", "ноября", "декабря",
        ),
        months_alone=(
            "январь", "февраль", "март", "апрель", "май", "июнь",
            "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь",
        ),
        long="{day} {month} {year} г.",
        month="{month_alone} {year} г.",
        day="{day} {month}",
        same_month="{day}–{end_day} {month} {year} г.",
        same_year="{day} {month} – {end_day} {end_month} {year} г.",
    ),
    fonts=("latin", "cyrillic"),
)  # fmt: skip
