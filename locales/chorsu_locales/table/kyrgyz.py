from __future__ import annotations

from chorsu_locales.table import keyboards, letters
from chorsu_locales.table.model import Analysis, DatePatterns, Language, Transliteration, affixes, folds

VOWELS = "аеиоөуүыэюяё"
# The stages, as in Kazakh: case; a possessor; the plural. Each ending in the four forms of vowel harmony.
SUFFIXES = (
    (
        *affixes("нын нин нун нүн дын дин дун дүн дан ден дон дөн нан нен нон нөн дагы деги догу дөгү", 3),
        *affixes("сына сине суна сүнө сын син сун сүн сында синде сунда сүндө", 3),
        *affixes("сындагы синдеги сундагы сүндөгү", 3),
        *affixes("ына ине уна үнө ында инде унда үндө ындагы индеги ундагы үндөгү", 5),
        *affixes("га ге го гө ны ни ну нү ды ди ду дү да де до дө"),
        *affixes("тын тин тун түн тагы теги тогу төгү", 3, VOWELS),
        *affixes("ка ке ко кө ты ти ту тү та те то тө", 4, VOWELS),
        # "Кыргызстан": a country, not a case.
        *affixes("тан тен тон төн", 3, VOWELS + "с"),
    ),
    (*affixes("сы си су сү ы и у ү"), *affixes("ыбыз ибиз убуз үбүз ыңыз иңиз уңуз үңүз", 3)),
    (*affixes("лар лер лор лөр дар дер дор дөр", 3), *affixes("тар тер тор төр", 3, VOWELS)),
)

ROW = Language(
    code="ky",
    english_name="Kyrgyz",
    name="Кыргызча",
    script="Cyrl",
    fallbacks=("ru", "en"),
    alphabet="абвгдеёжзийклмнңоөпрстуүфхцчшщъыьэюя",
    keyboards=(keyboards.LATIN_AND_KYRGYZ, keyboards.LATIN_AND_RUSSIAN),
    analysis=Analysis(
        folds("ңн өо үу ёе"), suffixes=SUFFIXES, words="Канада\nмедицина"
    ),
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
