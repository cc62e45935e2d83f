from __future__ import annotations

from chorsu_locales.table import keyboards, letters
from chorsu_locales.table.model import Analysis, DatePatterns, Language, Quotes, Transliteration, affixes, folds

VOWELS = "аәеиоөуұүыіэюяё"
# The stages: case (some after a possessor; those that begin with a voiceless consonant never follow a vowel: "газета"
# has none); a possessor; the plural.
SUFFIXES = (
    (
        *affixes("ның нің дың дің дан ден нан нен мен бен дағы дегі", 3),
        *affixes("сына сіне сын сін сында сінде сындағы сіндегі", 3),
        *affixes("ына іне ында інде ындағы індегі", 5),
        *affixes("ға ге ны ні ды ді да де"),
        *affixes("тың тің тағы тегі пен", 3, VOWELS),
        *affixes("қа ке ты ті та те", 4, VOWELS),
        # "Қазақстан": a country, not a case.
        *affixes("тан тен", 3, VOWELS + "с"),
    ),
    (*affixes("сы сі ы і"), *affixes("ымыз іміз ыңыз іңіз", 3)),
    (*affixes("лар лер дар дер", 3), *affixes("тар тер", 3, VOWELS)),
)

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
    analysis=Analysis(
        folds("әа ғг қк ңн өо ұу үу һх іи ёе"),
        suffixes=SUFFIXES,
        words="түркмен\nКанада\nмедицина",
    ),
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
