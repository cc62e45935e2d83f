from __future__ import annotations

from chorsu_locales.table import keyboards, letters
from chorsu_locales.table.model import Analysis, DatePatterns, Language, Transliteration, affixes, folds, words_file

ROW = Language(
    code="ru",
    english_name="Russian",
    name="Русский",
    script="Cyrl",
    fallbacks=("en",),
    alphabet="абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    negations="не ни нет нельзя без никогда никто ничто",
    negating="не ни без бес",
    keyboards=(keyboards.LATIN_AND_RUSSIAN, keyboards.RUSSIAN_AND_TAJIK),
    sounds=("ао", "еиэы", "бп", "вф", "гкх", "дт", "зс", "жшщ", "чщ", "цс", "ыи", "ъь", "юу", "яаие"),
    analysis=Analysis(
        folds("ёе"),
        stemmer="russian",
        kept=affixes("ость ости остью остей остям остями остях", 3, into="ость"),
        # The vowel that comes and goes: "кусок", "куска"; "отец", "отца".
        suffixes=((*affixes("ок ек", 2, into="к"), *affixes("ец", 2, into="ц")),),
        words=words_file("ru"),
    ),
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
)  # fmt: skip
