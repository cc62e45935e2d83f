from __future__ import annotations

import re

from chorsu_locales.table import keyboards, letters
from chorsu_locales.table.model import Analysis, DatePatterns, Language, Quotes, Transliteration, affixes, folds

# Uzbek is written in two scripts. Cyrillic is folded to Latin, so that each finds the other: "е" and "ye", "ц" and
# "ts" become one letter, since which of them is written depends on the place in the word.
CYRILLIC_AS_LATIN = folds(
    "аa бb вv гg дd еe жj зz иi йy кk лl мm нn оo пp рr сs тt уu фf хx цs ъ ьы ыi эe ўo қq ғg ҳh"
) | {
    "ё": "yo",
    "ч": "ch",
    "ш": "sh",
    "щ": "sh",
    "ю": "yu",
    "я": "ya",
    "ь": "",
    "ye": "e",
    "ts": "s",
}

MONTHS = (
    "yanvar", "fevral", "mart", "aprel", "may", "iyun",
    "iyul", "avgust", "sentabr", "oktabr", "noyabr", "dekabr",
)  # fmt: skip

# The stages: case; a possessor; the plural.
SUFFIXES = (
    (
        *affixes("ning dan dagi gacha niki", 3),
        *affixes("ga ni da"),
        # After a vowel these belong to the word: "respublika".
        *affixes("ka qa", 4, "aeiou"),
    ),
    (*affixes("si i miz ngiz"), *affixes("imiz ingiz", 3)),
    affixes("lar", 3),
)

ROW = Language(
    code="uz",
    english_name="Uzbek",
    name="Oʻzbekcha",
    script="Latn",
    fallbacks=("ru", "en"),
    quotes=Quotes("“", "”", "‘", "’"),
    alphabet="abdefghijklmnopqrstuvxyzʻʼ",
    keyboards=(keyboards.LATIN_AND_RUSSIAN,),
    analysis=Analysis(CYRILLIC_AS_LATIN, suffixes=SUFFIXES, words="Kanada"),
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
)  # fmt: skip
