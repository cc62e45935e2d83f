from __future__ import annotations

from chorsu_locales.table import keyboards, letters
from chorsu_locales.table.model import (
    Affix,
    Analysis,
    DatePatterns,
    Hyphenation,
    Language,
    Transliteration,
    affixes,
    folds,
    words_file,
)

ROW = Language(
    code="ru",
    english_name="Russian",
    name="Русский",
    script="Cyrl",
    fallbacks=("en",),
    alphabet="абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    negations="не ни нет нельзя без никогда никто ничто",
    negating="не ни без бес",
    function_words=(
        "и в не на что с по из для как это но от за к его она они был была было были или то же так уже о об "
        "бы ли только еще ещё мы он у при после до через между когда где который которая которые которых "
        "чтобы если можно есть нет все всё своих своей этом этого"
    ),
    keyboards=(keyboards.LATIN_AND_RUSSIAN, keyboards.RUSSIAN_AND_TAJIK),
    sounds=("ао", "еиэы", "бп", "вф", "гкх", "дт", "зс", "жшщ", "чщ", "цс", "ыи", "ъь", "юу", "яаие"),
    analysis=Analysis(
        folds("ёе"),
        stemmer="russian",
        kept=(
            *affixes("ость ости остью остей остям остями остях", 3, into="ость"),
            # Short adjectives, whose vowel goes: "длителен", "длительна". Snowball takes "-ен" for a participle.
            *affixes("телен", 3, into="тельн"),
            *affixes("ичен", 3, into="ичн"),
            *affixes("ивен", 3, into="ивн"),
        ),
        suffixes=(
            (
                # "рисовать", "рисуете", "организует", "рисуемый", "рисуемте", "организуешь".
                *affixes("ова у ует уем уемт уеш", 3),
                *affixes(
                    "ут ул ув увш"  # "прикинуть", "прикинул", "прикинув", "прикинувший"
                    " вш ев ущ ющ ем им"  # "терпевший", "терпев", "несущий", "умеющий", "несем", "хранимый"
                    " еш имт йт"  # "несешь", "сохранимте", "бейте"
                ),
                # "построенный"; but not "временный", and "хозяйственный" is not "хозяйство".
                Affix("ен", 4, ("м", "ств")),
                # "терпеть", "терпит"; but not "очистить", which is "очист" already.
                *affixes("т", 4, not_after="с"),
            ),
            # The vowel before what came off: "искать" and "ищу", "уважать" and "уважая", "терпе(ть)" and "терпят".
            affixes("а я е"),
            (
                # Consonants that change in the first person and in participles: "попросить", "попрошу"; "ответить" (its
                # "т" is off), "отвечу"; "почистить", "почищу"; "разбудить", "разбужу"; "употребить", "употреблю". Short
                # stems keep theirs, so that "крыша" and "крыса" stay apart.
                *affixes("ш", into="с"),
                *affixes("ч щ ст"),
                *affixes("ж жд", into="д"),
                *affixes("вл", 3, into="в"),
                *affixes("бл", 3, into="б"),
                *affixes("пл", 3, into="п"),
                *affixes("мл", 3, into="м"),
                *affixes("чайш", 2, into="к"),  # "тончайший"
            ),
            # The vowel that comes and goes: "кусок", "куска"; "отец", "отца".
            (*affixes("ок ек", 2, into="к"), *affixes("ец", 2, into="ц")),
        ),
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
    # Правила русской орфографии и пунктуации (1956), §§ 117–119.
    hyphenation=Hyphenation("аеёиоуыэюя", never_first=frozenset("йьъ")),
    binding="а без бы в во да для до за и из или к ко на над не ни но о об обо от по под при про с со у",
)  # fmt: skip
